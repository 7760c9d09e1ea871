/* The strict CSV reader: what RFC 4180 allows comes back as it was written, everything else is an error with its
 * line. */
#include "base/csv.h"
#include "support/temp.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char path[] = "t.csv";

TestSuite(base_csv, .init = temp_enter, .fini = temp_leave);

static dk_status read_text(dk_csv **csv, const char *text, size_t size, dk_error *err) {
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, size, f), size);
    fclose(f);
    return dk_csv_read(csv, path, err);
}

static void refuse(const char *text, size_t size, const char *message) {
    dk_csv *csv = NULL;
    dk_error err = {0};
    cr_assert_eq(read_text(&csv, text, size, &err), DK_EPARSE, "%s was taken", text);
    cr_assert_null(csv);
    cr_assert(strstr(err.text, message), "'%s' lacks '%s'", err.text, message);
}

Test(base_csv, cells_and_lines) {
    dk_csv *csv = NULL;
    dk_error err = {0};
    const char text[] = "a,b\r\n\"x,\"\"y\"\"\nz\",\n,2\n";
    cr_assert_eq(read_text(&csv, text, strlen(text), &err), DK_OK, "%s", err.text);
    cr_assert_eq(csv->columns, 2);
    cr_assert_eq(csv->rows, 2);
    cr_assert_str_eq(csv->head[1], "b");
    cr_assert_str_eq(csv->cell[0], "x,\"y\"\nz");
    cr_assert_str_eq(csv->cell[1], "");
    cr_assert_str_eq(csv->cell[2], "");
    cr_assert_str_eq(csv->cell[3], "2");
    cr_assert_eq(csv->line[0], 2);
    cr_assert_eq(csv->line[1], 4, "a line end within quotes counts");
    dk_csv_close(csv);
}

Test(base_csv, bad_files) {
    refuse("", 0, "is empty");
    refuse("a,b\n1,2", 7, ":2: the last line has no end");
    refuse("a,b\n1,2,3\n", 10, ":2: 3 fields, but the head has 2");
    refuse("a,b\n1,2\n\n", 9, ":3: 1 fields");
    refuse("a,b\n1,\"2\n\n", 10, ":2: a quote opens here");
    refuse("a\n\"x\"y\n", 7, ":2: a quote or control character");
    refuse("a\nx\"y\n", 6, ":2: a quote or control character");
    refuse("a\n\"", 3, "never closed");
    refuse("a\n\0\n", 4, "0 byte");
}

Test(base_csv, numbers) {
    dk_csv *csv = NULL;
    dk_error err = {0};
    double value = 0;
    int column = 0;
    const char text[] = "n,m\n0.5,\nx,nan\n";
    cr_assert_eq(read_text(&csv, text, strlen(text), &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_csv_column(csv, "m", &column, &err), DK_OK);
    cr_assert_eq(column, 1);
    cr_assert_eq(dk_csv_column(csv, "q", &column, &err), DK_EPARSE);
    cr_assert(strstr(err.text, "there are: n, m"), "%s", err.text);
    cr_assert_eq(dk_csv_number(csv, 0, 0, 0, 1, false, &value, &err), DK_OK);
    cr_assert_eq(value, .5);
    cr_assert_eq(dk_csv_number(csv, 0, 0, 1, 2, false, &value, &err), DK_EPARSE);
    cr_assert(strstr(err.text, ":2: n: 0.5 is out of range 1..2"), "%s", err.text);
    cr_assert_eq(dk_csv_number(csv, 0, 1, 0, 1, true, &value, &err), DK_OK);
    cr_assert(isnan(value));
    cr_assert_eq(dk_csv_number(csv, 0, 1, 0, 1, false, &value, &err), DK_EPARSE);
    cr_assert_eq(dk_csv_number(csv, 1, 1, 0, 1, true, &value, &err), DK_EPARSE, "nan is no number");
    cr_assert(strstr(err.text, ":3: m: 'nan' is no number"), "%s", err.text);
    dk_csv_close(csv);
}

Test(base_csv, what_is_put_is_read) {
    static const char *const fields[] = {"plain", "com,ma",   "quo\"te", "line\nend", "",    "=1+1",
                                         "@x",    "-3",       "+a",      "\tx\rx",    "'=x", "''-y",
                                         "'z",    "=\"a\",b", "-\nnext", "x=1"};
    enum { FIELDS = sizeof fields / sizeof *fields };
    dk_buffer text = {0};
    dk_csv *csv = NULL;
    dk_error err = {0};
    for (int i = 0; i < FIELDS; i++) {
        dk_buffer_add(&text, "%s", i > 0 ? "," : "");
        dk_csv_put(&text, fields[i]);
    }
    dk_buffer_add(&text, "\n");
    cr_assert_eq(read_text(&csv, text.text, text.size, &err), DK_OK, "%s", err.text);
    cr_assert_eq(csv->columns, FIELDS);
    for (int i = 0; i < FIELDS; i++) {
        cr_assert_str_eq(csv->head[i], fields[i]);
    }
    dk_buffer_free(&text);
    dk_csv_close(csv);
}

/* What a spreadsheet would run stands behind an apostrophe; what it would not, does not. */
Test(base_csv, formulas_are_put_as_names) {
    static const char *const pairs[][2] = {{"=1+1", "'=1+1"}, {"-happy", "'-happy"}, {"@", "'@"},
                                           {"'=x", "''=x"},   {"'tis", "'tis"},      {"+a,b", "\"'+a,b\""},
                                           {"a=b", "a=b"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        dk_buffer text = {0};
        dk_csv_put(&text, pairs[i][0]);
        cr_expect_str_eq(text.text, pairs[i][1]);
        dk_buffer_free(&text);
    }
}
