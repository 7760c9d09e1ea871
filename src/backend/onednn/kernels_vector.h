/* The kernels in vectors, compiled once per instruction set and type: the file that includes this defines
 * VECTOR_BYTES, KERNELS, NAME, LEVEL and NARROWER (the table, what it is called, whose instructions it takes, the next one), and includes the header of
 * its items (vector_f32.h, vector_bf16.h: get and put). Variances are safe: two passes over a chunk that stays in
 * the first cache, chunks merged by Chan, Golub & LeVeque (1979). */
#include "backend/onednn/kernels.h"

#define CHUNK 256 /* pixels: 16 KiB of one vector each */
#define AHEAD 64  /* pixels: processors do not fetch across a page of memory by themselves */

INLINE void fetch(const item *at, size_t step) {
    __builtin_prefetch(at + AHEAD * step);
    __builtin_prefetch(at + (AHEAD + 1) * step);
}

/* ---- activations: `act` is a constant wherever these are called ---- */
#define BY_ACT(what, ...)                                                                                    \
    switch (act) {                                                                                           \
    case DK_ACT_LINEAR:                                                                                      \
        what(DK_ACT_LINEAR, __VA_ARGS__);                                                                    \
        break;                                                                                               \
    case DK_ACT_RELU:                                                                                        \
        what(DK_ACT_RELU, __VA_ARGS__);                                                                      \
        break;                                                                                               \
    case DK_ACT_RELU6:                                                                                       \
        what(DK_ACT_RELU6, __VA_ARGS__);                                                                     \
        break;                                                                                               \
    case DK_ACT_LEAKY:                                                                                       \
        what(DK_ACT_LEAKY, __VA_ARGS__);                                                                     \
        break;                                                                                               \
    default:                                                                                                 \
        break;                                                                                               \
    }

INLINE vec value(dk_act act, vec u) {
    const vec zero = {0};
    switch (act) {
    case DK_ACT_RELU:
        return pick(u > zero, u, zero);
    case DK_ACT_RELU6:
        return pick(u > zero, pick(u > zero + 6, zero + 6, u), zero);
    case DK_ACT_LEAKY:
        return pick(u > zero, u, .1f * u);
    default:
        return u;
    }
}

/* dy·act'(u) */
INLINE vec through(dk_act act, vec u, vec dy) {
    const vec zero = {0};
    switch (act) {
    case DK_ACT_RELU:
        return pick(u > zero, dy, zero);
    case DK_ACT_RELU6:
        return pick((u > zero) & (u < zero + 6), dy, zero);
    case DK_ACT_LEAKY:
        return pick(u > zero, dy, .1f * dy);
    default:
        return dy;
    }
}

/* ---- moments ---- */
typedef struct {
    vec mean, squares;
    float count;
} moments;

INLINE vec total(const item *z, size_t step, int pixels) {
    vec a = {0}, b = {0}, c = {0}, d = {0};
    int p = 0;
    for (; p + 4 <= pixels; p += 4, z += 4 * step) {
        fetch(z, step);
        fetch(z + 2 * step, step);
        a += get(z);
        b += get(z + step);
        c += get(z + 2 * step);
        d += get(z + 3 * step);
    }
    for (; p < pixels; p++, z += step) {
        a += get(z);
    }
    return (a + b) + (c + d);
}

INLINE vec spread(const item *z, size_t step, int pixels, vec mean) {
    vec a = {0}, b = {0}, c = {0}, d = {0};
    int p = 0;
    for (; p + 4 <= pixels; p += 4, z += 4 * step) {
        const vec i = get(z) - mean, j = get(z + step) - mean, k = get(z + 2 * step) - mean,
                  l = get(z + 3 * step) - mean;
        a += i * i;
        b += j * j;
        c += k * k;
        d += l * l;
    }
    for (; p < pixels; p++, z += step) {
        const vec i = get(z) - mean;
        a += i * i;
    }
    return (a + b) + (c + d);
}

INLINE void merge(moments *m, const item *z, size_t step, int pixels) {
    const float count = m->count + (float)pixels, share = (float)pixels / count;
    const vec mean = total(z, step, pixels) / (float)pixels, delta = mean - m->mean;
    m->squares += spread(z, step, pixels, mean) + delta * delta * (m->count * share);
    m->mean += delta * share;
    m->count = count;
}

static void measure(const dk_dnn_strip *s, const void *from, float *mean, float *squares) {
    const item *z = from;
    for (int l = 0; l < s->lanes; l += WIDTH) {
        moments m = {.count = 0};
        for (int p = 0; p < s->pixels; p += CHUNK) {
            const int left = s->pixels - p;
            merge(&m, z + (size_t)p * s->step + l, s->step, left < CHUNK ? left : CHUNK);
        }
        store(mean + l, m.mean);
        store(squares + l, m.squares);
    }
}

