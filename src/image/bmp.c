/* BMP: a file header of 14 bytes, a header whose size tells its version (12: OS/2; 40: Windows; 52 to 124: with masks),
 * masks of colours, a palette, rows of pixels from the lowest up, each of whole 32-bit words. Always three channels;
 * alpha is taken over black, but where all of it is 0 the picture was meant to be seen. Source: Microsoft's
 * "BITMAPFILEHEADER", "BITMAPV5HEADER". */
#include "image/bmp.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_HEADER = 14, OS2_HEADER = 12, WINDOWS_HEADER = 40, V2_HEADER = 52, V3_HEADER = 56 };
enum { PLAIN = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHA_BITFIELDS = 6 };

static uint32_t read16(const dk_bmp *b, size_t at) {
    return at + 2 <= b->size ? (uint32_t)(b->bytes[at] | b->bytes[at + 1] << 8) : 0;
}

static uint32_t read32(const dk_bmp *b, size_t at) {
    return read16(b, at) | read16(b, at + 2) << 16;
}

static dk_status fail_early(const dk_bmp *b, dk_error *err) {
    return dk_fail(err, DK_EFORMAT, "%s: BMP ends early", b->name);
}

/* ---- the headers ---- */

static void read_masks(dk_bmp *b) {
    static const uint32_t usual[2][3] = {{0x7C00, 0x03E0, 0x001F}, {0xFF0000, 0x00FF00, 0x0000FF}};
    const size_t at = FILE_HEADER + WINDOWS_HEADER; /* behind the header of Windows or within a later one */
    const bool given = b->packing == BITFIELDS || b->packing == ALPHA_BITFIELDS;
    for (int i = 0; i < 3; i++) {
        b->masks[i] = given ? read32(b, at + 4 * (size_t)i) : usual[b->bits != 16][i];
    }
    if (given && (b->packing == ALPHA_BITFIELDS || b->header >= V3_HEADER)) {
        b->masks[3] = read32(b, at + 12);
    }
    if (given && b->header == WINDOWS_HEADER) {
        b->palette += b->packing == ALPHA_BITFIELDS ? 16 : 12;
    }
}

/* A palette that reaches into the pixels ends there. */
static void read_palette(dk_bmp *b, uint32_t used) {
    const size_t end = b->pixels > b->palette && b->pixels < b->size ? b->pixels : b->size;
    const size_t room = end > b->palette ? (end - b->palette) / (size_t)b->entry : 0;
    size_t count = b->bits <= 8 ? (size_t)1 << b->bits : 0;
    count = used > 0 && used < count ? used : count;
    b->colours = (int)(count < room ? count : room);
    if (b->pixels < b->palette) {
        b->pixels = b->palette + (size_t)b->colours * (size_t)b->entry;
    }
}

static dk_status check_kind(const dk_bmp *b, dk_error *err) {
    const bool os2 = b->header > OS2_HEADER && b->header != WINDOWS_HEADER && b->header < V2_HEADER;
    const bool sized = b->bits == 1 || b->bits == 2 || b->bits == 4 || b->bits == 8 || b->bits == 16 ||
                       b->bits == 24 || b->bits == 32;
    const bool packed = b->packing == PLAIN || (b->packing == RLE8 && b->bits == 8) ||
                        (b->packing == RLE4 && b->bits == 4) ||
                        ((b->packing == BITFIELDS || b->packing == ALPHA_BITFIELDS) && b->bits >= 16 &&
                         !os2 && b->header != 64); /* OS/2's second header has packings of its own */
    return sized && packed
               ? DK_OK
               : dk_fail(err, DK_EUNSUPPORTED, "%s: BMP of a kind that is not read (%d bits, packing %u)",
                         b->name, b->bits, b->packing);
}

static dk_status read_header(dk_bmp *b, dk_error *err) {
    const size_t at = FILE_HEADER;
    b->pixels = read32(b, 10);
    b->header = read32(b, at);
    if (b->size < at + b->header) {
        return fail_early(b, err);
    }
    const bool old = b->header < 16;
    const uint32_t w = old ? read16(b, at + 4) : read32(b, at + 4),
                   h = old ? read16(b, at + 6) : read32(b, at + 8);
    b->top_down = h > INT32_MAX;
    const unsigned long rows = b->top_down ? (uint32_t)-h : h;
    DK_TRY(dk_image_check_size(w, rows, b->name, err));
    b->w = (int)w;
    b->h = (int)rows;
    b->bits = (int)read16(b, at + (old ? 10 : 14));
    b->packing = b->header >= 20 ? read32(b, at + 16) : PLAIN;
    b->palette = at + b->header;
    b->entry = old ? 3 : 4;
    DK_TRY(check_kind(b, err));
    if (b->bits >= 16) {
        read_masks(b);
    }
    read_palette(b, b->header >= 36 ? read32(b, at + 32) : 0);
    return DK_OK;
}

