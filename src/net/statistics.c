/* Each normalised layer's operation is planned a second time: without activation, and over constants that make
 * its normalisation the identity. Run on the layer's own input it gives r. */
#include "net/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "backend/memory.h"

typedef struct {
    dk_layer *layer;
    dk_plan *plan;
    dk_tensor y;       /* r */
    dk_weights w;      /* the layer's weights, identity for the rest */
    void *block;       /* y, then what the plan wants, then the identity's constants */
    double *mean, *m2; /* per channel: mean, and the sum of squared differences from it */
    double count;      /* values of one channel so far */
} probe;

struct dk_statistics {
    dk_arena *arena;
    dk_net *net;
    probe *probes;
    int count;
    float *host; /* the largest y, or four lists of channels */
};

/* ---- opening ---- */

static dk_status plan(dk_statistics *s, probe *p, dk_error *err) {
    const dk_layer *l = p->layer;
    dk_plan_desc d = l->wanted[0];
    p->y.shape = l->y->shape;
    d.act = DK_ACT_LINEAR;
    d.x = l->x;
    d.inputs = l->inputs;
    d.y = &p->y;
    return s->net->backend->plan(s->net->backend, &d, &p->plan, err);
}

static dk_status bind(dk_statistics *s, probe *p, dk_error *err) {
    dk_backend *be = s->net->backend;
    const size_t channels = (size_t)p->y.shape.c * sizeof(float);
    const size_t sizes[] = {p->plan->y_bytes, p->plan->kept, p->plan->packed, p->plan->scratch,
                            channels,         channels,      channels,        channels};
    enum { PARTS = sizeof sizes / sizeof *sizes };
    size_t total = 0, at[PARTS];
    void *parts[PARTS];
    for (int i = 0; i < PARTS; i++) {
        at[i] = dk_piece(&total, sizes[i]);
    }
    DK_TRY(be->alloc(be, total, &p->block, err));
    for (int i = 0; i < PARTS; i++) {
        parts[i] = dk_piece_at(p->block, at[i]);
    }
    p->y.data = parts[0];
    p->w = (dk_weights){.weights = p->layer->w.weights,
                        .biases = parts[4],
                        .mean = parts[5],
                        .scales = parts[6],
                        .variance = parts[7]};
    const dk_memory memory = {parts[1], parts[2], parts[3]};
    return be->bind(p->plan, &memory, err);
}

/* Biases and mean are 0 as they come. */
static dk_status set_identity(dk_statistics *s, const probe *p, dk_error *err) {
    const size_t channels = (size_t)p->y.shape.c;
    for (size_t c = 0; c < channels; c++) {
        s->host[c] = 1;
        s->host[channels + c] = 1 - DK_NORM_EPS;
    }
    DK_TRY(dk_span_write(s->net->backend, p->w.scales, s->host, channels, err));
    return dk_span_write(s->net->backend, p->w.variance, s->host + channels, channels, err);
}

static dk_status open_probe(dk_statistics *s, probe *p, dk_error *err) {
    const size_t channels = (size_t)p->layer->y->shape.c;
    p->mean = dk_arena_alloc(s->arena, channels * sizeof *p->mean);
    p->m2 = dk_arena_alloc(s->arena, channels * sizeof *p->m2);
    if (!p->mean || !p->m2) {
        return dk_no_memory(err, 2 * channels * sizeof *p->mean, "statistics");
    }
    DK_TRY(plan(s, p, err));
    DK_TRY(bind(s, p, err));
    return set_identity(s, p, err);
}

static dk_status open_probes(dk_statistics *s, dk_error *err) {
    dk_net *net = s->net;
    size_t largest = 1;
    s->probes = dk_arena_alloc(s->arena, (size_t)net->count * sizeof *s->probes);
    if (!s->probes) {
        return dk_no_memory(err, (size_t)net->count * sizeof *s->probes, "statistics");
    }
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        const size_t values = dk_shape_count(l->y->shape), lists = 4 * (size_t)l->y->shape.c;
        if (l->w.mean) { /* it normalises */
            s->probes[s->count++].layer = l;
            largest = values > largest ? values : largest;
            largest = lists > largest ? lists : largest;
        }
    }
    s->host = malloc(largest * sizeof *s->host);
    if (!s->host) {
        return dk_no_memory(err, largest * sizeof *s->host, "statistics");
    }
    for (int i = 0; i < s->count; i++) {
        DK_TRY(open_probe(s, &s->probes[i], err));
    }
    return DK_OK;
}

