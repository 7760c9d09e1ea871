/* Bytes are read as they come and looked at once: what belongs to the line goes to `text`, what is behind it waits. */
#include "base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/encoding.h"

enum { ROOM = 1 << 16 };

struct dk_lines {
    const char *name, *wanted;
    int fd;
    bool begun, over; /* the mark has been looked for; read() has said that there is no more */
    bool after_cr;    /* an LF that comes next belongs to the line before */
    dk_encoding encoding;
    dk_buffer text;
    size_t at, have; /* of bytes: the next, and behind the last */
    long number;
    uint8_t bytes[ROOM];
};

dk_status dk_lines_open(dk_lines **out, int fd, const char *name, const char *wanted, dk_error *err) {
    dk_lines *const l = calloc(1, sizeof *l);
    *out = l;
    if (l == NULL) {
        return dk_no_memory(err, sizeof *l, name);
    }
    l->fd = fd;
    l->name = name;
    l->wanted = wanted;
    return DK_OK;
}

void dk_lines_close(dk_lines *l) {
    if (l != NULL) {
        dk_buffer_free(&l->text);
        free(l);
    }
}

long dk_lines_number(const dk_lines *l) {
    return l->number;
}

/* More bytes behind those that are left. */
static dk_status fill(dk_lines *l, dk_error *err) {
    memmove(l->bytes, l->bytes + l->at, l->have - l->at);
    l->have -= l->at;
    l->at = 0;
    ssize_t n;
    do {
        n = read(l->fd, l->bytes + l->have, ROOM - l->have);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return errno == EBADF ? dk_fail(err, DK_EIO, "cannot read %s: it is closed", l->name)
                              : dk_fail_errno(err, "cannot read %s", l->name);
    }
    l->over = n == 0;
    l->have += (size_t)n;
    return DK_OK;
}

/* Passes over a byte-order mark. Only what begins like one is waited for, so that a terminal gets its answer. */
static dk_status begin(dk_lines *l, dk_error *err) {
    DK_TRY(fill(l, err));
    while (!l->over && l->have < 3 && (l->bytes[0] == 0xEF || l->bytes[0] >= 0xFE)) {
        DK_TRY(fill(l, err));
    }
    l->encoding = dk_encoding_of(l->bytes, l->have, &l->at);
    l->begun = true;
    return DK_OK;
}

/* Moves what is there of the line to text; *ended: its end has come. */
static dk_status take_bytes(dk_lines *l, bool *ended, dk_error *err) {
    const uint8_t *const from = l->bytes + l->at;
    const size_t left = l->have - l->at;
    size_t n = 0;
    while (n < left && from[n] != '\n' && from[n] != '\r') {
        n++;
    }
    if (memchr(from, 0, n) != NULL) {
        return dk_text_refuse(l->name, from, left, l->wanted, err);
    }
    dk_buffer_put(&l->text, from, n);
    *ended = n < left;
    if (*ended) {
        l->after_cr = from[n] == '\r';
        n++;
    }
    l->at += n;
    return DK_OK;
}

/* The same for UTF-16; the first byte of a character that is not all there yet stays. */
static dk_status take_utf16(dk_lines *l, bool *ended, dk_error *err) {
    while (!*ended) {
        const size_t before = l->text.size;
        const int n = dk_utf16_put(&l->text, l->bytes + l->at, l->have - l->at, l->encoding);
        if (n < 0 || (n == 0 && l->over && l->at < l->have)) {
            return dk_fail(err, DK_EPARSE,
                           "%s:%ld: begins as UTF-16 and holds half a character; save it as UTF-8", l->name,
                           l->number + 1);
        }
        if (n == 0 || l->text.failed) {
            break;
        }
        l->at += (size_t)n;
        const char c = l->text.text[before];
        if (c == '\0') {
            return dk_fail(err, DK_EPARSE, "%s: holds a 0 character, so it is no text; %s", l->name,
                           l->wanted);
        }
        if (c == '\n' || c == '\r') {
            l->text.size = before;
            l->text.text[before] = '\0';
            l->after_cr = c == '\r';
            *ended = true;
        }
    }
    return DK_OK;
}

/* The LF of a CR LF whose line was given at the CR. Returns false while it has not come. */
static bool pass_lf(dk_lines *l) {
    const size_t width = l->encoding == DK_BYTES ? 1 : 2;
    if (l->have - l->at < width && !l->over) {
        return false;
    }
    const size_t low = l->encoding == DK_UTF16BE ? 1 : 0;
    const bool lf = l->have - l->at >= width && l->bytes[l->at + low] == '\n' &&
                    (width == 1 || l->bytes[l->at + 1 - low] == 0);
    l->at += lf ? width : 0;
    l->after_cr = false;
    return true;
}

static dk_status take(dk_lines *l, bool *ended, dk_error *err) {
    if (l->after_cr && !pass_lf(l)) {
        return DK_OK;
    }
    return (l->encoding == DK_BYTES ? take_bytes : take_utf16)(l, ended, err);
}

dk_status dk_lines_next(dk_lines *l, char **line, dk_error *err) {
    bool ended = false;
    *line = NULL;
    l->text.size = 0;
    if (!l->begun) {
        DK_TRY(begin(l, err));
    }
    for (;;) {
        DK_TRY(take(l, &ended, err));
        if (l->text.size > DK_LINE_MOST) {
            return dk_fail(err, DK_EPARSE, "%s:%ld: a line of more than %d bytes; %s", l->name, l->number + 1,
                           DK_LINE_MOST, l->wanted);
        }
        if (ended || l->over || l->text.failed) {
            break;
        }
        DK_TRY(fill(l, err));
    }
    if (!ended && l->text.size == 0) {
        return DK_OK;
    }
    dk_buffer_put(&l->text, "", 0); /* an empty line has room, too */
    if (l->text.failed) {
        return dk_no_memory(err, l->text.size, l->name);
    }
    l->number++;
    *line = l->text.text;
    return DK_OK;
}
