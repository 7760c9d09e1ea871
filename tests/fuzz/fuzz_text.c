/* Any bytes as a text file, whole and line by line: never a crash, a failure always has a text, what is taken holds no 0
 * byte, and UTF-16 gives UTF-8. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/lines.h"
#include "base/unicode.h"
#include "fuzz/fuzz.h"

static void check(dk_status status, const dk_error *err, const char *text, bool utf8) {
    fuzz_check(status, err);
    if (status == DK_OK && text != NULL && utf8 && !dk_text_is_utf8(text)) {
        abort();
    }
    char *const composed = status == DK_OK && text != NULL ? dk_text_composed(text) : NULL;
    free(composed);
}

static void whole(const uint8_t *bytes, size_t size, bool utf8) {
    uint8_t *const copy = (uint8_t *)fuzz_copy(bytes, size, '\0');
    char *text = NULL;
    size_t length = 0;
    dk_error err = {0};
    const dk_status status = dk_text_decode(&text, &length, copy, size, "x", "text", &err);
    if (status == DK_OK && strlen(text) != length) {
        abort();
    }
    check(status, &err, text, utf8);
    free(text);
}

static void by_line(const uint8_t *bytes, size_t size, bool utf8) {
    const int fd = memfd_create("fuzz", 0);
    dk_lines *lines = NULL;
    dk_error err = {0};
    char *line = NULL;
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0 ||
        dk_lines_open(&lines, fd, "x", "text", &err) != DK_OK) {
        abort();
    }
    dk_status status;
    do {
        status = dk_lines_next(lines, &line, &err);
        check(status, &err, line, utf8);
    } while (status == DK_OK && line != NULL);
    dk_lines_close(lines);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    size_t mark = 0;
    const bool utf8 = dk_encoding_of(bytes, size, &mark) != DK_BYTES;
    whole(bytes, size, utf8);
    by_line(bytes, size, utf8);
    return 0;
}
