/* One line, or part of one, in one piece. */
#include "app/say.h"

#include <stdio.h>

#include "base/shown.h"

void dk_say(const char *format, ...) {
    dk_buffer out = {0};
    va_list args;
    va_start(args, format);
    dk_shown_add(&out, format, args);
    va_end(args);
    if (out.failed) {
        fputs("(out of memory)\n", stdout);
    } else {
        fwrite(out.text, 1, out.size, stdout);
    }
    dk_buffer_free(&out);
}
