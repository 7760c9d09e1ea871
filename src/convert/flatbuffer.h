/* Reading FlatBuffers (https://flatbuffers.dev/internals/) without trust: every offset is checked against the
 * file before it is followed, every number is copied out byte by byte, so that nothing has to be aligned.
 *
 * All numbers are little-endian. A table begins with a signed distance back to its vtable; the vtable holds its
 * own size, the table's size and, for each field, the field's place in the table (0 or beyond: absent). A
 * vector is a count and its elements; tables within vectors and fields are distances forward. */
#ifndef DK_CONVERT_FLATBUFFER_H
#define DK_CONVERT_FLATBUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    const char *path; /* for messages */
    const uint8_t *bytes;
    size_t size;
} dk_fb;

/* A table whose vtable and body lie within the file. */
typedef struct {
    const dk_fb *fb;
    size_t at, size;       /* of the body */
    size_t vtable, fields; /* where the fields' places are, and how many there are */
} dk_fb_table;

/* A vector whose elements lie within the file. */
typedef struct {
    const dk_fb *fb;
    size_t at, count, each; /* the first element; bytes of one */
} dk_fb_vector;

enum {
    DK_FB_HEAD = 8,
    DK_FB_MOST = INT32_MAX
}; /* bytes of its head, and of a whole file: offsets are 32 bits */

/* Does the file, or its first DK_FB_HEAD bytes, begin as one of this kind? */
DK_CHECKED dk_status dk_fb_check(const dk_fb *fb, const char *mark, dk_error *err);

/* The root table. `mark`: the four bytes that a file of this kind has at offset 4. DK_EFORMAT in all of these:
 * "PATH: offset N: what lies beyond the file's M bytes". */
DK_CHECKED dk_status dk_fb_root(const dk_fb *fb, const char *mark, dk_fb_table *out, dk_error *err);

/* A number of 1, 2, 4 or 8 bytes, signed; `absent` when the table does not have it. */
DK_CHECKED dk_status dk_fb_int(const dk_fb_table *t, int field, size_t bytes, int64_t absent, int64_t *out,
                               dk_error *err);
DK_CHECKED dk_status dk_fb_float(const dk_fb_table *t, int field, float absent, float *out, dk_error *err);

/* Is the field there? */
DK_CHECKED dk_status dk_fb_has(const dk_fb_table *t, int field, bool *out, dk_error *err);

/* A table that must be there; `what` names it. */
DK_CHECKED dk_status dk_fb_sub(const dk_fb_table *t, int field, const char *what, dk_fb_table *out,
                               dk_error *err);

/* A vector of elements of `each` bytes (tables: 4; text: 1). An absent one is empty. */
DK_CHECKED dk_status dk_fb_list(const dk_fb_table *t, int field, size_t each, dk_fb_vector *out,
                                dk_error *err);

/* Element i < count of a vector of tables. */
DK_CHECKED dk_status dk_fb_item(const dk_fb_vector *v, size_t i, dk_fb_table *out, dk_error *err);

/* Element i < count of a vector of numbers. */
int64_t dk_fb_int_at(const dk_fb_vector *v, size_t i);
float dk_fb_float_at(const dk_fb_vector *v, size_t i); /* each = 4 */

#endif
