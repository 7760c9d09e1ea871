#include "image/shrink.h"

/* 255 · by² must stay below 2^32: by ≤ 4096. */
enum { MOST = 4096 };

static int divisor(int w, int h, int side) {
    const int longest = w > h ? w : h, shortest = w > h ? h : w;
    int by = longest / side;
    by = by > shortest ? shortest : by;
    by = by > MOST ? MOST : by;
    return by > 1 ? by : 1;
}

/* Mean of by × by values that are c bytes apart, rounded. */
static uint8_t mean(const uint8_t *from, int by, int c, size_t stride) {
    const uint32_t n = (uint32_t)by * (uint32_t)by;
    uint32_t sum = n / 2;
    for (int y = 0; y < by; y++) {
        for (int x = 0; x < by; x++) {
            sum += from[(size_t)y * stride + (size_t)x * (size_t)c];
        }
    }
    return (uint8_t)(sum / n);
}

dk_status dk_image_shrunk(dk_image **out, const uint8_t *pixels, int w, int h, int c, size_t stride, int side,
                          dk_error *err) {
    const int by = divisor(w, h, side);
    DK_TRY(dk_image_new(out, w / by, h / by, c, err));
    uint8_t *to = (*out)->pixels;
    for (int y = 0; y < h / by; y++) {
        for (int x = 0; x < w / by; x++) {
            const uint8_t *from =
                pixels + (size_t)y * (size_t)by * stride + (size_t)x * (size_t)by * (size_t)c;
            for (int k = 0; k < c; k++) {
                *to++ = mean(from + k, by, c, stride);
            }
        }
    }
    return DK_OK;
}

dk_status dk_image_load_small(dk_image **out, const char *path, int side, dk_error *err) {
    dk_image *whole = NULL;
    DK_TRY(dk_image_load(&whole, path, err));
    const dk_status status = dk_image_shrunk(out, whole->pixels, whole->w, whole->h, whole->c,
                                             (size_t)whole->w * (size_t)whole->c, side, err);
    dk_image_free(whole);
    return status;
}