/* ---- forward ---- */
INLINE void apply_as(dk_act act, const dk_dnn_strip *s, const dk_dnn_lines *k, const item *z, item *y) {
    for (int l = 0; l < s->lanes; l += WIDTH) {
        const vec centre = load(k->centre + l), scale = load(k->scale + l), shift = load(k->shift + l);
        const item *from = z + l;
        item *to = y + l;
        for (int p = 0; p < s->pixels; p++, from += s->step, to += s->step) {
            put(to, value(act, scale * (get(from) - centre) + shift));
        }
    }
}

static void apply(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *z,
                  void *y){BY_ACT(apply_as, s, k, z, y)}

/* ---- backward ---- */
INLINE void sums_as(dk_act act, const dk_dnn_strip *s, const dk_dnn_lines *k, const item *z, const item *dy,
                    float *g, float *gz) {
    for (int l = 0; l < s->lanes; l += WIDTH) {
        const vec centre = load(k->centre + l), scale = load(k->scale + l), shift = load(k->shift + l);
        vec a = {0}, b = {0}, az = {0}, bz = {0};
        const item *at = z + l, *slope = dy + l;
        int p = 0;
        for (; p + 2 <= s->pixels; p += 2, at += 2 * s->step, slope += 2 * s->step) {
            fetch(at, s->step);
            fetch(slope, s->step);
            const vec i = get(at) - centre, j = get(at + s->step) - centre;
            const vec gi = through(act, scale * i + shift, get(slope));
            const vec gj = through(act, scale * j + shift, get(slope + s->step));
            a += gi;
            b += gj;
            az += gi * i;
            bz += gj * j;
        }
        if (p < s->pixels) {
            const vec i = get(at) - centre, gi = through(act, scale * i + shift, get(slope));
            a += gi;
            az += gi * i;
        }
        store(g + l, a + b);
        store(gz + l, az + bz);
    }
}

static void sums(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *z, const void *dy,
                 float *g, float *gz){BY_ACT(sums_as, s, k, z, dy, g, gz)}

INLINE void undo_as(dk_act act, const dk_dnn_strip *s, const dk_dnn_lines *k, const item *z, const item *dy,
                    item *dz) {
    for (int l = 0; l < s->lanes; l += WIDTH) {
        const vec centre = load(k->centre + l), scale = load(k->scale + l), shift = load(k->shift + l);
        const vec tilt = load(k->tilt + l), offset = load(k->offset + l);
        for (size_t i = (size_t)l, end = i + (size_t)s->pixels * s->step; i < end; i += s->step) {
            const vec d = get(z + i) - centre;
            put(dz + i, scale * through(act, scale * d + shift, get(dy + i)) + (tilt * d + offset));
        }
    }
}

static void undo(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *z, const void *dy,
                 void *dz){BY_ACT(undo_as, s, k, z, dy, dz)}

/* ---- depthwise ---- */
/* Σ over the images and over the outputs whose tap (i, j) lies inside the picture. */
INLINE vec tap(const dk_dnn_depthwise *d, const item *x, const item *dy, int i, int j) {
    const int y0 = i * d->dilation - d->top, x0 = j * d->dilation - d->left;
    vec sum = {0};
    for (int n = 0; n < d->images; n++, x += d->x_image, dy += d->y_image) {
        for (int r = 0; r < d->out_h; r++) {
            const int row = r * d->stride_y + y0;
            if (row < 0 || row >= d->h) {
                continue;
            }
            for (int c = 0; c < d->out_w; c++) {
                const int column = c * d->stride_x + x0;
                if (column >= 0 && column < d->w) {
                    sum +=
                        get(x + (row * d->w + column) * d->lanes) * get(dy + (r * d->out_w + c) * d->lanes);
                }
            }
        }
    }
    return sum;
}

static void depthwise(const dk_dnn_depthwise *d, const void *source, const void *gradient, float *dw) {
    const item *x = source, *dy = gradient;
    const int taps = d->kh * d->kw;
    for (int l = 0; l < d->lanes; l += WIDTH) {
        for (int t = 0; t < taps; t++) {
            const vec sum = tap(d, x + l, dy + l, t / d->kw, t % d->kw);
            for (int i = 0; i < WIDTH && l + i < d->valid; i++) {
                dw[(l + i) * taps + t] = sum[i];
            }
        }
    }
}

const dk_dnn_kernels KERNELS = {
    .name = NAME,
    .isa = LEVEL,
    .width = WIDTH,
    .item = sizeof(item),
    .narrower = NARROWER,
    .measure = measure,
    .apply = apply,
    .sums = sums,
    .undo = undo,
    .depthwise = depthwise,
    .widen = WIDEN,
    .narrow = NARROW,
    .pack_inputs = PACK_INPUTS,
    .pack_outputs = PACK_OUTPUTS,
};
