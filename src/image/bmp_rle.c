/* Run lengths of BMP: pairs of a count and a value (two values of 4 bits in turn). Count 0 is an escape: 0 ends the
 * row, 1 the picture, 2 moves on by two more bytes, and n ≥ 3 says that n values follow as they are, up to a whole
 * 16-bit word. Pixels that are passed over have index 0. Source: Microsoft's "Bitmap Compression". */
#include <stdlib.h>

#include "base/arena.h"
#include "image/bmp.h"

typedef struct {
    const dk_bmp *bmp;
    uint8_t *indices;
    size_t at; /* in the file */
    int x, y;  /* rows from the first of the file */
} cursor;

/* What lies outside of the picture is dropped. */
static void put(cursor *c, uint8_t index) {
    const dk_bmp *const b = c->bmp;
    if (c->x < b->w && c->y < b->h) {
        const int row = b->top_down ? c->y : b->h - 1 - c->y;
        c->indices[(size_t)row * (size_t)b->w + (size_t)c->x++] = index;
    }
}

/* The i-th value of those that begin at p. */
static uint8_t value(const dk_bmp *b, const uint8_t *p, int i) {
    return b->bits == 8 ? p[i] : i % 2 == 0 ? p[i / 2] >> 4 : p[i / 2] & 15;
}

static bool put_values(cursor *c, int n) {
    const dk_bmp *const b = c->bmp;
    const size_t bytes = b->bits == 8 ? (size_t)n : ((size_t)n + 1) / 2;
    if (bytes > b->size - c->at) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        put(c, value(b, b->bytes + c->at, i));
    }
    c->at += bytes + bytes % 2;
    return true;
}

static void put_run(cursor *c, int n, uint8_t values) {
    const uint8_t both[2] = {values, values};
    for (int i = 0; i < n; i++) {
        put(c, c->bmp->bits == 8 ? values : value(c->bmp, both, i % 2));
    }
}

static bool is_full(const cursor *c) {
    return c->y >= c->bmp->h || (c->y == c->bmp->h - 1 && c->x >= c->bmp->w);
}

/* false: the bytes end before the picture does. */
static bool unpack(cursor *c) {
    const dk_bmp *const b = c->bmp;
    while (!is_full(c) && c->at < b->size && b->size - c->at >= 2) {
        const uint8_t count = b->bytes[c->at], second = b->bytes[c->at + 1];
        c->at += 2;
        if (count > 0) {
            put_run(c, count, second);
        } else if (second == 1) {
            return true;
        } else if (second == 0) {
            c->x = 0;
            c->y++;
        } else if (second > 2) {
            if (!put_values(c, second)) {
                return false;
            }
        } else if (b->size - c->at >= 2) {
            c->x += b->bytes[c->at];
            c->y += b->bytes[c->at + 1];
            c->at += 2;
        }
    }
    return is_full(c);
}

dk_status dk_bmp_unpack(const dk_bmp *b, uint8_t **indices, dk_error *err) {
    const size_t pixels = (size_t)b->w * (size_t)b->h;
    *indices = calloc(pixels, 1);
    if (*indices == NULL) {
        return dk_no_memory(err, pixels, "a picture");
    }
    cursor c = {.bmp = b, .indices = *indices, .at = b->pixels};
    return unpack(&c) ? DK_OK : dk_fail(err, DK_EFORMAT, "%s: BMP ends early", b->name);
}
