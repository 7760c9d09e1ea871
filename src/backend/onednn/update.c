/* One step of the optimiser over a span, and the blending of two spans, in vectors on all threads; the rules
 * are in backend.h. Adam: Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019; Nesterov as in Sutskever et al.
 * 2013. */
#include "backend/onednn/engine.h"

#include <math.h>

#define MANY 4096 /* below, starting the threads costs more than the work */

static void sgd(const dk_update *u, int threads) {
    const bool nesterov = u->rule == DK_RULE_NESTEROV;
    float *w = u->w, *m = u->m;
    const float *g = u->g;
    const float decay = u->decay, momentum = u->momentum, rate = u->rate;
#pragma omp parallel for simd num_threads(threads) if (u->n > MANY)
    for (size_t i = 0; i < u->n; i++) {
        const float slope = g[i] + decay * w[i];
        m[i] = momentum * m[i] + slope;
        w[i] -= rate * (nesterov ? slope + momentum * m[i] : m[i]);
    }
}

static void adam(const dk_update *u, int threads) {
    const bool apart = u->rule == DK_RULE_ADAMW; /* decay acts on the weights, not through the moments */
    float *w = u->w, *m = u->m, *v = u->v;
    const float *g = u->g;
    const float inside = apart ? 0 : u->decay, outside = apart ? u->decay : 0;
    const float beta1 = u->beta1, beta2 = u->beta2, rate = u->rate, eps = u->eps;
    const float m_scale = (float)(1 / (1 - pow(beta1, (double)u->t)));
    const float v_scale = (float)(1 / (1 - pow(beta2, (double)u->t)));
#pragma omp parallel for simd num_threads(threads) if (u->n > MANY)
    for (size_t i = 0; i < u->n; i++) {
        const float slope = g[i] + inside * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * slope;
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
        const float step = m_scale * m[i] / (sqrtf(v_scale * v[i]) + eps);
        w[i] -= rate * (step + outside * w[i]);
    }
}

dk_status dk_dnn_update(dk_backend *be, const dk_update *u, dk_error *err) {
    (void)err;
    const bool moments = u->rule == DK_RULE_ADAM || u->rule == DK_RULE_ADAMW;
    (moments ? adam : sgd)(u, be->threads);
    return DK_OK;
}

dk_status dk_dnn_blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err) {
    (void)err;
#pragma omp parallel for simd num_threads(be->threads) if (n > MANY)
    for (size_t i = 0; i < n; i++) {
        into[i] += share * ((from != NULL ? from[i] : 0) - into[i]);
    }
    return DK_OK;
}
