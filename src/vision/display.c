/* Is there a display? Debian's highgui is Qt, which ends the program where it finds none, hence this is asked before. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "vision/vision.h"

/* Whether an X server listens on this number; Linux knows its socket as a file and as an abstract name. */
static bool answers(long number) {
    bool good = false;
    for (size_t abstract = 0; abstract < 2 && !good; abstract++) {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        char *name = at.sun_path + abstract; /* an abstract name begins with a 0 */
        const int n = snprintf(name, sizeof at.sun_path - 1, "/tmp/.X11-unix/X%ld", number);
        const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + (size_t)n);
        const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        good = fd >= 0 && connect(fd, (const struct sockaddr *)&at, size) == 0;
        if (fd >= 0) {
            close(fd);
        }
    }
    return good;
}

/* ":7" and ":7.0" are servers of this machine; of others it is not known before. */
static bool x_answers(const char *display) {
    char digits[16] = "";
    long number = 0;
    const size_t n = display[0] == ':' ? strspn(display + 1, "0123456789") : 0;
    if (n == 0 || n >= sizeof digits) {
        return true;
    }
    memcpy(digits, display + 1, n);
    return dk_text_int(digits, &number) && answers(number);
}

dk_display dk_window_display(void) {
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
    if (x != NULL && *x != '\0') {
        return x_answers(x) ? DK_DISPLAY_THERE : DK_DISPLAY_DEAD;
    }
    return wayland != NULL && *wayland != '\0' ? DK_DISPLAY_THERE : DK_DISPLAY_NONE;
}
