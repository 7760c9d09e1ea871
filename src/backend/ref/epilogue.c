/* Forward of the epilogue: z = γ·(r − μ)/sqrt(σ² + ε) + β, or r + b, or r; then y = act(z).
 * In training μ and σ² are those of the batch (Ioffe & Szegedy 2015), else the rolling ones.
 * kept (where norm or act needs it for backward): r, then μ and σ² of every channel. */
#include "backend/ref/epilogue.h"

#include <math.h>
#include <string.h>

static bool keeps_sums(const dk_ref_plan *p) {
    return p->desc.train && (p->norm || !dk_act_from_value(p->desc.act));
}

void dk_ref_epilogue(dk_ref_plan *p, bool norm, bool bias, float momentum) {
    const size_t count = dk_shape_count(p->y);
    p->norm = norm;
    p->bias = bias;
    p->momentum = momentum;
    p->plan.kept = keeps_sums(p) ? (count + 2 * (size_t)p->y.c) * sizeof(float) : 0;
    p->plan.scratch = p->desc.train ? (count + count % 2) * sizeof(float) : 0;
    p->plan.scratch += p->desc.train && norm ? 2 * (size_t)p->y.c * sizeof(double) : 0;
}

float *dk_ref_sums(const dk_ref_plan *p, const dk_args *a) {
    return keeps_sums(p) ? p->memory.kept : a->y->data;
}

static float *kept_mean(const dk_ref_plan *p) {
    return (float *)p->memory.kept + dk_shape_count(p->y);
}

double *dk_ref_channels(const dk_ref_plan *p) {
    const size_t count = dk_shape_count(p->y);
    return (double *)(void *)((float *)p->memory.scratch + count + count % 2);
}

double dk_ref_values(const dk_ref_plan *p, const dk_args *a) {
    const bool shared = a->ranks != NULL && a->ranks->total != NULL;
    return (double)p->y.n * p->y.h * p->y.w * (shared ? a->ranks->world : 1);
}

void dk_ref_total(const dk_args *a, double *values, int n) {
    if (a->ranks != NULL && a->ranks->total != NULL) {
        a->ranks->total(a->ranks->user, values, (size_t)n);
    }
}

/* μ and σ² of every channel of the batch into kept, and on into the rolling statistics. */
static void measure(const dk_ref_plan *p, const dk_args *a, const float *r) {
    const long channels = p->y.c, plane = (long)p->y.h * p->y.w;
    const double count = dk_ref_values(p, a);
    double *const sums = dk_ref_channels(p), *const squares = sums + channels;
    float *mean = kept_mean(p), *variance = mean + channels;
    memset(sums, 0, 2 * (size_t)channels * sizeof *sums);
    for (long k = 0; k < p->y.n * channels * plane; k++) {
        sums[k / plane % channels] += r[k];
    }
    dk_ref_total(a, sums, p->y.c);
    for (long k = 0; k < p->y.n * channels * plane; k++) {
        const double d = r[k] - sums[k / plane % channels] / count;
        squares[k / plane % channels] += d * d;
    }
    dk_ref_total(a, squares, p->y.c);
    for (long c = 0; c < channels; c++) {
        mean[c] = (float)(sums[c] / count);
        variance[c] = (float)(squares[c] / count);
    }
    dk_norm_roll(a->w->mean, a->w->variance, mean, variance, p->y.c, p->momentum);
}

dk_ref_line dk_ref_line_of(const dk_ref_plan *p, const dk_weights *w, int channel) {
    if (!p->norm) {
        return (dk_ref_line){.inverse = 1, .scale = 1, .offset = p->bias ? w->biases[channel] : 0};
    }
    const float *mean = p->desc.train ? kept_mean(p) : w->mean;
    const float *variance = p->desc.train ? mean + p->y.c : w->variance;
    return (dk_ref_line){.centre = mean[channel],
                         .inverse = (float)(1 / sqrt((double)variance[channel] + (double)DK_NORM_EPS)),
                         .scale = w->scales[channel],
                         .offset = w->biases[channel]};
}

float dk_ref_line_at(const dk_ref_line *l, float r) {
    return l->scale * (l->inverse * (r - l->centre)) + l->offset;
}

void dk_ref_finish(const dk_ref_plan *p, const dk_args *a) {
    const long planes = (long)p->y.n * p->y.c, plane = (long)p->y.h * p->y.w;
    const float *r = dk_ref_sums(p, a);
    float *y = a->y->data;
    if (p->norm && p->desc.train) {
        measure(p, a, r);
    }
    for (long k = 0; k < planes; k++) {
        const dk_ref_line line = dk_ref_line_of(p, a->w, (int)(k % p->y.c));
        for (long i = k * plane; i < (k + 1) * plane; i++) {
            y[i] = dk_act_value(p->desc.act, dk_ref_line_at(&line, r[i]));
        }
    }
}
