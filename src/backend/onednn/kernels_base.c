/* The kernels in plain C: every number of lanes, every activation; what the vector kernels must equal. Sums
 * are taken in double. Also the choice among the sets. */
#include "backend/onednn/kernels.h"

static void measure(const dk_dnn_strip *s, const float *z, float *mean, float *squares) {
    for (int l = 0; l < s->lanes; l++) {
        double sum = 0, square = 0;
        for (int p = 0; p < s->pixels; p++) {
            sum += z[(size_t)p * s->step + (size_t)l];
        }
        for (int p = 0; p < s->pixels; p++) {
            const double d = z[(size_t)p * s->step + (size_t)l] - sum / s->pixels;
            square += d * d;
        }
        mean[l] = (float)(sum / s->pixels);
        squares[l] = (float)square;
    }
}

static float line(const dk_dnn_lines *k, int lane, float z) {
    return k->scale[lane] * (z - k->centre[lane]) + k->shift[lane];
}

static void apply(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const float *z, float *y) {
    for (int p = 0; p < s->pixels; p++, z += s->step, y += s->step) {
        for (int l = 0; l < s->valid; l++) {
            y[l] = dk_act_value(act, line(k, l, z[l]));
        }
        for (int l = s->valid; l < s->lanes; l++) {
            y[l] = 0;
        }
    }
}

static void sums(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const float *z, const float *dy,
                 float *g, float *gz) {
    for (int l = 0; l < s->lanes; l++) {
        double sum = 0, product = 0;
        for (int p = 0; p < s->pixels && l < s->valid; p++) {
            const size_t i = (size_t)p * s->step + (size_t)l;
            const float slope = dy[i] * dk_act_slope(act, line(k, l, z[i]));
            sum += slope;
            product += slope * (z[i] - k->centre[l]);
        }
        g[l] = (float)sum;
        gz[l] = (float)product;
    }
}

static void undo(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const float *z, const float *dy,
                 float *dz) {
    for (int p = 0; p < s->pixels; p++, z += s->step, dy += s->step, dz += s->step) {
        for (int l = 0; l < s->valid; l++) {
            const float g = dy[l] * dk_act_slope(act, line(k, l, z[l]));
            dz[l] = k->scale[l] * g + (k->tilt[l] * (z[l] - k->centre[l]) + k->offset[l]);
        }
        for (int l = s->valid; l < s->lanes; l++) {
            dz[l] = 0;
        }
    }
}

static float tap(const dk_dnn_depthwise *d, const float *x, const float *dy, int i, int j) {
    double sum = 0;
    for (int n = 0; n < d->images; n++, x += d->x_image, dy += d->y_image) {
        for (int r = 0; r < d->out_h; r++) {
            for (int c = 0; c < d->out_w; c++) {
                const int row = r * d->stride_y + i * d->dilation - d->top;
                const int column = c * d->stride_x + j * d->dilation - d->left;
                if (row >= 0 && row < d->h && column >= 0 && column < d->w) {
                    sum += x[(row * d->w + column) * d->lanes] * dy[(r * d->out_w + c) * d->lanes];
                }
            }
        }
    }
    return (float)sum;
}

static void depthwise(const dk_dnn_depthwise *d, const float *x, const float *dy, float *dw) {
    for (int l = 0; l < d->valid; l++) {
        for (int t = 0; t < d->kh * d->kw; t++) {
            dw[l * d->kh * d->kw + t] = tap(d, x + l, dy + l, t / d->kw, t % d->kw);
        }
    }
}

const dk_dnn_kernels dk_dnn_base = {
    .name = "C",
    .width = 1,
    .measure = measure,
    .apply = apply,
    .sums = sums,
    .undo = undo,
    .depthwise = depthwise,
};

const dk_dnn_kernels *dk_dnn_kernels_pick(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        return &dk_dnn_avx512;
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &dk_dnn_avx2 : &dk_dnn_base;
}

const dk_dnn_kernels *dk_dnn_kernels_for(const dk_dnn_kernels *best, int lanes, dk_act act) {
    const bool simple =
        act == DK_ACT_LINEAR || act == DK_ACT_RELU || act == DK_ACT_RELU6 || act == DK_ACT_LEAKY;
    while (best->narrower != NULL && (!simple || lanes % best->width != 0)) {
        best = best->narrower;
    }
    return best;
}
