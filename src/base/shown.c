/* From any bytes to printable UTF-8. The printf beside it walks the format by itself, since only there %s can be told from
 * the rest; numbers go through dk_text_format. */
#include "base/shown.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 16 };

static bool is_hidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* The next character of *text as it is shown, with its closing 0; *text moves behind it. Returns its bytes, 0 at the end. */
static size_t next(char piece[PIECE], const char **text) {
    static const char digits[] = "0123456789abcdef";
    const char *const from = *text;
    if (*from == '\0') {
        piece[0] = '\0';
        return 0;
    }
    const int known = dk_text_character(from), n = known > 0 ? known : 1;
    size_t size = 0;
    if (known > 0 && !is_hidden(dk_text_code(from))) {
        memcpy(piece, from, (size_t)n);
        size = (size_t)n;
    } else {
        for (int i = 0; i < n; i++) {
            const unsigned char byte = (unsigned char)from[i];
            const char shown[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
            memcpy(piece + size, shown, sizeof shown);
            size += sizeof shown;
        }
    }
    piece[size] = '\0';
    *text = from + n;
    return size;
}

void dk_shown_put(dk_buffer *out, const char *text) {
    char piece[PIECE];
    dk_buffer_put(out, "", 0);
    for (size_t n = next(piece, &text); n > 0; n = next(piece, &text)) {
        dk_buffer_put(out, piece, n);
    }
}

const char *dk_shown_text(dk_arena *arena, const char *text) {
    dk_buffer shown = {0};
    dk_shown_put(&shown, text);
    const char *const kept = shown.failed ? NULL : dk_arena_text_n(arena, shown.text, shown.size);
    dk_buffer_free(&shown);
    return kept;
}

bool dk_shown_copy(char *out, size_t room, const char *text) {
    char piece[PIECE];
    size_t used = 0, n;
    while ((n = next(piece, &text)) > 0 && used + n < room) {
        memcpy(out + used, piece, n);
        used += n;
    }
    out[used] = '\0';
    return n == 0;
}

/* ---- printf ---- */

/* One % of a format. */
typedef struct {
    char flags[8];
    int width, precision; /* precision −1: none */
    char length, kind;    /* length: 0, 'l', 'L' for ll, 'z' */
} spec;

/* va_list as something that can be handed on and moves for everybody. */
typedef struct {
    va_list args;
} arguments;

static int read_number(const char **at, arguments *a) {
    int number = 0;
    if (**at == '*') {
        ++*at;
        return va_arg(a->args, int);
    }
    for (; **at >= '0' && **at <= '9'; ++*at) {
        number = number * 10 + (**at - '0');
    }
    return number;
}

/* *at: behind the %; comes to stand behind the spec. */
static spec read_spec(const char **at, arguments *a) {
    spec s = {.precision = -1};
    for (size_t n = 0; **at != '\0' && strchr("-+ #0", **at) != NULL && n + 1 < sizeof s.flags; ++*at) {
        s.flags[n++] = **at;
    }
    s.width = read_number(at, a);
    if (s.width < 0) { /* of a * */
        s.width = -s.width;
        strcat(s.flags, strlen(s.flags) + 1 < sizeof s.flags ? "-" : "");
    }
    if (**at == '.') {
        ++*at;
        s.precision = read_number(at, a);
    }
    for (; **at == 'l' || **at == 'z'; ++*at) {
        s.length = **at == 'z' ? 'z' : s.length == 'l' ? 'L' : 'l';
    }
    s.kind = **at;
    *at += s.kind != '\0';
    return s;
}

static void put_text(dk_buffer *out, const spec *s, const char *text) {
    char piece[PIECE];
    const size_t begin = out->size, most = s->precision < 0 ? SIZE_MAX : (size_t)s->precision;
    const bool left = strchr(s->flags, '-') != NULL;
    for (size_t n = next(piece, &text); n > 0 && out->size - begin + n <= most; n = next(piece, &text)) {
        dk_buffer_put(out, piece, n);
    }
    const size_t size = out->size - begin, width = s->width > 0 ? (size_t)s->width : 0;
    const size_t spaces = width > size ? width - size : 0;
    for (size_t i = 0; i < spaces; i++) {
        dk_buffer_put(out, " ", 1);
    }
    if (!left && spaces > 0 && !out->failed) {
        memmove(out->text + begin + spaces, out->text + begin, size);
        memset(out->text + begin, ' ', spaces);
    }
}

/* A negative precision is none. */
static void put_number(dk_buffer *out, const spec *s, arguments *a) {
    char format[24];
    const char *const length = s->length == 'L' ? "ll" : (const char[]){s->length, '\0'};
    snprintf(format, sizeof format, "%%%s*.*%s%c", s->flags, length, s->kind);
    if (strchr("fge", s->kind) != NULL) {
        dk_buffer_add(out, format, s->width, s->precision, va_arg(a->args, double));
    } else if (s->length == 'L') {
        dk_buffer_add(out, format, s->width, s->precision, va_arg(a->args, long long));
    } else if (s->length == 'l') {
        dk_buffer_add(out, format, s->width, s->precision, va_arg(a->args, long));
    } else if (s->length == 'z') {
        dk_buffer_add(out, format, s->width, s->precision, va_arg(a->args, size_t));
    } else {
        dk_buffer_add(out, format, s->width, s->precision, va_arg(a->args, int));
    }
}

void dk_shown_add(dk_buffer *out, const char *format, va_list args) {
    arguments a;
    va_copy(a.args, args);
    dk_buffer_put(out, "", 0);
    while (*format != '\0') {
        const size_t plain = strcspn(format, "%");
        dk_buffer_put(out, format, plain);
        format += plain;
        if (*format == '\0') {
            break;
        }
        format++;
        const spec s = read_spec(&format, &a);
        if (s.kind == '%') {
            dk_buffer_put(out, "%", 1);
        } else if (s.kind == 's') {
            put_text(out, &s, va_arg(a.args, const char *));
        } else {
            assert(s.kind != '\0' && strchr("diuxcfge", s.kind) != NULL);
            put_number(out, &s, &a);
        }
    }
    va_end(a.args);
}
