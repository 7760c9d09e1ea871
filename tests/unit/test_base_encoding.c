/* Text as other systems write it: UTF-16, marks, ends of lines, two spellings of a letter; whole, and line by line from
 * a pipe that brings it in pieces. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/lines.h"
#include "base/unicode.h"

#define BYTES(literal) literal, sizeof(literal) - 1

static dk_status decode(char **text, const char *bytes, size_t n, dk_error *err) {
    uint8_t *const copy = malloc(n + 1);
    size_t size = 0;
    memcpy(copy, bytes, n);
    copy[n] = 0;
    *text = NULL;
    const dk_status status = dk_text_decode(text, &size, copy, n, "x", "a list is wanted", err);
    cr_assert(status != DK_OK || size == strlen(*text));
    return status;
}

static void expect_text(const char *bytes, size_t n, const char *wanted) {
    char *text = NULL;
    dk_error err = {0};
    cr_assert_eq(decode(&text, bytes, n, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(text, wanted);
    free(text);
}

static void expect_refused(const char *bytes, size_t n, const char *why) {
    char *text = NULL;
    dk_error err = {0};
    cr_assert_eq(decode(&text, bytes, n, &err), DK_EPARSE);
    cr_expect_null(text);
    cr_expect_not_null(strstr(err.text, why), "'%s' lacks '%s'", err.text, why);
}

Test(base_encoding, utf_16_becomes_utf_8) {
    expect_text(BYTES("\xFF\xFE"
                      "a\0\xC4\0\xAC\x20\x3D\xD8\x00\xDE\r\0\n\0b\0"),
                "a\xC3\x84\xE2\x82\xAC\xF0\x9F\x98\x80\nb");
    expect_text(BYTES("\xFE\xFF"
                      "\0a\0\xC4\x20\xAC\xD8\x3D\xDE\x00\0\r\0\n\0b"),
                "a\xC3\x84\xE2\x82\xAC\xF0\x9F\x98\x80\nb");
    expect_text(BYTES("\xFF\xFE"), "");
}

Test(base_encoding, other_bytes_stay) {
    expect_text(BYTES("\xEF\xBB\xBFred\n"), "red\n");
    expect_text(BYTES("sch\xF6n\n"), "sch\xF6n\n"); /* Latin-1 */
    expect_text(BYTES(""), "");
}

Test(base_encoding, every_end_of_a_line_is_lf) {
    expect_text(BYTES("a\r\nb\r\r\n\r\nc"), "a\nb\n\nc");
    expect_text(BYTES("a\rb\r\rc\r"), "a\nb\n\nc\n");
    expect_text(BYTES("a\rb\nc"), "a\rb\nc"); /* a file with LF: a name may hold a CR */
}

Test(base_encoding, what_is_no_text_is_named) {
    expect_refused(BYTES("ab\0cdefghijkl"), "x: holds a 0 byte, so it is no text; a list is wanted");
    expect_refused(BYTES("a\0.\0p\0n\0g\0\n\0"), "looks like UTF-16LE without its mark; save it as UTF-8");
    expect_refused(BYTES("\0a\0.\0p\0n\0g\0\n"), "looks like UTF-16BE");
    expect_refused(BYTES("\xFF\xFE\0\0a\0\0\0"), "is UTF-32");
    expect_refused(BYTES("\xFF\xFE"
                         "a\0b"),
                   "half a character at byte 4");
    expect_refused(BYTES("\xFF\xFE\x3D\xD8"
                         "a\0"),
                   "half a character at byte 2");
    expect_refused(BYTES("\xFF\xFE\x00\xDE"
                         "a\0"),
                   "half a character at byte 2");
    expect_refused(BYTES("\xFF\xFE"
                         "a\0\0\0"),
                   "0 byte");
}

/* ---- lines ---- */

/* The lines of a pipe that holds these bytes, each after its number; a failure after '!'. */
static void expect_lines(const char *bytes, size_t n, const char *wanted) {
    int ends[2];
    dk_lines *lines = NULL;
    dk_error err = {0};
    dk_buffer got = {0};
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], bytes, n), (ssize_t)n);
    close(ends[1]);
    cr_assert_eq(dk_lines_open(&lines, ends[0], "stdin", "paths are wanted", &err), DK_OK);
    for (;;) {
        char *line = NULL;
        if (dk_lines_next(lines, &line, &err) != DK_OK) {
            dk_buffer_add(&got, "!%s", err.text);
            break;
        }
        if (line == NULL) {
            break;
        }
        dk_buffer_add(&got, "%ld%s|", dk_lines_number(lines), line);
    }
    cr_expect_str_eq(got.text == NULL ? "" : got.text, wanted);
    dk_buffer_free(&got);
    dk_lines_close(lines);
    close(ends[0]);
}

