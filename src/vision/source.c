/* What a source's name says: a camera's index or device, an address, or a file. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "vision/vision.h"

enum { VIDEO4LINUX = 81 }; /* major number of such devices */

static bool is_index(const char *source) {
    return *source != '\0' && strlen(source) < 4 && strspn(source, "0123456789") == strlen(source);
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* A camera that is not plugged in is one, too; links that udev makes (/dev/v4l/by-id) lead to a device. */
static bool is_device(const char *source) {
    struct stat info;
    return (begins(source, "/dev/video") && is_index(source + strlen("/dev/video"))) ||
           begins(source, "/dev/v4l/") ||
           (stat(source, &info) == 0 && S_ISCHR(info.st_mode) && major(info.st_rdev) == VIDEO4LINUX);
}

bool dk_capture_is_camera(const char *source) {
    return is_index(source) || is_device(source);
}

bool dk_capture_is_file(const char *source) {
    return !dk_capture_is_camera(source) && strstr(source, "://") == NULL;
}

bool dk_capture_is_film(const char *source) {
    static const char *const endings[] = {".webm", ".mkv"};
    const size_t path = strcspn(source, "?#");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t n = strlen(endings[i]);
        if (begins(source, "http") && path > n && strncasecmp(source + path - n, endings[i], n) == 0) {
            return true;
        }
    }
    return dk_capture_is_file(source);
}

const char *dk_capture_name(const char *source) {
    static const char scheme[] = "file://";
    return begins(source, scheme) ? source + strlen(scheme) : source;
}
