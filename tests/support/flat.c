#include "support/flat.h"

#include <stdlib.h>
#include <string.h>

/* Appends zeros so that the end is a multiple of `align`, then `size` zeros; returns their place. */
static size_t append(flat *f, size_t size, size_t align) {
    const size_t at = (f->size + align - 1) / align * align;
    uint8_t *bytes = realloc(f->bytes, at + size);
    if (bytes == NULL) {
        abort();
    }
    memset(bytes + f->size, 0, at + size - f->size);
    f->bytes = bytes;
    f->size = at + size;
    return at;
}

void flat_put(flat *f, size_t at, int64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) {
        f->bytes[at + (size_t)i] = (uint8_t)((uint64_t)value >> (8 * i));
    }
}

static void point(flat *f, size_t from, size_t to) {
    flat_put(f, from, (int64_t)(to - from), 4);
}

void flat_begin(flat *f, const char *mark) {
    *f = (flat){0};
    append(f, 8, 8);
    memcpy(f->bytes + 4, mark, 4);
}

size_t flat_table(flat *f, size_t from, const flat_field *fields, int count) {
    const size_t vtable = append(f, 4 + 2 * (size_t)count, 8), table = append(f, 4, 8);
    flat_put(f, vtable, 4 + 2 * count, 2);
    flat_put(f, table, (int64_t)(table - vtable), 4);
    for (int i = 0; i < count; i++) {
        if (fields[i].bytes != 0) {
            const int bytes = fields[i].bytes == FLAT_OFFSET ? 4 : fields[i].bytes;
            const size_t at = append(f, (size_t)bytes, (size_t)bytes);
            flat_put(f, at, fields[i].value, bytes);
            flat_put(f, vtable + 4 + 2 * (size_t)i, (int64_t)(at - table), 2);
        }
    }
    flat_put(f, vtable + 2, (int64_t)(f->size - table), 2);
    point(f, from, table);
    return table;
}

size_t flat_at(const flat *f, size_t table, int field) {
    int32_t back;
    uint16_t offset;
    memcpy(&back, f->bytes + table, sizeof back);
    memcpy(&offset, f->bytes + table - back + 4 + 2 * field, sizeof offset);
    return table + offset;
}

size_t flat_vector(flat *f, size_t from, const void *values, size_t count, size_t each) {
    const size_t at = append(f, 8 + count * each, 8) + 4; /* elements at multiples of 8 */
    flat_put(f, at, (int64_t)count, 4);
    if (values != NULL && count > 0) {
        memcpy(f->bytes + at + 4, values, count * each);
    }
    point(f, from, at);
    return at + 4;
}

size_t flat_offsets(flat *f, size_t from, size_t count) {
    return flat_vector(f, from, NULL, count, 4);
}
