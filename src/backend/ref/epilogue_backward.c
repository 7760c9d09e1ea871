/* Backward of the epilogue. dz = dy·act'(z); dβ = Σ dz; dγ = Σ dz·x̂ with x̂ = (r − μ)·s, s = 1/sqrt(σ² + ε);
 * dr = γ·s·(dz − dβ/m − x̂·dγ/m), m = n·h·w values a channel (Ioffe & Szegedy 2015). Without norm dr = dz. */
#include "backend/ref/epilogue.h"

typedef struct {
    const dk_ref_plan *p;
    const float *r, *y, *dy;
    float *dr;
    dk_ref_line line;
    int channel;
    double biases, scales; /* dβ, dγ */
    double count;          /* m */
} channel;

static void undo_act(channel *k) {
    const dk_ref_plan *p = k->p;
    const long plane = (long)p->y.h * p->y.w;
    const bool from_value = dk_act_from_value(p->desc.act);
    for (long n = 0; n < p->y.n; n++) {
        const long first = (n * p->y.c + k->channel) * plane;
        for (long i = first; i < first + plane; i++) {
            const float slope = from_value ? dk_act_slope_of_value(p->desc.act, k->y[i])
                                           : dk_act_slope(p->desc.act, dk_ref_line_at(&k->line, k->r[i]));
            k->dr[i] = k->dy[i] * slope;
            k->biases += k->dr[i];
            k->scales += p->norm ? (double)k->dr[i] * k->line.inverse * (k->r[i] - k->line.centre) : 0;
        }
    }
}

static void undo_norm(channel *k) {
    const dk_ref_plan *p = k->p;
    const long plane = (long)p->y.h * p->y.w;
    const double s = k->line.inverse, slope = k->line.scale * s, count = k->count;
    for (long n = 0; n < p->y.n; n++) {
        const long first = (n * p->y.c + k->channel) * plane;
        for (long i = first; i < first + plane; i++) {
            const double hat = s * (k->r[i] - k->line.centre);
            k->dr[i] = (float)(slope * (k->dr[i] - k->biases / count - hat * k->scales / count));
        }
    }
}

/* dz of all channels; dβ and dγ of this rank's pictures, which go to dw, and to sums where there is a norm. */
static void undo_acts(channel *k, const dk_args *a, double *sums) {
    const dk_ref_plan *p = k->p;
    for (k->channel = 0; k->channel < p->y.c; k->channel++) {
        k->line = dk_ref_line_of(p, a->w, k->channel);
        k->biases = k->scales = 0;
        undo_act(k);
        if (p->norm) {
            sums[2 * k->channel] = k->biases;
            sums[2 * k->channel + 1] = k->scales;
        }
        if (a->dw != NULL && (p->norm || p->bias)) {
            a->dw->biases[k->channel] = (float)k->biases;
        }
        if (a->dw != NULL && p->norm) {
            a->dw->scales[k->channel] = (float)k->scales;
        }
    }
}

const float *dk_ref_undo(const dk_ref_plan *p, const dk_args *a) {
    double *const sums = dk_ref_channels(p);
    channel k = {.p = p,
                 .r = dk_ref_sums(p, a),
                 .y = a->y->data,
                 .dy = a->dy->data,
                 .dr = p->memory.scratch,
                 .count = dk_ref_values(p, a)};
    undo_acts(&k, a, sums);
    if (p->norm) {
        dk_ref_total(a, sums, 2 * p->y.c);
    }
    for (k.channel = 0; p->norm && k.channel < p->y.c; k.channel++) {
        k.line = dk_ref_line_of(p, a->w, k.channel);
        k.biases = sums[2 * k.channel];
        k.scales = sums[2 * k.channel + 1];
        undo_norm(&k);
    }
    return k.dr;
}