/* ---- pixels ---- */

static void put_colour(const dk_bmp *b, int index, uint8_t *rgb) {
    if (index < b->colours) {
        const uint8_t *const bgr = b->bytes + b->palette + (size_t)index * (size_t)b->entry;
        rgb[0] = bgr[2];
        rgb[1] = bgr[1];
        rgb[2] = bgr[0];
    }
}

/* The masked part of a pixel as 0…255, rounded. */
static unsigned part(uint32_t pixel, uint32_t mask) {
    if (mask == 0) {
        return 0;
    }
    const int shift = __builtin_ctz(mask);
    const uint64_t most = mask >> shift, value = (pixel & mask) >> shift;
    return (unsigned)((value * 255 + most / 2) / most);
}

static uint32_t pixel_at(const dk_bmp *b, const uint8_t *row, int x) {
    const uint8_t *const p = row + (size_t)x * (size_t)(b->bits / 8);
    uint32_t pixel = 0;
    for (int i = 0; i < b->bits / 8; i++) {
        pixel |= (uint32_t)p[i] << 8 * i;
    }
    return pixel;
}

static size_t stride_of(const dk_bmp *b) {
    return ((size_t)b->w * (size_t)b->bits + 31) / 32 * 4;
}

/* Row y from above. */
static const uint8_t *row_of(const dk_bmp *b, int y) {
    return b->bytes + b->pixels + (size_t)(b->top_down ? y : b->h - 1 - y) * stride_of(b);
}

static bool is_clear(const dk_bmp *b) {
    bool clear = true;
    for (int y = 0; y < b->h && clear; y++) {
        for (int x = 0; x < b->w && clear; x++) {
            clear = (pixel_at(b, row_of(b, y), x) & b->masks[3]) == 0;
        }
    }
    return clear;
}

static void draw_masked(const dk_bmp *b, uint8_t *rgb) {
    const bool opaque = b->masks[3] == 0 || is_clear(b);
    for (int y = 0; y < b->h; y++) {
        for (int x = 0; x < b->w; x++, rgb += 3) {
            const uint32_t pixel = pixel_at(b, row_of(b, y), x);
            const unsigned alpha = opaque ? 255 : part(pixel, b->masks[3]);
            for (int c = 0; c < 3; c++) {
                rgb[c] = dk_over_black(part(pixel, b->masks[c]), alpha);
            }
        }
    }
}

static void draw_indexed(const dk_bmp *b, uint8_t *rgb) {
    for (int y = 0; y < b->h; y++) {
        const uint8_t *const row = row_of(b, y);
        for (int x = 0; x < b->w; x++, rgb += 3) {
            const int bit = x * b->bits, low = 8 - b->bits - bit % 8;
            put_colour(b, row[bit / 8] >> low & ((1 << b->bits) - 1), rgb);
        }
    }
}

/* The last row need not be filled up. */
static dk_status draw_plain(const dk_bmp *b, dk_image *image, dk_error *err) {
    const size_t wanted = stride_of(b) * (size_t)(b->h - 1) + ((size_t)b->w * (size_t)b->bits + 7) / 8;
    if (b->pixels > b->size || wanted > b->size - b->pixels) {
        return fail_early(b, err);
    }
    (b->bits > 8 ? draw_masked : draw_indexed)(b, image->pixels);
    return DK_OK;
}

static dk_status draw_packed(const dk_bmp *b, dk_image *image, dk_error *err) {
    const size_t pixels = (size_t)b->w * (size_t)b->h;
    uint8_t *indices = NULL;
    const dk_status status = dk_bmp_unpack(b, &indices, err);
    for (size_t i = 0; i < pixels && status == DK_OK; i++) {
        put_colour(b, indices[i], image->pixels + 3 * i);
    }
    free(indices);
    return status;
}

dk_status dk_bmp_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size, const char *name,
                        dk_error *err) {
    dk_bmp b = {.bytes = bytes, .size = size, .name = name};
    (void)orientation;
    DK_TRY(read_header(&b, err));
    const bool packed = b.packing == RLE8 || b.packing == RLE4;
    /* 255 pixels come from 2 bytes, but rows may be passed over */
    const unsigned long w = (unsigned long)b.w, h = (unsigned long)b.h;
    const dk_density density = {"BMP", w, h, (uint64_t)w * h, packed ? 4096 : 8, packed};
    DK_TRY(dk_image_check_density(&density, size, name, err));
    DK_TRY(dk_image_new(out, b.w, b.h, 3, err));
    return (packed ? draw_packed : draw_plain)(&b, *out, err);
}
