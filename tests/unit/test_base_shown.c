/* Text of others: nothing that moves a terminal's cursor or ends a line comes through, and everything else does. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "base/shown.h"

static void expect_shown(const char *text, const char *wanted) {
    dk_buffer out = {0};
    dk_shown_put(&out, text);
    cr_expect_str_eq(out.text, wanted);
    dk_buffer_free(&out);
}

Test(base_shown, what_is_hidden_and_what_is_not) {
    expect_shown("", "");
    expect_shown("plain name.png", "plain name.png");
    expect_shown("a\nb\tc\r", "a\\x0ab\\x09c\\x0d");
    expect_shown("\033[2J\007\177", "\\x1b[2J\\x07\\x7f");
    expect_shown("a\xc2\x9b"
                 "2Jb",
                 "a\\xc2\\x9b2Jb"); /* U+009B is ESC [ to some terminals */
    expect_shown("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
    expect_shown("\xe2\x80\xa8|\xe2\x80\xa9",
                 "\\xe2\\x80\\xa8|\\xe2\\x80\\xa9"); /* line, paragraph separator */
    expect_shown("\x9b"
                 "2J \xff \xe5\xbc",
                 "\\x9b2J \\xff \\xe5\\xbc"); /* no UTF-8 */
    expect_shown("Größe 开心 سعيد 😀", "Größe 开心 سعيد 😀");
    expect_shown("back\\slash", "back\\slash");
}

Test(base_shown, a_copy_is_cut_between_characters) {
    char out[8];
    cr_expect(dk_shown_copy(out, sizeof out, "abc\n"));
    cr_expect_str_eq(out, "abc\\x0a");
    cr_expect_not(dk_shown_copy(out, sizeof out, "abcd\n"));
    cr_expect_str_eq(out, "abcd");
    cr_expect_not(dk_shown_copy(out, sizeof out, "öööö"));
    cr_expect_str_eq(out, "ööö");
    cr_expect_not(dk_shown_copy(out, 1, "x"));
    cr_expect_str_eq(out, "");
}

static const char *formatted(dk_buffer *out, const char *format, ...) DK_PRINTF(2, 3);

static const char *formatted(dk_buffer *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    out->size = 0;
    dk_shown_add(out, format, args);
    va_end(args);
    return out->text;
}

Test(base_shown, formats_are_ours_and_texts_are_of_others) {
    dk_buffer out = {0};
    cr_expect_str_eq(formatted(&out, "\t%s:\n", "a\nb"), "\ta\\x0ab:\n");
    cr_expect_str_eq(formatted(&out, "[%6s] [%-6s] [%*s]", "ab", "\n", -5, "x"),
                     "[    ab] [\\x0a  ] [x    ]");
    cr_expect_str_eq(formatted(&out, "[%.2s] [%.*s] [%-4.3s]", "abc", 3, "öö", "a\nb"), "[ab] [ö] [a   ]");
    cr_expect_str_eq(formatted(&out, "%d %5d %-5d| %05d %+d %i %u %x", 1, 2, 3, 4, 5, -6, 7u, 255u),
                     "1     2 3    | 00004 +5 -6 7 ff");
    cr_expect_str_eq(formatted(&out, "%ld %lld %llu %zu", -1L, -2LL, 18446744073709551615ULL, sizeof(char)),
                     "-1 -2 18446744073709551615 1");
    cr_expect_str_eq(formatted(&out, "%f %.2f %9.4f %g %.9g %lf %.0f %%", .5, 1.005, 2., 1e-9, .1, 3., 2.5),
                     "0.500000 1.00    2.0000 1e-09 0.1 3.000000 2 %");
    cr_expect_str_eq(formatted(&out, "%s", ""), "");
    dk_buffer_free(&out);
}

static void listen(void *user, int level, const char *text) {
    (void)level;
    strcpy(user, text);
}

Test(base_shown, messages_are_shown_too) {
    char heard[64] = "";
    const dk_log log = {.write = listen, .user = heard};
    dk_warn(&log, "%s: gone", "a\n\xc2\x9b");
    cr_expect_str_eq(heard, "a\\x0a\\xc2\\x9b: gone");
}
