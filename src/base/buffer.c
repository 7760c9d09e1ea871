/* A text that grows by doubling. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Room for n more bytes and a closing 0. */
static bool reserve(dk_buffer *b, size_t n) {
    if (b->failed || n > PTRDIFF_MAX / 4 - b->size) {
        b->failed = true;
        return false;
    }
    const size_t wanted = b->size + n + 1;
    if (wanted <= b->room) {
        return true;
    }
    const size_t room = wanted < 256 ? 256 : wanted * 2;
    char *const text = realloc(b->text, room);
    if (text == NULL) {
        b->failed = true;
        return false;
    }
    b->text = text;
    b->room = room;
    return true;
}

void dk_buffer_put(dk_buffer *b, const void *bytes, size_t n) {
    if (reserve(b, n)) {
        memcpy(b->text + b->size, bytes, n);
        b->size += n;
        b->text[b->size] = '\0';
    }
}

void dk_buffer_add(dk_buffer *b, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = dk_text_format(NULL, 0, format, args);
    if (length < 0) {
        b->failed = true;
    } else if (reserve(b, (size_t)length)) {
        dk_text_format(b->text + b->size, (size_t)length + 1, format, again);
        b->size += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

void dk_buffer_free(dk_buffer *b) {
    free(b->text);
    *b = (dk_buffer){0};
}
