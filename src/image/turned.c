/* Maps with rotation or shear: every output pixel is the mean of kx·ky bilinear samples spread evenly over
 * it, where kx, ky are the lengths of its sides in source pixels, rounded up: 1·1 where nothing shrinks.
 *
 * The samples of a strip of neighbouring pixels are taken together, in three passes: where each of them is,
 * the four values around it, their mixture. Only the second cannot be done with vectors. */
#include <math.h>
#include <string.h>

#include "image/resample.h"

enum { STRIP = 64 };

/* Where the samples of a strip are. To clamp the point is to repeat the edge. */
typedef struct {
    int column[STRIP], row[STRIP];   /* of the value to the upper left */
    float right[STRIP], down[STRIP]; /* way from it to the next column and row, 0…1 */
    float weight[STRIP];             /* 0: black, outside the picture; else 1 */
    int corner[4][STRIP];            /* values of one channel: upper left, upper right, lower left, right */
} samples;

/* The point's clamped place along an axis whose last pixel is `last` (pixel centres at ½). */
static inline float clamped(float x, float last) {
    const float u = x - .5f, low = u > 0 ? u : 0;
    return low < last ? low : last;
}

/* Of the pixels x0 … x0 + n − 1 of line y, the sample (du, dv) of 0…1 within the pixel. */
static inline void place(const dk_resample *r, int x0, int n, float du, float v, samples *s) {
    const float *const m = r->map->m;
    const float w = (float)r->image->w, h = (float)r->image->h;
    const float black = r->border == DK_BORDER_BLACK ? 0 : 1;
    for (int i = 0; i < n; i++) {
        const float u = (float)(x0 + i) + du;
        const float x = m[0] * u + m[1] * v + m[2], y = m[3] * u + m[4] * v + m[5];
        const float across = clamped(x, w - 1), along = clamped(y, h - 1);
        s->column[i] = (int)across;
        s->row[i] = (int)along;
        s->right[i] = across - (float)s->column[i];
        s->down[i] = along - (float)s->row[i];
        s->weight[i] = ((x < 0) | (y < 0) | (x >= w) | (y >= h)) ? black : 1;
    }
}

/* The values of channel `channel` around the samples. On the last column and row the way is 0, and what lies behind
 * them does not matter: it is the pixel itself. */
static inline void gather(const dk_resample *r, int c, int channel, int n, samples *s) {
    const dk_image *const image = r->image;
    const int stride = image->w * c;
    for (int i = 0; i < n; i++) {
        const uint8_t *const p = image->pixels + (ptrdiff_t)s->row[i] * stride + s->column[i] * c + channel;
        const int east = s->column[i] < image->w - 1 ? c : 0, south = s->row[i] < image->h - 1 ? stride : 0;
        s->corner[0][i] = p[0];
        s->corner[1][i] = p[east];
        s->corner[2][i] = p[south];
        s->corner[3][i] = p[south + east];
    }
}

static inline void add(const samples *s, int n, float *restrict sum) {
    for (int i = 0; i < n; i++) {
        const float a = (float)s->corner[0][i], b = (float)s->corner[1][i];
        const float c = (float)s->corner[2][i], d = (float)s->corner[3][i];
        const float top = a + s->right[i] * (b - a), low = c + s->right[i] * (d - c);
        sum[i] += s->weight[i] * (top + s->down[i] * (low - top));
    }
}

/* sum[c][STRIP] of the samples of n pixels from x0 on. */
static inline void sample_strip(const dk_resample *r, int c, const int k[2], int x0, int y, int n,
                                float sum[3][STRIP]) {
    samples s;
    for (int j = 0; j < k[1]; j++) {
        const float v = (float)y + ((float)j + .5f) / (float)k[1];
        for (int i = 0; i < k[0]; i++) {
            place(r, x0, n, ((float)i + .5f) / (float)k[0], v, &s);
            for (int channel = 0; channel < c; channel++) {
                gather(r, c, channel, n, &s);
                add(&s, n, sum[channel]);
            }
        }
    }
}

/* c is a constant where this is called, so each number of channels gets code of its own. */
static inline void fill(const dk_resample *r, int c, const int k[2], float *planes) {
    const ptrdiff_t plane = (ptrdiff_t)r->h * r->w;
    const float share = 1.0f / ((float)k[0] * (float)k[1]);
    for (int y = 0; y < r->h; y++) {
        for (int x0 = 0; x0 < r->w; x0 += STRIP) {
            const int n = r->w - x0 < STRIP ? r->w - x0 : STRIP;
            float *const to = planes + (ptrdiff_t)y * r->w + x0;
            float sum[3][STRIP];
            memset(sum, 0, sizeof sum[0] * (size_t)c);
            sample_strip(r, c, k, x0, y, n, sum);
            for (int i = 0; i < n && c == 3 && r->luma; i++) {
                to[i] = share * (DK_LUMA_R * sum[0][i] + DK_LUMA_G * sum[1][i] + DK_LUMA_B * sum[2][i]);
            }
            for (int channel = 0; channel < c && !(c == 3 && r->luma); channel++) {
                for (int i = 0; i < n; i++) {
                    to[channel * plane + i] = share * sum[channel][i];
                }
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
    const int k[2] = {count_samples(m[0], m[3], r->image), count_samples(m[1], m[4], r->image)};
    if (r->image->c == 1) {
        fill(r, 1, k, planes);
    } else {
        fill(r, 3, k, planes);
    }
}