dk_status dk_statistics_open(dk_statistics **out, dk_net *net, dk_error *err) {
    *out = NULL;
    dk_arena *arena = dk_arena_open();
    dk_statistics *s = arena ? dk_arena_alloc(arena, sizeof *s) : NULL;
    if (!s) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof *s, "statistics");
    }
    *s = (dk_statistics){.arena = arena, .net = net};
    const dk_status status = open_probes(s, err);
    if (status != DK_OK) {
        dk_statistics_close(s);
        return status;
    }
    *out = s;
    return DK_OK;
}

void dk_statistics_close(dk_statistics *s) {
    if (!s) {
        return;
    }
    for (int i = 0; i < s->count; i++) {
        if (s->probes[i].plan) {
            s->net->backend->plan_free(s->probes[i].plan);
        }
        if (s->probes[i].block) {
            s->net->backend->free(s->net->backend, s->probes[i].block);
        }
    }
    free(s->host);
    dk_arena_close(s->arena); /* s itself lives there */
}

/* ---- measuring ---- */

/* Joins the mean and squares of one channel of one batch to those so far (Chan, Golub & LeVeque 1979). */
static void join(probe *p, int c, double mean, double m2, double count) {
    const double all = p->count + count, shift = mean - p->mean[c];
    p->mean[c] += shift * count / all;
    p->m2[c] += m2 + shift * shift * p->count * count / all;
}

static void measure(probe *p, const float *r, int pictures) {
    const long channels = p->y.shape.c, plane = (long)p->y.shape.h * p->y.shape.w;
    const double count = (double)pictures * (double)plane;
    for (long c = 0; c < channels; c++) {
        double sum = 0, m2 = 0;
        for (long n = 0; n < pictures; n++) {
            for (long i = 0; i < plane; i++) {
                sum += (double)r[(n * channels + c) * plane + i];
            }
        }
        for (long n = 0; n < pictures; n++) {
            for (long i = 0; i < plane; i++) {
                const double d = (double)r[(n * channels + c) * plane + i] - sum / count;
                m2 += d * d;
            }
        }
        join(p, (int)c, sum / count, m2, count);
    }
    p->count += count;
}

dk_status dk_statistics_add(dk_statistics *s, int count, dk_error *err) {
    dk_backend *be = s->net->backend;
    for (int i = 0; i < s->count; i++) {
        probe *p = &s->probes[i];
        const dk_args args = {.x = p->layer->x, .y = &p->y, .w = &p->w, .version = s->net->params->version};
        DK_TRY(be->forward(p->plan, &args, err));
        DK_TRY(be->read(be, s->host, &p->y, err));
        measure(p, s->host, count);
    }
    return DK_OK;
}

/* ---- settling ---- */

static dk_status settle(const dk_statistics *s, const probe *p, dk_error *err) {
    const size_t n = (size_t)p->y.shape.c;
    const dk_weights *w = &p->layer->w;
    float *const ours[] = {w->scales, w->biases, w->mean, w->variance};
    float *scales = s->host, *biases = scales + n, *means = biases + n, *variances = means + n;
    for (size_t i = 0; i < 4; i++) {
        DK_TRY(dk_span_read(s->net->backend, s->host + i * n, ours[i], n, err));
    }
    for (size_t c = 0; c < n; c++) {
        const double slope = (double)scales[c] / sqrt((double)variances[c] + (double)DK_NORM_EPS);
        const double variance = p->m2[c] / p->count;
        scales[c] = (float)(slope * sqrt(variance + (double)DK_NORM_EPS));
        biases[c] = (float)((double)biases[c] + slope * (p->mean[c] - (double)means[c]));
        means[c] = (float)p->mean[c];
        variances[c] = (float)variance;
    }
    for (size_t i = 0; i < 4; i++) {
        DK_TRY(dk_span_write(s->net->backend, ours[i], s->host + i * n, n, err));
    }
    return DK_OK;
}

dk_status dk_statistics_settle(dk_statistics *s, int *layers, dk_error *err) {
    *layers = s->count;
    for (int i = 0; i < s->count; i++) {
        if (s->probes[i].count < 2) {
            return dk_fail(err, DK_EDATA, "%s: no picture was measured, so there are no statistics to set",
                           s->net->cfg->path);
        }
        DK_TRY(settle(s, &s->probes[i], err));
    }
    s->net->params->version++;
    return DK_OK;
}
