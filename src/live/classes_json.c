#include "live/classes_json.h"

#include <stdio.h>

#include "plot/ink.h"

static unsigned byte(double share) {
    return (unsigned)(255 * share + .5) & 255;
}

void dk_classes_json(dk_json *j, const char *const *names, int count) {
    char colour[8];
    dk_json_open(j, "classes", '[');
    for (int i = 0; i < count; i++) {
        const dk_ink ink = dk_ink_class(i);
        snprintf(colour, sizeof colour, "#%02x%02x%02x", byte(ink.r), byte(ink.g), byte(ink.b));
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "name", names[i]);
        dk_json_text(j, "colour", colour);
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
}
