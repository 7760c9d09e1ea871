/* Reading Protocol Buffers (https://protobuf.dev/programming-guides/encoding/) without trust: a message is walked field by
 * field, and every length is checked against the message that it stands in before it is followed. Nothing is copied.
 *
 * A field is a key (number·8 + wire type) and a value: a varint (7 bits a byte, the least first), 8 or 4 bytes
 * (little-endian), or a length and as many bytes: text, a message or packed numbers. Groups are not used by any format
 * read here. */
#ifndef DK_CONVERT_PROTOBUF_H
#define DK_CONVERT_PROTOBUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* A message, packed numbers or a text: what is left of it. */
typedef struct {
    const char *path;     /* for messages */
    const uint8_t *begin; /* of the file */
    const uint8_t *at, *end;
} dk_pb;

typedef enum { DK_PB_VARINT = 0, DK_PB_FIXED64 = 1, DK_PB_BYTES = 2, DK_PB_FIXED32 = 5 } dk_pb_wire;

typedef struct {
    int number;
    dk_pb_wire wire;
    uint64_t value; /* of numbers */
    dk_pb inside;   /* of DK_PB_BYTES */
} dk_pb_field;

/* A whole file's bytes as a message. */
dk_pb dk_pb_open(const char *path, const uint8_t *bytes, size_t size);

/* The next field; *there is false behind the last. DK_EFORMAT: "PATH: offset N: what is wrong". */
DK_CHECKED dk_status dk_pb_next(dk_pb *m, dk_pb_field *out, bool *there, dk_error *err);

/* Numbers of a repeated field, which may be packed or stand alone: the next of those in this one. wire: of one alone. */
DK_CHECKED dk_status dk_pb_number(dk_pb_field *f, dk_pb_wire wire, uint64_t *out, bool *there, dk_error *err);

/* What a field must be: DK_EFORMAT names the field. */
DK_CHECKED dk_status dk_pb_want(const dk_pb *m, const dk_pb_field *f, dk_pb_wire wire, dk_error *err);

float dk_pb_float(uint64_t bits); /* of a DK_PB_FIXED32 */

size_t dk_pb_size(const dk_pb *m);
bool dk_pb_is(const dk_pb *text, const char *word);

#endif
