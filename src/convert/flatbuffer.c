/* Offsets are followed in one function (target), ranges are checked in one (within). */
#include "convert/flatbuffer.h"

#include <string.h>

enum { UOFFSET = 4, SOFFSET = 4, VOFFSET = 2 };

/* Little-endian, sign-extended; at + bytes lies within the file, bytes ≥ 1. */
static int64_t number(const dk_fb *fb, size_t at, size_t bytes) {
    const bool negative = fb->bytes[at + bytes - 1] > 0x7f;
    uint64_t v = negative ? UINT64_MAX : 0;
    for (size_t i = bytes; i-- > 0;) {
        v = v << 8 | fb->bytes[at + i];
    }
    return (int64_t)v;
}

static dk_status within(const dk_fb *fb, size_t at, size_t bytes, const char *what, dk_error *err) {
    if (at > fb->size || bytes > fb->size - at) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: offset %zu: %s of %zu bytes lies beyond the file's %zu bytes; the file is cut or broken",
            fb->path, at, what, bytes, fb->size);
    }
    return DK_OK;
}

/* Where the distance at `at` leads, with room for at least `room` bytes there. */
static dk_status target(const dk_fb *fb, size_t at, size_t room, const char *what, size_t *out,
                        dk_error *err) {
    DK_TRY(within(fb, at, UOFFSET, "an offset", err));
    *out = at + (uint32_t)number(fb, at, UOFFSET);
    return within(fb, *out, room, what, err);
}

static dk_status open_table(const dk_fb *fb, size_t at, dk_fb_table *out, dk_error *err) {
    DK_TRY(within(fb, at, SOFFSET, "a table", err));
    const int64_t vtable = (int64_t)at - number(fb, at, SOFFSET);
    if (vtable < 0) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: offset %zu: a table's layout lies before the file's begin; the file is broken",
                       fb->path, at);
    }
    const size_t v = (size_t)vtable;
    DK_TRY(within(fb, v, 2 * VOFFSET, "the layout of a table", err));
    const size_t own = (uint16_t)number(fb, v, VOFFSET), body = (uint16_t)number(fb, v + VOFFSET, VOFFSET);
    if (own < 2 * VOFFSET || own % VOFFSET != 0 || body < SOFFSET) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: offset %zu: the layout of a table is %zu bytes for a table of %zu; the file is broken",
            fb->path, v, own, body);
    }
    DK_TRY(within(fb, v, own, "the layout of a table", err));
    DK_TRY(within(fb, at, body, "a table", err));
    *out = (dk_fb_table){
        .fb = fb, .at = at, .size = body, .vtable = v + 2 * VOFFSET, .fields = (own - 2 * VOFFSET) / VOFFSET};
    return DK_OK;
}

dk_status dk_fb_check(const dk_fb *fb, const char *mark, dk_error *err) {
    DK_TRY(within(fb, 0, DK_FB_HEAD, "the header", err));
    if (memcmp(fb->bytes + UOFFSET, mark, 4) != 0) {
        return dk_fail(err, DK_EFORMAT, "%s: is no file of this kind: bytes 4..7 are not \"%s\"", fb->path,
                       mark);
    }
    return DK_OK;
}

dk_status dk_fb_root(const dk_fb *fb, const char *mark, dk_fb_table *out, dk_error *err) {
    size_t at = 0;
    DK_TRY(dk_fb_check(fb, mark, err));
    DK_TRY(target(fb, 0, SOFFSET, "the root table", &at, err));
    return open_table(fb, at, out, err);
}

/* The field's place in the file, or 0 when it is absent. */
static dk_status place(const dk_fb_table *t, int field, size_t bytes, size_t *out, dk_error *err) {
    *out = 0;
    if ((size_t)field >= t->fields) {
        return DK_OK;
    }
    const size_t offset = (uint16_t)number(t->fb, t->vtable + (size_t)field * VOFFSET, VOFFSET);
    if (offset == 0) {
        return DK_OK;
    }
    if (offset > t->size || bytes > t->size - offset) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: offset %zu: field %d lies beyond its table's %zu bytes; the file is broken",
                       t->fb->path, t->at, field, t->size);
    }
    *out = t->at + offset;
    return DK_OK;
}

dk_status dk_fb_has(const dk_fb_table *t, int field, bool *out, dk_error *err) {
    size_t at = 0;
    DK_TRY(place(t, field, 1, &at, err));
    *out = at != 0;
    return DK_OK;
}

dk_status dk_fb_int(const dk_fb_table *t, int field, size_t bytes, int64_t absent, int64_t *out,
                    dk_error *err) {
    size_t at = 0;
    DK_TRY(place(t, field, bytes, &at, err));
    *out = at != 0 ? number(t->fb, at, bytes) : absent;
    return DK_OK;
}

static float as_float(int64_t bits) {
    const uint32_t word = (uint32_t)bits;
    float v;
    memcpy(&v, &word, sizeof v);
    return v;
}

dk_status dk_fb_float(const dk_fb_table *t, int field, float absent, float *out, dk_error *err) {
    size_t at = 0;
    DK_TRY(place(t, field, sizeof(float), &at, err));
    *out = at != 0 ? as_float(number(t->fb, at, sizeof(float))) : absent;
    return DK_OK;
}

dk_status dk_fb_sub(const dk_fb_table *t, int field, const char *what, dk_fb_table *out, dk_error *err) {
    size_t at = 0;
    DK_TRY(place(t, field, UOFFSET, &at, err));
    if (at == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: offset %zu: a table lacks its %s; the file is broken",
                       t->fb->path, t->at, what);
    }
    DK_TRY(target(t->fb, at, SOFFSET, what, &at, err));
    return open_table(t->fb, at, out, err);
}

dk_status dk_fb_list(const dk_fb_table *t, int field, size_t each, dk_fb_vector *out, dk_error *err) {
    size_t at = 0;
    *out = (dk_fb_vector){.fb = t->fb, .each = each};
    DK_TRY(place(t, field, UOFFSET, &at, err));
    if (at == 0) {
        return DK_OK;
    }
    DK_TRY(target(t->fb, at, UOFFSET, "a vector", &at, err));
    out->count = (uint32_t)number(t->fb, at, UOFFSET);
    out->at = at + UOFFSET;
    return within(t->fb, out->at, out->count * each, "a vector", err);
}

dk_status dk_fb_item(const dk_fb_vector *v, size_t i, dk_fb_table *out, dk_error *err) {
    size_t at = 0;
    DK_TRY(target(v->fb, v->at + i * v->each, SOFFSET, "a table", &at, err));
    return open_table(v->fb, at, out, err);
}

int64_t dk_fb_int_at(const dk_fb_vector *v, size_t i) {
    return number(v->fb, v->at + i * v->each, v->each);
}

float dk_fb_float_at(const dk_fb_vector *v, size_t i) {
    return as_float(dk_fb_int_at(v, i));
}
