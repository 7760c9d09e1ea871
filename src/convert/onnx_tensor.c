/* Numbers of constants: raw (little-endian), or as fields of their own type. */
#include <math.h>

#include "convert/half.h"
#include "convert/onnx_read.h"

/* TensorProto; AttributeProto, whose lists stand in for a tensor. */
enum { TENSOR_FLOATS = 4, TENSOR_INT32S = 5, TENSOR_INT64S = 7, TENSOR_RAW = 9 };
enum { ATTRIBUTE_F = 2, ATTRIBUTE_I = 3, ATTRIBUTE_FLOATS = 7, ATTRIBUTE_INTS = 8 };
enum { OTHER_FIELDS = 64 }; /* that a tensor may have beside its values: dims, a name, documentation … */

/* Where the numbers of a type stand; 0: not in that way. */
typedef struct {
    size_t bytes;
    dk_pb_wire wire;
    int field, listed, listed_one;
} storage;

static storage storage_of(int type) {
    switch (type) {
    case DK_ONNX_FLOAT32:
        return (storage){4, DK_PB_FIXED32, TENSOR_FLOATS, ATTRIBUTE_FLOATS, ATTRIBUTE_F};
    case DK_ONNX_FLOAT16:
        return (storage){2, DK_PB_VARINT, TENSOR_INT32S, 0, 0};
    case DK_ONNX_INT32:
        return (storage){4, DK_PB_VARINT, TENSOR_INT32S, 0, 0};
    case DK_ONNX_INT64:
        return (storage){8, DK_PB_VARINT, TENSOR_INT64S, ATTRIBUTE_INTS, ATTRIBUTE_I};
    default:
        return (storage){0};
    }
}

const char *dk_onnx_type_name(int type) {
    static const char *const names[] = {
        "undefined", "float32", "uint8",   "int8",   "uint16", "int16",     "int32",      "int64",   "string",
        "bool",      "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"};
    const size_t count = sizeof names / sizeof *names;
    return type >= 0 && (size_t)type < count ? names[type] : "an unknown type";
}

size_t dk_onnx_count(const dk_onnx_value *v) {
    size_t n = 1;
    for (int i = 0; i < v->rank; i++) {
        n *= (size_t)v->dims[i];
    }
    return n;
}

/* ---- one number after the other ---- */

/* Where numbers go: one of the two, or neither to count them. */
typedef struct {
    float *floats;
    int64_t *ints;
    size_t room, count, fields;
} sink;

static void put(sink *s, int type, uint64_t bits) {
    if (s->count < s->room && s->floats) {
        s->floats[s->count] =
            type == DK_ONNX_FLOAT16 ? (float)dk_half_value((uint16_t)bits) : dk_pb_float(bits);
    } else if (s->count < s->room && s->ints) {
        s->ints[s->count] = type == DK_ONNX_INT32 ? (int32_t)(uint32_t)bits : (int64_t)bits;
    }
    s->count++;
}

static dk_status put_raw(sink *s, const dk_onnx_value *v, const storage *st, const dk_pb *raw,
                         dk_error *err) {
    const size_t size = dk_pb_size(raw);
    if (size % st->bytes != 0) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: the %zu bytes of '%s' are no whole number of values; the file is broken",
                       raw->path, size, v->name);
    }
    if (s->room == 0) { /* only to be counted */
        s->count += size / st->bytes;
        return DK_OK;
    }
    for (const uint8_t *at = raw->at; at < raw->end; at += st->bytes) {
        uint64_t bits = 0;
        for (size_t i = st->bytes; i-- > 0;) {
            bits = bits << 8 | at[i];
        }
        put(s, v->type, bits);
    }
    return DK_OK;
}

static dk_status walk(const dk_onnx_value *v, sink *s, dk_error *err) {
    const storage st = storage_of(v->type);
    dk_pb rest = v->holder;
    dk_pb_field f;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&rest, &f, &there, err));
        s->fields += there;
        const bool one = there && v->listed && f.number == st.listed_one;
        const bool typed = there && f.number == (v->listed ? st.listed : st.field);
        if (there && !v->listed && f.number == TENSOR_RAW) {
            DK_TRY(dk_pb_want(&rest, &f, DK_PB_BYTES, err));
            DK_TRY(put_raw(s, v, &st, &f.inside, err));
        }
        for (bool more = one || typed; more;) {
            uint64_t bits = 0;
            DK_TRY(dk_pb_number(&f, st.wire, &bits, &more, err));
            if (more) {
                put(s, v->type, bits);
            }
        }
    }
    return DK_OK;
}

/* ---- what is asked ---- */

dk_status dk_onnx_check_values(const dk_onnx *m, const dk_onnx_value *v, dk_error *err) {
    sink s = {0};
    if (storage_of(v->type).bytes == 0) {
        return DK_OK; /* whoever reads it says that it is not read */
    }
    DK_TRY(walk(v, &s, err));
    if (s.fields > s.count + OTHER_FIELDS) { /* who reads it walks them each time */
        return dk_fail(err, DK_EFORMAT, "%s: constant '%s' has %zu fields for %zu values; the file is broken",
                       m->path, v->name, s.fields, s.count);
    }
    if (s.count != dk_onnx_count(v)) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: constant '%s' has %zu values where its dims want %zu; the file is broken",
                       m->path, v->name, s.count, dk_onnx_count(v));
    }
    return DK_OK;
}

dk_status dk_onnx_values(const dk_onnx *m, const dk_onnx_value *v, float *out, dk_error *err) {
    const size_t count = dk_onnx_count(v);
    sink s = {.floats = out, .room = count};
    if (!v->constant || (v->type != DK_ONNX_FLOAT32 && v->type != DK_ONNX_FLOAT16)) {
        const dk_status status =
            dk_fail(err, DK_EUNSUPPORTED, "%s: '%s' is %s; float32 and float16 are read", m->path, v->name,
                    v->constant ? dk_onnx_type_name(v->type) : "no constant of the file");
        return dk_onnx_tell_reader(m, &v->exact, status, err);
    }
    DK_TRY(count > 0 ? walk(v, &s, err) : DK_OK);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(out[i])) {
            const dk_status status =
                dk_fail(err, DK_EFORMAT, "%s: '%s': value %zu is no finite number", m->path, v->name, i);
            return dk_onnx_tell_reader(m, &v->exact, status, err);
        }
    }
    return DK_OK;
}

dk_status dk_onnx_ints(const dk_onnx *m, const dk_onnx_value *v, int64_t *out, int room, int *count,
                       dk_error *err) {
    sink s = {.ints = out, .room = (size_t)room};
    const size_t there = dk_onnx_count(v);
    if (!v->constant || (v->type != DK_ONNX_INT32 && v->type != DK_ONNX_INT64) || there > (size_t)room) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: '%s' is not at most %d int32 or int64 values in the file",
                       m->path, v->name, room);
    }
    *count = (int)there;
    return there > 0 ? walk(v, &s, err) : DK_OK;
}
