/* From the bytes of a file to text. Unicode 15, chapter 3: UTF-16 is table 3-5, UTF-8 table 3-6, and the marks are
 * in section 23.8. */
#include "base/encoding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const struct {
    const char *bytes;
    size_t size;
    dk_encoding encoding;
} marks[] = {
    {"\xEF\xBB\xBF", 3, DK_BYTES},
    {"\xFF\xFE", 2, DK_UTF16LE},
    {"\xFE\xFF", 2, DK_UTF16BE},
};

dk_encoding dk_encoding_of(const uint8_t *bytes, size_t size, size_t *mark) {
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (size >= marks[i].size && memcmp(bytes, marks[i].bytes, marks[i].size) == 0) {
            *mark = marks[i].size;
            return marks[i].encoding;
        }
    }
    *mark = 0;
    return DK_BYTES;
}

static unsigned unit(const uint8_t *p, dk_encoding encoding) {
    return encoding == DK_UTF16LE ? p[0] | (unsigned)p[1] << 8 : p[1] | (unsigned)p[0] << 8;
}

static void put_utf8(dk_buffer *out, unsigned c) {
    uint8_t b[4];
    size_t n = 0;
    if (c < 0x80) {
        b[n++] = (uint8_t)c;
    } else {
        const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
        b[n++] = (uint8_t)(lead[tail] | c >> 6 * tail);
        for (int i = tail - 1; i >= 0; i--) {
            b[n++] = (uint8_t)(0x80 | (c >> 6 * i & 0x3f));
        }
    }
    dk_buffer_put(out, b, n);
}

int dk_utf16_put(dk_buffer *out, const uint8_t *p, size_t n, dk_encoding encoding) {
    if (n < 2) {
        return 0;
    }
    const unsigned high = unit(p, encoding);
    if (high < 0xd800 || high > 0xdfff) {
        put_utf8(out, high);
        return 2;
    }
    if (high > 0xdbff) {
        return -1;
    }
    if (n < 4) {
        return 0;
    }
    const unsigned low = unit(p + 2, encoding);
    if (low < 0xdc00 || low > 0xdfff) {
        return -1;
    }
    put_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
    return 4;
}

/* Latin letters in UTF-16 are a letter and a 0 in turn: where two thirds are such, every second byte alone is 0 and many are. */
static const char *guess(const uint8_t *bytes, size_t size) {
    size_t zeros[2] = {0, 0};
    const size_t n = size < 4096 ? size : 4096;
    for (size_t i = 0; i < n; i++) {
        zeros[i & 1] += bytes[i] == 0;
    }
    if (n >= 4 && zeros[0] == 0 && 3 * zeros[1] >= n) {
        return "UTF-16LE";
    }
    return n >= 4 && zeros[1] == 0 && 3 * zeros[0] >= n ? "UTF-16BE" : NULL;
}

dk_status dk_text_refuse(const char *path, const uint8_t *bytes, size_t size, const char *wanted,
                         dk_error *err) {
    const char *const name = guess(bytes, size);
    if (name == NULL) {
        return dk_fail(err, DK_EPARSE, "%s: holds a 0 byte, so it is no text; %s", path, wanted);
    }
    return dk_fail(err, DK_EPARSE,
                   "%s: holds 0 bytes and looks like %s without its mark; save it as UTF-8 "
                   "(iconv -f %s -t UTF-8 makes it that); %s",
                   path, name, name, wanted);
}

static dk_status from_utf16(dk_buffer *out, const uint8_t *p, size_t n, dk_encoding encoding,
                            const char *path, dk_error *err) {
    dk_buffer_put(out, "", 0);
    for (size_t at = 0; at < n;) {
        const int taken = dk_utf16_put(out, p + at, n - at, encoding);
        if (taken <= 0) {
            return dk_fail(err, DK_EPARSE,
                           "%s: begins as UTF-16 and holds half a character at byte %zu; save it as UTF-8",
                           path, at + 2);
        }
        at += (size_t)taken;
    }
    return out->failed ? dk_no_memory(err, n, path) : DK_OK;
}

