/* Strict numbers in any locale, near misses, counts, paths and the buffer. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

Test(base_text, whole_numbers) {
    long v = 42;
    static const char *const bad[] = {"",    " 1",  "1 ", "3x",   "0x10", "1.0",
                                      "1e3", "abc", "-",  "+ -1", "--1",  "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(dk_text_int(bad[i], &v), "'%s'", bad[i]);
        cr_assert_eq(v, 42);
    }
    cr_assert(dk_text_int("-17", &v) && v == -17);
    cr_assert(dk_text_int("+8", &v) && v == 8);
    cr_assert(dk_text_int("007", &v) && v == 7);
}

Test(base_text, numbers) {
    double v = 42;
    static const char *const bad[] = {"",      " 1", "1 ", "1,5", "0x1p3", "nan",   "inf", "-inf", "infinity",
                                      "1e999", "e",  "1e", ".",   "--1",   "1.2.3", "1f",  "-"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_assert_not(dk_text_float(bad[i], &v), "'%s'", bad[i]);
        cr_assert_eq(v, 42);
    }
    cr_assert(dk_text_float(".5", &v) && v == 0.5);
    cr_assert(dk_text_float("-1.25E-2", &v) && v == -0.0125);
    cr_assert(dk_text_float("1e-400", &v) && v == 0);
    cr_assert(dk_text_float("3", &v) && v == 3);
}

/* A program around the library may have set a locale with a decimal comma. Where the machine has none of
 * these, the test says less. */
Test(base_text, the_locale_does_not_matter) {
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "ru_RU.UTF-8", NULL};
    for (int i = 0; names[i] != NULL && setlocale(LC_ALL, names[i]) == NULL; i++) {
    }
    double v = 0;
    cr_assert(dk_text_float("0.5", &v) && v == 0.5);
    dk_buffer b = {0};
    dk_buffer_add(&b, "%.2f", 1.5);
    cr_assert_str_eq(b.text, "1.50");
    dk_buffer_free(&b);
    dk_error err = {0};
    (void)dk_fail(&err, DK_EPARSE, "%.1f", 2.5);
    cr_assert_str_eq(err.text, "2.5");
}

Test(base_text, trim) {
    char text[] = " \t a b\r\n", nothing[] = " \r", empty[] = "";
    cr_assert_str_eq(dk_text_trim(text), "a b");
    cr_assert_str_eq(dk_text_trim(nothing), "");
    cr_assert_str_eq(dk_text_trim(empty), "");
}

Test(base_text, a_comment_behind_a_value) {
    const char *const cases[][2] = {{"7 # seven", "7"}, {"7\t#", "7"},     {"7   \t # a # b", "7"},
                                    {"a#b", "a#b"},     {"a#b #c", "a#b"}, {"#a", "#a"},
                                    {" # a", ""},       {"", ""},          {"a", "a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s", cases[i][0]);
        dk_text_cut_comment(text);
        cr_expect_str_eq(text, cases[i][1]);
    }
}

Test(base_text, ends) {
    cr_assert(dk_text_ends("a/b.JPG", ".jpg"));
    cr_assert(dk_text_ends("x", ""));
    cr_assert_not(dk_text_ends("jpg", ".jpg"));
    cr_assert_not(dk_text_ends("a.jpeg", ".jpg"));
}

Test(base_text, the_closest_word) {
    static const char *const keys[] = {"size",  "stride", "padding", "filters", "batch_normalize",
                                       "batch", NULL};
    cr_assert_str_eq(dk_text_closest("sise", keys), "size");
    cr_assert_str_eq(dk_text_closest("filtres", keys), "filters"); /* a swap is one edit */
    cr_assert_str_eq(dk_text_closest("bacth", keys), "batch");
    cr_assert_str_eq(dk_text_closest("Stride", keys), "stride");
    cr_assert_str_eq(dk_text_closest("batch_normalise", keys), "batch_normalize");
    cr_assert_null(dk_text_closest("colour", keys));
    cr_assert_null(dk_text_closest("xy", keys));
    cr_assert_null(dk_text_closest("", keys));
    char huge[5000];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    cr_assert_null(dk_text_closest(huge, keys));
    const char *const long_key[] = {huge, NULL};
    cr_assert_null(dk_text_closest("size", long_key));
}

