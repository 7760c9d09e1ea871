/* Filled boxes, text and blocks on B G R frames. Blending is v + (ink − v)·a with a of 0…256 in 256ths. */
#include "plot/bgr.h"

#include <math.h>
#include <string.h>

static int least(int a, int b) {
    return a < b ? a : b;
}

static int largest(int a, int b) {
    return a > b ? a : b;
}

dk_area dk_area_common(dk_area a, dk_area b) {
    const int x = largest(a.x, b.x), y = largest(a.y, b.y);
    const int w = least(a.x + a.w, b.x + b.w) - x, h = least(a.y + a.h, b.y + b.h) - y;
    return w > 0 && h > 0 ? (dk_area){x, y, w, h} : (dk_area){x, y, 0, 0};
}

static dk_area within(const dk_bgr *f, dk_area area) {
    return dk_area_common(area, (dk_area){0, 0, f->w, f->h});
}

static uint8_t *at(const dk_bgr *f, int x, int y) {
    return f->pixels + (size_t)y * f->stride + 3 * (size_t)x;
}

static void bytes_of(dk_ink ink, int out[3]) {
    out[0] = (int)lrint(255 * ink.b);
    out[1] = (int)lrint(255 * ink.g);
    out[2] = (int)lrint(255 * ink.r);
}

void dk_bgr_fill(const dk_bgr *f, dk_area area, dk_ink ink, double alpha) {
    const dk_area a = within(f, area);
    const int share = (int)lrint(256 * alpha), rest = 256 - share;
    int to[3];
    bytes_of(ink, to);
    const int blue = to[0] * share + 128, green = to[1] * share + 128, red = to[2] * share + 128;
    for (int y = a.y; y < a.y + a.h; y++) {
        uint8_t *p = at(f, a.x, y);
        for (int x = 0; x < a.w; x++, p += 3) {
            p[0] = (uint8_t)((p[0] * rest + blue) >> 8);
            p[1] = (uint8_t)((p[1] * rest + green) >> 8);
            p[2] = (uint8_t)((p[2] * rest + red) >> 8);
        }
    }
}

void dk_bgr_outline(const dk_bgr *f, dk_area a, int thick, dk_ink ink, double alpha) {
    const int t = least(thick, least(a.w, a.h) / 2);
    dk_bgr_fill(f, (dk_area){a.x, a.y, a.w, t}, ink, alpha);
    dk_bgr_fill(f, (dk_area){a.x, a.y + a.h - t, a.w, t}, ink, alpha);
    dk_bgr_fill(f, (dk_area){a.x, a.y + t, t, a.h - 2 * t}, ink, alpha);
    dk_bgr_fill(f, (dk_area){a.x + a.w - t, a.y + t, t, a.h - 2 * t}, ink, alpha);
}

void dk_bgr_picture(const dk_bgr *f, int x, int y, const dk_picture *picture) {
    const dk_area a = within(f, (dk_area){x, y, picture->w, picture->h});
    for (int row = a.y; row < a.y + a.h; row++) {
        const uint8_t *from =
            picture->pixels + (ptrdiff_t)(row - y) * picture->stride + 4 * (ptrdiff_t)(a.x - x);
        uint8_t *p = at(f, a.x, row);
        for (int i = 0; i < a.w; i++, p += 3, from += 4) {
            uint32_t v;
            memcpy(&v, from, sizeof v);
            const uint32_t alpha = v >> 24, rest = 256 - alpha - (alpha >> 7); /* 255: wholly covered */
            for (int c = 0; c < 3; c++, v >>= 8) { /* at most 255: colours are no larger than alpha */
                p[c] = (uint8_t)(((p[c] * rest + 128) >> 8) + (v & 0xff));
            }
        }
    }
}

static void blend_block(const dk_bgr *f, dk_area a) {
    uint32_t sum[3] = {0};
    const uint32_t n = (uint32_t)(a.w * a.h);
    for (int y = a.y; y < a.y + a.h; y++) {
        const uint8_t *p = at(f, a.x, y);
        for (int x = 0; x < a.w; x++, p += 3) {
            sum[0] += p[0];
            sum[1] += p[1];
            sum[2] += p[2];
        }
    }
    for (int y = a.y; y < a.y + a.h; y++) {
        uint8_t *p = at(f, a.x, y);
        for (int x = 0; x < a.w; x++, p += 3) {
            p[0] = (uint8_t)(sum[0] / n);
            p[1] = (uint8_t)(sum[1] / n);
            p[2] = (uint8_t)(sum[2] / n);
        }
    }
}

void dk_bgr_pixelate(const dk_bgr *f, dk_area area, int block) {
    const dk_area a = within(f, area);
    for (int y = a.y - a.y % block; y < a.y + a.h; y += block) {
        for (int x = a.x - a.x % block; x < a.x + a.w; x += block) {
            const dk_area square = within(f, (dk_area){x, y, block, block});
            if (square.w > 0) {
                blend_block(f, square);
            }
        }
    }
}
