/* Writes FlatBuffers, front to back: a table leaves room for its offsets, which are pointed to what they mean
 * once that is written. Only what tests need. */
#ifndef TESTS_SUPPORT_FLAT_H
#define TESTS_SUPPORT_FLAT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *bytes; /* the caller frees it */
    size_t size;
} flat;

/* A field of a table: a number of 1, 2, 4 or 8 bytes, or (bytes = FLAT_OFFSET) an offset; bytes 0: absent. */
typedef struct {
    int bytes;
    int64_t value;
} flat_field;
enum { FLAT_OFFSET = -4 };

/* The root's offset and four bytes that name the kind of file. */
void flat_begin(flat *f, const char *mark);

/* Appends a table and returns its place; `from`: the place of an offset that shall lead to it. */
size_t flat_table(flat *f, size_t from, const flat_field *fields, int count);
/* The place of a table's field. */
size_t flat_at(const flat *f, size_t table, int field);

/* Appends a vector of numbers of `each` bytes and points `from` to it; returns the place of element 0. */
size_t flat_vector(flat *f, size_t from, const void *values, size_t count, size_t each);
/* The same for `count` offsets that are yet to be pointed somewhere. */
size_t flat_offsets(flat *f, size_t from, size_t count);

/* Overwrites a number. */
void flat_put(flat *f, size_t at, int64_t value, int bytes);

#endif
