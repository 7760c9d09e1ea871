#include "convert/protobuf.h"

#include <string.h>

enum { VARINT_BYTES = 10 };

dk_pb dk_pb_open(const char *path, const uint8_t *bytes, size_t size) {
    return (dk_pb){path, bytes, bytes, bytes + size};
}

size_t dk_pb_size(const dk_pb *m) {
    return (size_t)(m->end - m->at);
}

bool dk_pb_is(const dk_pb *text, const char *word) {
    const size_t n = strlen(word);
    return dk_pb_size(text) == n && memcmp(text->at, word, n) == 0;
}

float dk_pb_float(uint64_t bits) {
    const uint32_t word = (uint32_t)bits;
    float v;
    memcpy(&v, &word, sizeof v);
    return v;
}

static dk_status broken(const dk_pb *m, const char *what, dk_error *err) {
    return dk_fail(err, DK_EFORMAT, "%s: offset %zu: %s; the file is cut or broken", m->path,
                   (size_t)(m->at - m->begin), what);
}

static dk_status varint(dk_pb *m, uint64_t *out, dk_error *err) {
    *out = 0;
    for (int i = 0; i < VARINT_BYTES; i++) {
        if (m->at == m->end) {
            return broken(m, "a number has no end", err);
        }
        const uint8_t byte = *m->at++;
        *out |= (uint64_t)(byte & 0x7f) << 7 * i;
        if (byte < 0x80) {
            return DK_OK;
        }
    }
    return broken(m, "a number has more than 10 bytes", err);
}

static dk_status fixed(dk_pb *m, size_t bytes, uint64_t *out, dk_error *err) {
    if (dk_pb_size(m) < bytes) {
        return broken(m, "a number lies beyond the end", err);
    }
    *out = 0;
    for (size_t i = bytes; i-- > 0;) {
        *out = *out << 8 | m->at[i];
    }
    m->at += bytes;
    return DK_OK;
}

static dk_status number(dk_pb *m, dk_pb_wire wire, uint64_t *out, dk_error *err) {
    return wire == DK_PB_VARINT ? varint(m, out, err) : fixed(m, wire == DK_PB_FIXED64 ? 8 : 4, out, err);
}

static dk_status bytes(dk_pb *m, dk_pb_field *out, dk_error *err) {
    uint64_t size = 0;
    DK_TRY(varint(m, &size, err));
    if (size > dk_pb_size(m)) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: offset %zu: %llu bytes are announced where %zu are left; the file is cut or broken", m->path,
            (size_t)(m->at - m->begin), (unsigned long long)size, dk_pb_size(m));
    }
    out->inside = (dk_pb){m->path, m->begin, m->at, m->at + size};
    m->at += size;
    return DK_OK;
}

dk_status dk_pb_next(dk_pb *m, dk_pb_field *out, bool *there, dk_error *err) {
    uint64_t key = 0;
    *there = m->at < m->end;
    if (!*there) {
        return DK_OK;
    }
    DK_TRY(varint(m, &key, err));
    *out = (dk_pb_field){.number = (int)(key >> 3 & 0x1fffffff), .wire = (dk_pb_wire)(key & 7)};
    if (key >> 32 != 0 || out->number == 0) {
        return broken(m, "no field has such a number", err);
    }
    switch (out->wire) {
    case DK_PB_VARINT:
    case DK_PB_FIXED64:
    case DK_PB_FIXED32:
        return number(m, out->wire, &out->value, err);
    case DK_PB_BYTES:
        return bytes(m, out, err);
    default:
        return broken(m, "a field is of no kind that is read here", err);
    }
}

dk_status dk_pb_want(const dk_pb *m, const dk_pb_field *f, dk_pb_wire wire, dk_error *err) {
    if (f->wire != wire) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: offset %zu: field %d before it is of wire type %d instead of %d; the file is broken",
            m->path, (size_t)(m->at - m->begin), f->number, (int)f->wire, (int)wire);
    }
    return DK_OK;
}

dk_status dk_pb_number(dk_pb_field *f, dk_pb_wire wire, uint64_t *out, bool *there, dk_error *err) {
    if (f->wire == DK_PB_BYTES) {
        *there = f->inside.at < f->inside.end;
        return *there ? number(&f->inside, wire, out, err) : DK_OK;
    }
    *there = f->wire == wire;
    *out = f->value;
    f->wire = DK_PB_BYTES; /* it is read; inside is empty */
    return DK_OK;
}