/* Makes every end of a line LF, in place; returns the new size. CR CR LF is what is left of CR LF that was taken for
 * LF once more. */
static size_t end_lines(char *text, size_t size) {
    const bool old = memchr(text, '\n', size) == NULL;
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\r') {
            text[kept++] = text[i];
            continue;
        }
        const size_t n = strspn(text + i, "\r");
        if (text[i + n] == '\n') {
            i += n - 1;
        } else {
            text[kept++] = old ? '\n' : '\r';
        }
    }
    text[kept] = '\0';
    return kept;
}

/* out: the text, ends of lines as they are. */
static dk_status convert(dk_buffer *out, uint8_t *bytes, size_t n, const char *path, dk_error *err) {
    size_t mark = 0;
    const dk_encoding encoding = dk_encoding_of(bytes, n, &mark);
    dk_status status = DK_OK;
    if (encoding == DK_BYTES) {
        memmove(bytes, bytes + mark, n - mark + 1);
        *out = (dk_buffer){.text = (char *)bytes, .size = n - mark};
        return DK_OK;
    }
    if (encoding == DK_UTF16LE && n >= 4 && bytes[2] == 0 && bytes[3] == 0) {
        status = dk_fail(err, DK_EPARSE, "%s: is UTF-32; save it as UTF-8", path);
    } else {
        status = from_utf16(out, bytes + mark, n - mark, encoding, path, err);
    }
    free(bytes);
    return status;
}

dk_status dk_text_decode(char **text, size_t *size, uint8_t *bytes, size_t n, const char *path,
                         const char *wanted, dk_error *err) {
    dk_buffer out = {0};
    dk_status status = convert(&out, bytes, n, path, err);
    if (status != DK_OK || out.text == NULL) {
        dk_buffer_free(&out);
        return status != DK_OK ? status : dk_no_memory(err, n, path);
    }
    if (memchr(out.text, '\0', out.size) != NULL) {
        status = dk_text_refuse(path, (const uint8_t *)out.text, out.size, wanted, err);
        dk_buffer_free(&out);
        return status;
    }
    *text = out.text;
    *size = end_lines(out.text, out.size);
    return DK_OK;
}

/* A file that is too large is told what it should be. */
static dk_status check_size(const char *path, size_t limit, const char *wanted, dk_error *err) {
    uint8_t head[1];
    size_t size = 0;
    char have[32], most[32];
    DK_TRY(dk_file_look(path, head, sizeof head, &size, err));
    return limit == 0 || size <= limit
               ? DK_OK
               : dk_fail(err, DK_EFORMAT,
                         "%s: is larger than can be right: %s bytes, and at most %s are read; %s", path,
                         dk_text_count(have, (long long)size), dk_text_count(most, (long long)limit), wanted);
}

static dk_status check_lines(const char *text, const char *path, const char *wanted, dk_error *err) {
    int line = 1;
    for (const char *end = strchr(text, '\n');; end = strchr(text, '\n')) {
        const size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
        if (n > DK_LINE_MOST) {
            char have[32], most[32];
            return dk_fail(err, DK_EPARSE, "%s:%d: a line of %s bytes; at most %s are read, and %s", path,
                           line, dk_text_count(have, (long long)n), dk_text_count(most, DK_LINE_MOST),
                           wanted);
        }
        if (end == NULL) {
            return DK_OK;
        }
        text = end + 1;
        line++;
    }
}

dk_status dk_text_read(char **text, size_t *size, const char *path, size_t limit, const char *wanted,
                       dk_error *err) {
    uint8_t *bytes = NULL;
    size_t n = 0;
    *text = NULL;
    *size = 0;
    DK_TRY(check_size(path, limit, wanted, err));
    DK_TRY(dk_file_read(path, limit, &bytes, &n, err));
    DK_TRY(dk_text_decode(text, size, bytes, n, path, wanted, err));
    assert(*text != NULL);
    const dk_status status = check_lines(*text, path, wanted, err);
    if (status != DK_OK) {
        free(*text);
        *text = NULL;
        *size = 0;
    }
    return status;
}
