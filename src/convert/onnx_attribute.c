/* Attributes of nodes. They are few, so each question walks them. */
#include <stdio.h>
#include <string.h>

#include "convert/onnx_read.h"

enum { NODE_ATTRIBUTE = 5 };
enum { NAME = 1, F = 2, I = 3, S = 4, T = 5, FLOATS = 7, INTS = 8 };

/* The next attribute and its name; *there is false behind the last. */
static dk_status next(dk_pb *node, dk_pb *out, dk_pb *name, bool *there, dk_error *err) {
    dk_pb_field f;
    do {
        DK_TRY(dk_pb_next(node, &f, there, err));
    } while (*there && f.number != NODE_ATTRIBUTE);
    if (*there) {
        DK_TRY(dk_pb_want(node, &f, DK_PB_BYTES, err));
        *out = f.inside;
        DK_TRY(dk_onnx_find_text(*out, NAME, name, err));
    }
    return DK_OK;
}

static dk_status take_numbers(dk_onnx_attribute *a, dk_pb_field *f, dk_error *err) {
    const int room = (int)(sizeof a->ints / sizeof *a->ints);
    const int floats = (int)(sizeof a->floats / sizeof *a->floats);
    for (bool more = true; more;) {
        uint64_t bits = 0;
        DK_TRY(dk_pb_number(f, f->number == INTS ? DK_PB_VARINT : DK_PB_FIXED32, &bits, &more, err));
        if (more && f->number == INTS && a->count < room) {
            a->ints[a->count] = (int64_t)bits;
        }
        if (more && f->number == FLOATS && a->count < floats) {
            a->floats[a->count] = dk_pb_float(bits);
        }
        a->count += more;
    }
    return DK_OK;
}

static dk_status read(dk_pb message, dk_onnx_attribute *a, dk_error *err) {
    dk_pb_field f;
    *a = (dk_onnx_attribute){.there = true, .holder = message};
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&message, &f, &there, err));
        if (!there) {
            break;
        }
        if (f.number == F && f.wire == DK_PB_FIXED32) {
            a->f = dk_pb_float(f.value);
        } else if (f.number == I && f.wire == DK_PB_VARINT) {
            a->i = (int64_t)f.value;
        } else if (f.number == S && f.wire == DK_PB_BYTES) {
            a->s = f.inside;
        } else if (f.number == T && f.wire == DK_PB_BYTES) {
            a->tensor = true;
            a->holder = f.inside;
        } else if (f.number == INTS || f.number == FLOATS) {
            DK_TRY(take_numbers(a, &f, err));
        }
    }
    return DK_OK;
}

dk_status dk_onnx_find_attribute(const dk_onnx_node *n, const char *name, dk_onnx_attribute *out,
                                 dk_error *err) {
    dk_pb rest = n->message, attribute, own;
    *out = (dk_onnx_attribute){0};
    for (bool there = true; there;) {
        DK_TRY(next(&rest, &attribute, &own, &there, err));
        if (there && dk_pb_is(&own, name)) {
            return read(attribute, out, err);
        }
    }
    return DK_OK;
}

/* Is it a word of the list? */
static bool listed(const char *list, const dk_pb *name) {
    const size_t size = dk_pb_size(name);
    for (const char *word = list; *word;) {
        const size_t n = strcspn(word, " ");
        if (n == size && memcmp(word, name->at, n) == 0) {
            return true;
        }
        word += n + strspn(word + n, " ");
    }
    return false;
}

dk_status dk_onnx_strange_attribute(const dk_onnx_node *n, const char *known, char out[64], dk_error *err) {
    dk_pb rest = n->message, attribute, name;
    out[0] = '\0';
    for (bool there = true; there;) {
        DK_TRY(next(&rest, &attribute, &name, &there, err));
        if (there && !listed(known, &name)) {
            snprintf(out, 64, "%.*s", dk_pb_size(&name) > 40 ? 40 : (int)dk_pb_size(&name),
                     (const char *)name.at);
            return DK_OK;
        }
    }
    return DK_OK;
}