Test(base_lines, in_every_encoding) {
    expect_lines(BYTES("a\nb\n"), "1a|2b|");
    expect_lines(BYTES("\xEF\xBB\xBF"
                       "a\r\n\r\nb"),
                 "1a|2|3b|");
    expect_lines(BYTES("a\rb\r"), "1a|2b|");
    expect_lines(BYTES("\xFF\xFE"
                       "a\0\r\0\n\0\xC4\0\n\0"),
                 "1a|2\xC3\x84|");
    expect_lines(BYTES("\xFE\xFF"
                       "\0a\0\r\0\n\0b"),
                 "1a|2b|");
    expect_lines(BYTES("\xFF\xFE"), "");
    expect_lines(BYTES("\xFF"), "1\xFF|");
    expect_lines(BYTES(""), "");
    expect_lines(BYTES("\n"), "1|");
}

Test(base_lines, what_is_no_text_is_named) {
    expect_lines(BYTES("a\nb\0c"), "1a|!stdin: holds a 0 byte, so it is no text; paths are wanted");
    expect_lines(BYTES("\xFF\xFE"
                       "a\0\n\0b"),
                 "1a|!stdin:2: begins as UTF-16 and holds half a character; save it as UTF-8");
    char *line = NULL;
    dk_lines *lines = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_lines_open(&lines, -1, "stdin", "", &err), DK_OK);
    cr_expect_eq(dk_lines_next(lines, &line, &err), DK_EIO);
    cr_expect_str_eq(err.text, "cannot read stdin: it is closed");
    dk_lines_close(lines);
}

/* A terminal's reader must not wait for more than the line. */
Test(base_lines, a_line_is_given_as_soon_as_it_is_there, .timeout = 20) {
    static const char *const pieces[] = {"a\n", "\xEF\xBB\xBF\n", "b\r", "\nc\n"};
    int ends[2];
    dk_lines *lines = NULL;
    dk_error err = {0};
    char *line = NULL;
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dk_lines_open(&lines, ends[0], "stdin", "", &err), DK_OK);
    for (int i = 0; i < 4; i++) {
        static const char *const wanted[] = {"a", "\xEF\xBB\xBF", "b", "c"}; /* a mark within is none */
        cr_assert_eq(write(ends[1], pieces[i], strlen(pieces[i])), (ssize_t)strlen(pieces[i]));
        cr_assert_eq(dk_lines_next(lines, &line, &err), DK_OK);
        cr_expect_str_eq(line, wanted[i]);
    }
    dk_lines_close(lines);
    close(ends[0]);
    close(ends[1]);
}

Test(base_lines, longer_than_what_is_read_at_once) {
    const size_t n = 120000;
    char *const text = malloc(2 * n + 2);
    text[0] = (char)0xFF;
    text[1] = (char)0xFE;
    for (size_t i = 0; i < n; i++) {
        text[2 + 2 * i] = i == n / 2 ? '\n' : 'x';
        text[3 + 2 * i] = 0;
    }
    FILE *const f = tmpfile();
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, 2 * n + 2, f), 2 * n + 2);
    rewind(f);
    dk_lines *lines = NULL;
    dk_error err = {0};
    char *line = NULL;
    cr_assert_eq(dk_lines_open(&lines, fileno(f), "f", "", &err), DK_OK);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(dk_lines_next(lines, &line, &err), DK_OK, "%s", err.text);
        cr_expect_eq(strlen(line), i == 0 ? n / 2 : n / 2 - 1);
    }
    cr_assert_eq(dk_lines_next(lines, &line, &err), DK_OK);
    cr_expect_null(line);
    dk_lines_close(lines);
    fclose(f);
    free(text);
}

Test(base_lines, a_line_has_an_end) {
    for (int more = 0; more < 2; more++) {
        FILE *const f = tmpfile();
        for (int i = 0; i < DK_LINE_MOST + more; i++) {
            fputc('x', f);
        }
        fputs("\nnext\n", f);
        rewind(f);
        dk_lines *lines = NULL;
        dk_error err = {0};
        char *line = NULL;
        cr_assert_eq(dk_lines_open(&lines, fileno(f), "f", "a path", &err), DK_OK);
        cr_expect_eq(dk_lines_next(lines, &line, &err), more ? DK_EPARSE : DK_OK);
        cr_expect_str_eq(err.text, more ? "f:1: a line of more than 65536 bytes; a path" : "");
        dk_lines_close(lines);
        fclose(f);
    }
}

/* ---- spellings ---- */

Test(base_unicode, letters_have_one_spelling) {
    static const struct {
        const char *text, *wanted;
    } all[] = {{"plain", "plain"},
               {"A\xCC\x88rger", "\xC3\x84rger"}, /* Ä */
               {"\xC3\x84rger", "\xC3\x84rger"},
               {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"}, /* Hangul */
               {"\xE3\x81\xAF\xE3\x82\x99", "\xE3\x81\xB0"},             /* Kana */
               {"\xC4rger", "\xC4rger"},                                 /* Latin-1 */
               {"", ""}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *const text = dk_text_composed(all[i].text);
        cr_expect_str_eq(text, all[i].wanted);
        free(text);
    }
    cr_expect(dk_text_is_ascii("abc") && !dk_text_is_ascii("\xC3\x84"));
    cr_expect(dk_text_is_utf8("\xC3\x84") && !dk_text_is_utf8("\xC4rger"));
}
