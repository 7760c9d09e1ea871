/* The FlatBuffers reader over buffers of the tests' own writer: what was written comes back, and what points
 * outside is an error. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "convert/flatbuffer.h"
#include "support/flat.h"

enum { BYTE, INT, ABSENT, LIST, SUB, LONG, FIELDS };

static flat file;
static size_t root, list, sub;
static dk_fb fb;
static dk_error err;

static void begin(void) {
    const int16_t numbers[] = {3, -4, 500};
    const flat_field fields[FIELDS] = {{1, -7},          {4, 123456},      {0, 0},
                                       {FLAT_OFFSET, 0}, {FLAT_OFFSET, 0}, {8, -(1LL << 40)}};
    const flat_field inner[] = {{4, 0x3fc00000}}; /* 1.5f */
    flat_begin(&file, "TEST");
    root = flat_table(&file, 0, fields, FIELDS);
    list = flat_vector(&file, flat_at(&file, root, LIST), numbers, 3, 2);
    sub = flat_table(&file, flat_at(&file, root, SUB), inner, 1);
    fb = (dk_fb){"a.bin", file.bytes, file.size};
    err = (dk_error){0};
}

static void end(void) {
    free(file.bytes);
}

TestSuite(convert_flatbuffer, .init = begin, .fini = end);

static dk_fb_table open_root(void) {
    dk_fb_table t;
    cr_assert_eq(dk_fb_root(&fb, "TEST", &t, &err), DK_OK, "%s", err.text);
    return t;
}

static int64_t int_of(const dk_fb_table *t, int field, size_t bytes) {
    int64_t v = 0;
    cr_assert_eq(dk_fb_int(t, field, bytes, 99, &v, &err), DK_OK, "%s", err.text);
    return v;
}

Test(convert_flatbuffer, what_was_written_comes_back) {
    const dk_fb_table t = open_root();
    cr_expect_eq(int_of(&t, BYTE, 1), -7);
    cr_expect_eq(int_of(&t, INT, 4), 123456);
    cr_expect_eq(int_of(&t, LONG, 8), -(1LL << 40));
    cr_expect_eq(int_of(&t, ABSENT, 4), 99);
    cr_expect_eq(int_of(&t, FIELDS + 3, 4), 99, "a field that the writer did not know");
    dk_fb_vector v;
    cr_assert_eq(dk_fb_list(&t, LIST, 2, &v, &err), DK_OK, "%s", err.text);
    cr_assert_eq(v.count, 3);
    cr_expect_eq(dk_fb_int_at(&v, 1), -4);
    cr_expect_eq(dk_fb_int_at(&v, 2), 500);
    dk_fb_table inner;
    float f = 0;
    cr_assert_eq(dk_fb_sub(&t, SUB, "it", &inner, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_fb_float(&inner, 0, 0, &f, &err), DK_OK);
    cr_expect_float_eq(f, 1.5, 0);
    cr_assert_eq(dk_fb_list(&t, ABSENT, 2, &v, &err), DK_OK);
    cr_expect_eq(v.count, 0);
}

static void expect(dk_status status, const char *words) {
    cr_expect_eq(status, DK_EFORMAT);
    cr_expect(strncmp(err.text, "a.bin: ", 7) == 0 && strstr(err.text, words), "'%s' has no '%s'", err.text,
              words);
}

Test(convert_flatbuffer, another_kind_of_file) {
    dk_fb_table t;
    expect(dk_fb_root(&fb, "ELSE", &t, &err), "bytes 4..7 are not \"ELSE\"");
    fb.size = 7;
    expect(dk_fb_root(&fb, "TEST", &t, &err), "beyond the file's 7 bytes");
}

Test(convert_flatbuffer, offsets_beyond_the_file) {
    dk_fb_table t;
    dk_fb_vector v;
    flat_put(&file, flat_at(&file, root, LIST), 0x7fffffff, 4);
    flat_put(&file, flat_at(&file, root, SUB), (int64_t)(file.size - flat_at(&file, root, SUB)) - 2, 4);
    const dk_fb_table r = open_root();
    expect(dk_fb_list(&r, LIST, 2, &v, &err), "beyond the file's");
    expect(dk_fb_sub(&r, SUB, "inner table", &t, &err), "inner table of 4 bytes lies beyond");
    flat_put(&file, 0, (int64_t)file.size, 4);
    expect(dk_fb_root(&fb, "TEST", &t, &err), "beyond the file's");
}

Test(convert_flatbuffer, a_vector_longer_than_the_file) {
    dk_fb_vector v;
    const dk_fb_table r = open_root();
    flat_put(&file, list - 4, 0xffffffff, 4);
    expect(dk_fb_list(&r, LIST, 2, &v, &err), "a vector of 8589934590 bytes lies beyond the file's");
}

Test(convert_flatbuffer, layouts_that_cannot_be) {
    dk_fb_table t;
    const dk_fb_table r = open_root();
    flat_put(&file, sub, 1 << 30, 4); /* the layout would begin before the file */
    expect(dk_fb_sub(&r, SUB, "it", &t, &err), "lies before the file's begin");
    flat_put(&file, sub, -(1 << 30), 4);
    expect(dk_fb_sub(&r, SUB, "it", &t, &err), "beyond the file's");
    flat_put(&file, sub, 8, 4);
    flat_put(&file, sub - 8, 3, 2); /* three bytes are no layout */
    expect(dk_fb_sub(&r, SUB, "it", &t, &err), "the layout of a table is 3 bytes");
    flat_put(&file, sub - 8, 6, 2);
    flat_put(&file, sub - 4, 6, 2); /* the field would leave its table of 8 bytes */
    expect(dk_fb_sub(&r, SUB, "it", &t, &err) == DK_OK ? dk_fb_int(&t, 0, 4, 0, &(int64_t){0}, &err) : DK_EIO,
           "field 0 lies beyond its table's 8 bytes");
}

Test(convert_flatbuffer, a_table_that_must_be_there) {
    dk_fb_table t;
    const dk_fb_table r = open_root();
    expect(dk_fb_sub(&r, ABSENT, "inner table", &t, &err), "a table lacks its inner table");
}
