/* Maps with rotation or shear: every output pixel is the mean of kx·ky bilinear samples spread evenly over
 * it, where kx, ky are the lengths of its sides in source pixels, rounded up: 1·1 where nothing shrinks. */
#include <math.h>

#include "image/resample.h"

/* Adds the picture's c values at a point (pixel centres at ½). */
static inline void add_sample(const dk_resample *r, int c, float x, float y, float sum[3]) {
    const int w = r->image->w, h = r->image->h;
    if (r->border == DK_BORDER_BLACK && (x < 0 || y < 0 || x >= (float)w || y >= (float)h)) {
        return;
    }
    /* To clamp the point is to repeat the edge. */
    const float right = (float)(w - 1), bottom = (float)(h - 1);
    const float u = x < .5f ? 0 : x - .5f > right ? right : x - .5f;
    const float v = y < .5f ? 0 : y - .5f > bottom ? bottom : y - .5f;
    const int column = (int)u, row = (int)v;
    const float fx = u - (float)column, fy = v - (float)row;
    const ptrdiff_t stride = (ptrdiff_t)w * c;
    const uint8_t *const p = r->image->pixels + row * stride + (ptrdiff_t)column * c;
    const ptrdiff_t east = column < w - 1 ? c : 0, south = row < h - 1 ? stride : 0;
    for (int i = 0; i < c; i++) {
        const float top = (float)p[i] + fx * ((float)p[i + east] - (float)p[i]);
        const float low = (float)p[i + south] + fx * ((float)p[i + south + east] - (float)p[i + south]);
        sum[i] += top + fy * (low - top);
    }
}

/* c is a constant where this is called, so each number of channels gets code of its own. */
static inline void fill(const dk_resample *r, int c, int kx, int ky, float *planes) {
    const float *const m = r->map->m;
    const ptrdiff_t plane = (ptrdiff_t)r->h * r->w;
    const float share = 1.0f / ((float)kx * (float)ky);
    for (int y = 0; y < r->h; y++) {
        for (int x = 0; x < r->w; x++) {
            float sum[3] = {0, 0, 0};
            for (int j = 0; j < ky; j++) {
                const float v = (float)y + ((float)j + .5f) / (float)ky;
                for (int i = 0; i < kx; i++) {
                    const float u = (float)x + ((float)i + .5f) / (float)kx;
                    add_sample(r, c, m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5], sum);
                }
            }
            float *const to = planes + (ptrdiff_t)y * r->w + x;
            if (c == 3 && r->luma) {
                to[0] = share * (DK_LUMA_R * sum[0] + DK_LUMA_G * sum[1] + DK_LUMA_B * sum[2]);
                continue;
            }
            for (int i = 0; i < c; i++) {
                to[i * plane] = share * sum[i];
            }
        }
    }
}

/* Samples along a side of an output pixel that spans (dx, dy) in the source: one per source pixel, and no
 * more than the picture has. */
static int count_samples(float dx, float dy, const dk_image *image) {
    const float length = ceilf(hypotf(dx, dy) - 1e-3f); /* a rotation by float numbers is not quite one */
    const int most = image->w > image->h ? image->w : image->h;
    return length <= 1 ? 1 : length >= (float)most ? most : (int)length;
}

void dk_resample_turned(const dk_resample *r, float *planes) {
    const float *const m = r->map->m;
    const int kx = count_samples(m[0], m[3], r->image), ky = count_samples(m[1], m[4], r->image);
    if (r->image->c == 1) {
        fill(r, 1, kx, ky, planes);
    } else {
        fill(r, 3, kx, ky, planes);
    }
}
