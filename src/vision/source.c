/* What a source's name says: a camera's index, an address, or a file. */
#include <string.h>

#include "vision/vision.h"

bool dk_capture_is_camera(const char *source) {
    return *source != '\0' && strlen(source) < 4 && strspn(source, "0123456789") == strlen(source);
}

bool dk_capture_is_live(const char *source) {
    const char *colon = strstr(source, "://");
    return dk_capture_is_camera(source) || (colon != NULL && strncmp(source, "file://", 7) != 0);
}
