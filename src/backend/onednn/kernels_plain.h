/* The kernels in plain C, compiled once per type: every number of lanes, every activation; what the vector kernels
 * must equal. Sums are taken in double. The file that includes this defines KERNELS, NAME, LEVEL, the type `item`, get and
 * put (item to float and back), WIDEN and NARROW. */
#include "backend/onednn/kernels.h"

static void measure(const dk_dnn_strip *s, const void *from, float *mean, float *squares) {
    const item *z = from;
    for (int l = 0; l < s->lanes; l++) {
        double sum = 0, square = 0;
        for (int p = 0; p < s->pixels; p++) {
            sum += get(z[(size_t)p * s->step + (size_t)l]);
        }
        for (int p = 0; p < s->pixels; p++) {
            const double d = get(z[(size_t)p * s->step + (size_t)l]) - sum / s->pixels;
            square += d * d;
        }
        mean[l] = (float)(sum / s->pixels);
        squares[l] = (float)square;
    }
}

static float line(const dk_dnn_lines *k, int lane, float z) {
    return k->scale[lane] * (z - k->centre[lane]) + k->shift[lane];
}

static void apply(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *from, void *to) {
    const item *z = from;
    item *y = to;
    for (int p = 0; p < s->pixels; p++, z += s->step, y += s->step) {
        for (int l = 0; l < s->valid; l++) {
            y[l] = put(dk_act_value(act, line(k, l, get(z[l]))));
        }
        for (int l = s->valid; l < s->lanes; l++) {
            y[l] = 0;
        }
    }
}

static void sums(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *from,
                 const void *slopes, float *g, float *gz) {
    const item *z = from, *dy = slopes;
    for (int l = 0; l < s->lanes; l++) {
        double sum = 0, product = 0;
        for (int p = 0; p < s->pixels && l < s->valid; p++) {
            const size_t i = (size_t)p * s->step + (size_t)l;
            const float slope = get(dy[i]) * dk_act_slope(act, line(k, l, get(z[i])));
            sum += slope;
            product += slope * (get(z[i]) - k->centre[l]);
        }
        g[l] = (float)sum;
        gz[l] = (float)product;
    }
}

static void undo(const dk_dnn_strip *s, const dk_dnn_lines *k, dk_act act, const void *from,
                 const void *slopes, void *to) {
    const item *z = from, *dy = slopes;
    item *dz = to;
    for (int p = 0; p < s->pixels; p++, z += s->step, dy += s->step, dz += s->step) {
        for (int l = 0; l < s->valid; l++) {
            const float g = get(dy[l]) * dk_act_slope(act, line(k, l, get(z[l])));
            dz[l] = put(k->scale[l] * g + (k->tilt[l] * (get(z[l]) - k->centre[l]) + k->offset[l]));
        }
        for (int l = s->valid; l < s->lanes; l++) {
            dz[l] = 0;
        }
    }
}

static float tap(const dk_dnn_depthwise *d, const item *x, const item *dy, int i, int j) {
    double sum = 0;
    for (int n = 0; n < d->images; n++, x += d->x_image, dy += d->y_image) {
        for (int r = 0; r < d->out_h; r++) {
            for (int c = 0; c < d->out_w; c++) {
                const int row = r * d->stride_y + i * d->dilation - d->top;
                const int column = c * d->stride_x + j * d->dilation - d->left;
                if (row >= 0 && row < d->h && column >= 0 && column < d->w) {
                    sum += get(x[(row * d->w + column) * d->lanes]) * get(dy[(r * d->out_w + c) * d->lanes]);
                }
            }
        }
    }
    return (float)sum;
}

static void depthwise(const dk_dnn_depthwise *d, const void *source, const void *gradient, float *dw) {
    const item *x = source, *dy = gradient;
    for (int l = 0; l < d->valid; l++) {
        for (int t = 0; t < d->kh * d->kw; t++) {
            dw[l * d->kh * d->kw + t] = tap(d, x + l, dy + l, t / d->kw, t % d->kw);
        }
    }
}

const dk_dnn_kernels KERNELS = {
    .name = NAME,
    .isa = LEVEL,
    .width = 1,
    .item = sizeof(item),
    .measure = measure,
    .apply = apply,
    .sums = sums,
    .undo = undo,
    .depthwise = depthwise,
    .widen = WIDEN,
    .narrow = NARROW,
};