Test(base_text, counts) {
    char out[32];
    cr_assert_str_eq(dk_text_count(out, 0), "0");
    cr_assert_str_eq(dk_text_count(out, 999), "999");
    cr_assert_str_eq(dk_text_count(out, 1000), "1,000");
    cr_assert_str_eq(dk_text_count(out, 1234567), "1,234,567");
    cr_assert_str_eq(dk_text_count(out, -123456), "-123,456");
    cr_assert_str_eq(dk_text_count(out, INT64_MIN), "-9,223,372,036,854,775,808");
}

Test(base_text, paths) {
    char out[8];
    cr_assert_str_eq(dk_path_name("a/b c.cfg"), "b c.cfg");
    cr_assert_str_eq(dk_path_name("x"), "x");
    cr_assert_eq(dk_path_stem("cfg/net.v2.cfg", out, sizeof out), 6);
    cr_assert_str_eq(out, "net.v2");
    cr_assert_eq(dk_path_stem("d.x/.hidden", out, sizeof out), 7);
    cr_assert_str_eq(out, ".hidden");
    cr_assert_eq(dk_path_stem("mobilenet.cfg", out, 4), 9);
    cr_assert_str_eq(out, "mob");
    cr_assert_eq(dk_path_stem("mobilenet.cfg", NULL, 0), 9);
}

Test(base_text, words_of_a_shell) {
    const char *const cases[][2] = {{"a/b-c_1.weights", "a/b-c_1.weights"},
                                    {"a b", "'a b'"},
                                    {"it's", "'it'\\''s'"},
                                    {"", "''"},
                                    {"$(x)", "'$(x)'"}};
    char out[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_str_eq(dk_text_quoted(out, sizeof out, cases[i][0]), cases[i][1]);
    }
    dk_text_quoted(out, 12, "a 'very' long name");
    cr_expect_lt(strlen(out), 12);
}

Test(base_text, a_buffer_grows) {
    dk_buffer b = {0};
    for (int i = 0; i < 1000; i++) {
        dk_buffer_add(&b, "%d,", i % 10);
    }
    dk_buffer_put(&b, "end", 3);
    cr_assert_eq(b.size, 2003);
    cr_assert_eq(strlen(b.text), 2003);
    cr_assert_str_eq(b.text + 1998, "9,end");
    dk_buffer_put(&b, "", SIZE_MAX / 2);
    cr_assert(b.failed, "no machine has this much");
    dk_buffer_add(&b, "more");
    cr_assert_eq(b.size, 2003);
    dk_buffer_free(&b);
    cr_assert(b.text == NULL && !b.failed);
}

Test(base_text, a_mark_before_the_text_is_passed_over) {
    char marked[] = "\xEF\xBB\xBFred", plain[] = "red", half[] = "\xEF\xBB";
    cr_expect_str_eq(dk_text_after_mark(marked), "red");
    cr_expect_str_eq(dk_text_after_mark(plain), "red");
    cr_expect_str_eq(dk_text_after_mark(half), half);
}

Test(base_text, characters) {
    static const struct {
        const char *text;
        int bytes;
        uint32_t code;
    } all[] = {{"a", 1, 0x61},
               {"\xC3\xA9", 2, 0xe9},
               {"\xE2\x82\xAC", 3, 0x20ac},
               {"\xF0\x9F\x98\x80", 4, 0x1f600},
               {"\xE9", 0, 0xfffd},
               {"\xC0\xAF", 0, 0xfffd},
               {"\xE0\x9F\xBF", 0, 0xfffd},
               {"\xED\xA0\x80", 0, 0xfffd},
               {"\xF4\x90\x80\x80", 0, 0xfffd},
               {"\xE2\x82", 0, 0xfffd},
               {"\x80", 0, 0xfffd},
               {"\xF8\x88\x80\x80\x80", 0, 0xfffd}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cr_expect_eq(dk_text_character(all[i].text), all[i].bytes, "%zu", i);
        cr_expect_eq(dk_text_code(all[i].text), all[i].code, "%zu", i);
    }
}

Test(base_text, cuts_between_characters) {
    static const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t room = 0; room < sizeof wanted / sizeof *wanted; room++) {
        cr_expect_eq(dk_text_fit("a\u00E9\u20AC", room), wanted[room], "%zu", room);
    }
}

Test(base_text, lines_are_cut_off_one_by_one) {
    char text[] = " a b\t\n\n c";
    char *rest = text;
    cr_expect_eq(dk_text_tally(text, sizeof text - 1, '\n'), 2);
    cr_expect_str_eq(dk_text_line(&rest), "a b");
    cr_expect_str_eq(dk_text_line(&rest), "");
    cr_expect_str_eq(dk_text_line(&rest), "c");
    cr_expect_null(dk_text_line(&rest));
}
