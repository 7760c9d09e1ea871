/* What a source's name says: a camera's index, an address, or a file. */
#include <string.h>

#include "vision/vision.h"

bool dk_capture_is_camera(const char *source) {
    return *source != '\0' && strlen(source) < 4 && strspn(source, "0123456789") == strlen(source);
}

bool dk_capture_is_file(const char *source) {
    return !dk_capture_is_camera(source) && strstr(source, "://") == NULL;
}

const char *dk_capture_name(const char *source) {
    static const char scheme[] = "file://";
    const size_t n = sizeof scheme - 1;
    return strncmp(source, scheme, n) == 0 ? source + n : source;
}
