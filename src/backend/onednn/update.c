/* One step of the optimiser over a span, the blending of two spans and the squares of one, in shares of so many values;
 * the rules are in backend.h. Adam: Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019; Nesterov as in Sutskever et al.
 * 2013. */
#include "backend/onednn/engine.h"

#include <math.h>

enum { EACH = 16384 }; /* values of a share */

/* The values of a share: from where, up to where. */
static size_t begin_of(int share) {
    return (size_t)share * EACH;
}

static size_t end_of(int share, size_t n) {
    const size_t end = begin_of(share) + EACH;
    return end < n ? end : n;
}

static int shares_of(size_t n) {
    return (int)((n + EACH - 1) / EACH);
}

static void sgd(void *self, int share) {
    const dk_update *u = self;
    const bool nesterov = u->rule == DK_RULE_NESTEROV;
    float *w = u->w, *m = u->m;
    const float *g = u->g;
    const float decay = u->decay, momentum = u->momentum, rate = u->rate;
    const size_t end = end_of(share, u->n);
#pragma omp simd
    for (size_t i = begin_of(share); i < end; i++) {
        const float slope = g[i] + decay * w[i];
        m[i] = momentum * m[i] + slope;
        w[i] -= rate * (nesterov ? slope + momentum * m[i] : m[i]);
    }
}

static void adam(void *self, int share) {
    const dk_update *u = self;
    const bool apart = u->rule == DK_RULE_ADAMW; /* decay acts on the weights, not through the moments */
    float *w = u->w, *m = u->m, *v = u->v;
    const float *g = u->g;
    const float inside = apart ? 0 : u->decay, outside = apart ? u->decay : 0;
    const float beta1 = u->beta1, beta2 = u->beta2, rate = u->rate, eps = u->eps;
    const float m_scale = (float)(1 / (1 - pow(beta1, (double)u->t)));
    const float v_scale = (float)(1 / (1 - pow(beta2, (double)u->t)));
    const size_t end = end_of(share, u->n);
#pragma omp simd
    for (size_t i = begin_of(share); i < end; i++) {
        const float slope = g[i] + inside * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * slope;
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
        const float step = m_scale * m[i] / (sqrtf(v_scale * v[i]) + eps);
        w[i] -= rate * (step + outside * w[i]);
    }
}

dk_status dk_dnn_update(dk_backend *be, const dk_update *u, dk_error *err) {
    (void)err;
    dk_update step = *u;
    const bool moments = u->rule == DK_RULE_ADAM || u->rule == DK_RULE_ADAMW;
    dk_crew_do(((dk_dnn *)be)->crew, shares_of(u->n), moments ? adam : sgd, &step);
    return DK_OK;
}

typedef struct {
    float *into;
    const float *from;
    size_t n;
    float share;
} blending;

static void blend(void *self, int share) {
    const blending *k = self;
    const size_t end = end_of(share, k->n);
    for (size_t i = begin_of(share); i < end; i++) {
        k->into[i] += k->share * ((k->from != NULL ? k->from[i] : 0) - k->into[i]);
    }
}

dk_status dk_dnn_blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err) {
    (void)err;
    blending k = {into, from, n, share};
    dk_crew_do(((dk_dnn *)be)->crew, shares_of(n), blend, &k);
    return DK_OK;
}

enum { PARTS = 64 }; /* that squares are summed in, whatever the number of threads */

typedef struct {
    const float *values;
    size_t n, each;
    double sums[PARTS];
} squaring;

static void square(void *self, int part) {
    squaring *k = self;
    const size_t begin = (size_t)part * k->each, left = k->n - begin, n = left < k->each ? left : k->each;
    double sum = 0;
    for (size_t i = begin; i < begin + n; i++) {
        sum += (double)k->values[i] * (double)k->values[i];
    }
    k->sums[part] = sum;
}

dk_status dk_dnn_squares(dk_backend *be, const float *values, size_t n, double *out, dk_error *err) {
    (void)err;
    const size_t least = (n + PARTS - 1) / PARTS;
    squaring k = {.values = values, .n = n, .each = least > EACH ? least : EACH};
    const int parts = (int)((n + k.each - 1) / k.each);
    dk_crew_do(((dk_dnn *)be)->crew, parts, square, &k);
    *out = 0;
    for (int i = 0; i < parts; i++) {
        *out += k.sums[i];
    }
    return DK_OK;
}
