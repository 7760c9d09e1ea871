/* Error texts. The text is made aside first, so that an argument may point into err->text itself, and it is
 * kept to one line that holds no control characters, as a file name can have them (shown.h). */
#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/shown.h"

const char *dk_status_name(dk_status status) {
    static const char *const names[] = {
#define TEXT(name, text) [DK_##name] = text,
        DK_STATUSES(TEXT)
#undef TEXT
    };
    return (size_t)status < sizeof names / sizeof names[0] ? names[status] : "unknown status";
}

const char *dk_version(void) {
    return DK_VERSION;
}

/* Ends a text that did not fit in "…", without half a UTF-8 character before it. */
static void shorten(char *text, size_t size) {
    static const char more[] = "…";
    size_t end =
        size < sizeof((dk_error *)0)->text - sizeof more ? size : sizeof((dk_error *)0)->text - sizeof more;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) {
        end--;
    }
    memcpy(text + end, more, sizeof more);
}

static void put(dk_error *err, const char *prefix, const char *text) {
    char made[sizeof err->text];
    const bool whole = dk_shown_copy(made, sizeof made, prefix);
    const size_t n = strlen(made);
    if (!whole || !dk_shown_copy(made + n, sizeof made - n, text)) {
        shorten(made, strlen(made));
    }
    memcpy(err->text, made, sizeof made);
}

static void fill(dk_error *err, dk_status status, const char *format, va_list args, const char *cause) {
    if (err != NULL) {
        char text[sizeof err->text + 8]; /* a little longer: put() sees that it is cut */
        dk_text_format(text, sizeof text, format, args);
        const size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "%s%s", cause != NULL ? ": " : "", cause != NULL ? cause : "");
        put(err, "", text);
        err->status = status;
    }
}

dk_status dk_fail(dk_error *err, dk_status status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fill(err, status, format, args, NULL);
    va_end(args);
    return status;
}

dk_status dk_fail_errno(dk_error *err, const char *format, ...) {
    char room[128];
    va_list args;
    va_start(args, format);
    fill(err, DK_EIO, format, args, strerror_r(errno, room, sizeof room));
    va_end(args);
    return DK_EIO;
}

dk_status dk_error_prefix(dk_error *err, dk_status status, const char *format, ...) {
    if (err != NULL) {
        char prefix[sizeof err->text];
        va_list args;
        va_start(args, format);
        dk_text_format(prefix, sizeof prefix - 2, format, args);
        va_end(args);
        strcat(prefix, ": ");
        put(err, prefix, err->text);
        err->status = status;
    }
    return status;
}
