/* Blur is a Gaussian cut off at `radius`, first along the rows, then along the columns:
 *     value'[i] = Σ_k g(k)·value[i + k] ÷ Σ_k g(k), g(k) = exp(−k² ÷ 2σ²), |k| ≤ radius,
 * with the edge repeated outside. Noise is added to every value: the sum of a random number's eight bytes,
 * whose mean is 8·255/2 and whose variance is 8·(256² − 1)/12, is near enough to a normal one (its fourth
 * moment is 2.85σ⁴ instead of 3σ⁴) and needs no logarithm and no cosine. */
#include "image/filter.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

typedef struct {
    int radius;
    float weights[DK_BLUR_RADIUS + 1]; /* of distance 0 … radius; w[0] + 2·(the others) = 1 */
} kernel;

static kernel make_kernel(const dk_filter *f) {
    kernel k = {.radius = f->radius};
    float sum = 0;
    for (int i = 0; i <= k.radius; i++) {
        k.weights[i] = expf(-(float)(i * i) / (2 * f->blur * f->blur));
        sum += i == 0 ? 1 : 2 * k.weights[i];
    }
    for (int i = 0; i <= k.radius; i++) {
        k.weights[i] /= sum;
    }
    return k;
}

/* to[n] = Σ weights · from, `step` floats between neighbours; from begins `radius` neighbours before to. */
static void blur_strip(const kernel *k, const float *restrict from, int step, int n, float *restrict to) {
    const float *const middle = from + (ptrdiff_t)k->radius * step;
    for (int i = 0; i < n; i++) {
        to[i] = k->weights[0] * middle[i];
    }
    for (int d = 1; d <= k->radius; d++) {
        const float weight = k->weights[d];
        const float *const before = middle - (ptrdiff_t)d * step, *const behind =
                                                                      middle + (ptrdiff_t)d * step;
        for (int i = 0; i < n; i++) {
            to[i] += weight * (before[i] + behind[i]);
        }
    }
}

/* padded[radius + w + radius] holds a row with its edges repeated; tall[radius + h + radius][w] the plane
 * after its rows were blurred, with its first and last row repeated. */
static void blur_plane(const kernel *k, float *plane, int h, int w, float *padded, float *tall) {
    const ptrdiff_t radius = k->radius;
    const size_t row = (size_t)w * sizeof(float);
    for (ptrdiff_t y = 0; y < h; y++) {
        const float *const from = plane + y * w;
        for (ptrdiff_t i = 0; i < radius; i++) {
            padded[i] = from[0];
            padded[radius + w + i] = from[w - 1];
        }
        memcpy(padded + radius, from, row);
        blur_strip(k, padded, 1, w, tall + (radius + y) * w);
    }
    for (ptrdiff_t i = 0; i < radius; i++) {
        memcpy(tall + i * w, tall + radius * w, row);
        memcpy(tall + (radius + h + i) * w, tall + (radius + h - 1) * w, row);
    }
    for (ptrdiff_t y = 0; y < h; y++) {
        blur_strip(k, tall + y * w, w, w, plane + y * w);
    }
}

static dk_status blur(const dk_filter *f, float *planes, int count, int h, int w, dk_error *err) {
    assert(f->radius <= DK_BLUR_RADIUS);
    const kernel k = make_kernel(f);
    const size_t padded = (size_t)(w + 2 * k.radius), tall = (size_t)(h + 2 * k.radius) * (size_t)w;
    float *const room = malloc((padded + tall) * sizeof *room);
    if (room == NULL) {
        return dk_no_memory(err, (padded + tall) * sizeof *room, "blurring a picture");
    }
    for (int c = 0; c < count; c++) {
        blur_plane(&k, planes + (ptrdiff_t)c * h * w, h, w, room, room + padded);
    }
    free(room);
    return DK_OK;
}

/* The sum of all eight bytes: neighbours are added to four sums of 16 bits, which the multiplication adds up
 * in the upper one. */
static int sum_bytes(uint64_t bits) {
    const uint64_t evens = 0x00FF00FF00FF00FFu;
    return (int)(((bits & evens) + (bits >> 8 & evens)) * 0x0001000100010001u >> 48);
}

enum { MEAN = 8 * 255 / 2 }; /* of the sum of eight bytes */

static void add_noise(const dk_filter *f, float *values, size_t n) {
    const float sigma = sqrtf(8 * (256.0f * 256.0f - 1) / 12);
    const float factor = f->noise / sigma;
    dk_rng rng = {.state = f->noise_key};
    for (size_t i = 0; i < n; i++) {
        const float v = values[i] + factor * (float)(sum_bytes(dk_rng_next(&rng)) - MEAN);
        values[i] = v < 0 ? 0 : v > 1 ? 1 : v;
    }
}

dk_status dk_filter_apply(const dk_filter *f, float *planes, int count, int h, int w, dk_error *err) {
    if (f->blur > 0 && f->radius > 0) {
        DK_TRY(blur(f, planes, count, h, w, err));
    }
    if (f->noise > 0) {
        add_noise(f, planes, (size_t)count * (size_t)h * (size_t)w);
    }
    return DK_OK;
}
