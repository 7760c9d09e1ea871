/* Texts and values of a file: names printable, dims within bounds, and as many numbers as they want. */
#include <limits.h>
#include <string.h>

#include "base/hash.h"
#include "convert/onnx_read.h"

enum { NAME_ROOM = 120 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_LOCATION = 14, SHAPE_DIM = 1, DIM_VALUE = 1 };

/* ---- texts ---- */

const char *dk_onnx_printable(const dk_onnx *m, const dk_pb *text) {
    const size_t size = dk_pb_size(text), n = size < NAME_ROOM ? size : NAME_ROOM;
    char *name = dk_arena_alloc(m->arena, n + 1);
    for (size_t i = 0; name && i < n; i++) {
        const char c = (char)text->at[i];
        name[i] = (char)(c > ' ' && c <= '~' ? c : '_');
    }
    return name;
}

/* The last field of this number in a message that is a text; empty when there is none. */
dk_status dk_onnx_find_text(dk_pb message, int number, dk_pb *out, dk_error *err) {
    bool there = true;
    dk_pb_field f;
    *out = (dk_pb){message.path, message.begin, message.end, message.end};
    while (there) {
        DK_TRY(dk_pb_next(&message, &f, &there, err));
        if (there && f.number == number) {
            DK_TRY(dk_pb_want(&message, &f, DK_PB_BYTES, err));
            *out = f.inside;
        }
    }
    return DK_OK;
}

/* ---- values ---- */

/* Where the name is, or the free place for it. */
static size_t slot(const dk_onnx *m, const dk_pb *name) {
    size_t at = dk_hash(name->at, dk_pb_size(name), 0) & (m->table_size - 1);
    while (m->table[at] >= 0) {
        const dk_pb *other = &m->values[m->table[at]].exact;
        if (dk_pb_size(other) == dk_pb_size(name) && memcmp(other->at, name->at, dk_pb_size(name)) == 0) {
            break;
        }
        at = (at + 1) & (m->table_size - 1);
    }
    return at;
}

const dk_onnx_value *dk_onnx_find(const dk_onnx *m, const dk_pb *name) {
    const int i = m->table[slot(m, name)];
    return i < 0 ? NULL : &m->values[i];
}

/* room was counted before. */
dk_status dk_onnx_add_value(dk_onnx *m, const dk_pb *name, dk_onnx_value **out, dk_error *err) {
    const size_t at = slot(m, name);
    const char *text = dk_onnx_printable(m, name);
    if (!text) {
        return dk_no_memory(err, NAME_ROOM, "the name of a value");
    }
    if (m->table[at] >= 0) {
        return dk_fail(err, DK_EFORMAT, "%s: value '%s' is given twice; the file is broken", m->path, text);
    }
    *out = &m->values[m->value_count];
    **out = (dk_onnx_value){
        .name = text, .exact = *name, .index = m->value_count, .rank = DK_ONNX_UNKNOWN, .node = -1};
    m->table[at] = m->value_count++;
    return DK_OK;
}

dk_status dk_onnx_add_dim(const dk_onnx *m, dk_onnx_value *v, int64_t dim, dk_error *err) {
    if (v->rank == DK_ONNX_RANK) {
        return dk_fail(err, DK_EFORMAT, "%s: value '%s' has more than %d dims; the file is broken", m->path,
                       v->name, DK_ONNX_RANK);
    }
    double count = 1;
    for (int i = 0; i < v->rank; i++) {
        count *= (double)(v->dims[i] > 0 ? v->dims[i] : 1);
    }
    if (dim < DK_ONNX_UNKNOWN || count * (double)dim > INT_MAX) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: value '%s' has a negative or absurdly large dim; the file is broken", m->path,
                       v->name);
    }
    v->dims[v->rank++] = (int)dim;
    return DK_OK;
}

/* dims, type and place of a tensor's values. */
dk_status dk_onnx_read_tensor(const dk_onnx *m, dk_pb tensor, dk_onnx_value *v, dk_error *err) {
    bool there = true;
    dk_pb_field f;
    v->constant = true;
    v->holder = tensor;
    v->rank = 0;
    while (there) {
        uint64_t dim = 0;
        DK_TRY(dk_pb_next(&tensor, &f, &there, err));
        for (bool more = there && f.number == TENSOR_DIMS; more;) {
            DK_TRY(dk_pb_number(&f, DK_PB_VARINT, &dim, &more, err));
            DK_TRY(more ? dk_onnx_add_dim(m, v, (int64_t)dim < 0 ? INT64_MIN : (int64_t)dim, err) : DK_OK);
        }
        if (there && f.number == TENSOR_TYPE) {
            v->type = (int)f.value;
        } else if (there && f.number == TENSOR_LOCATION && f.value != 0) {
            return dk_fail(err, DK_EUNSUPPORTED,
                           "%s: the values of '%s' lie in another file; save the model as one file", m->path,
                           v->name);
        }
    }
    return dk_onnx_check_values(m, v, err);
}

dk_status dk_onnx_read_shape(const dk_onnx *m, dk_pb shape, dk_onnx_value *v, dk_error *err) {
    bool there = true;
    dk_pb_field f;
    v->rank = 0;
    while (there) {
        DK_TRY(dk_pb_next(&shape, &f, &there, err));
        if (there && f.number == SHAPE_DIM) {
            int64_t dim = DK_ONNX_UNKNOWN;
            dk_pb_field d;
            DK_TRY(dk_pb_want(&shape, &f, DK_PB_BYTES, err));
            for (bool more = true; more;) {
                DK_TRY(dk_pb_next(&f.inside, &d, &more, err));
                dim = more && d.number == DIM_VALUE && d.wire == DK_PB_VARINT ? (int64_t)d.value : dim;
            }
            DK_TRY(dk_onnx_add_dim(m, v, dim, err));
        }
    }
    return DK_OK;
}
