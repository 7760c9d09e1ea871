/* One step of the optimiser over a span, the blending of two spans and the squares of one; the rules are in backend.h.
 * Adam: Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019; Nesterov as in Sutskever et al. 2013. */
#include "backend/ref/ref.h"

#include <math.h>

static void sgd(const dk_update *u) {
    const bool nesterov = u->rule == DK_RULE_NESTEROV;
    for (size_t i = 0; i < u->n; i++) {
        const float g = u->g[i] + u->decay * u->w[i];
        u->m[i] = u->momentum * u->m[i] + g;
        u->w[i] -= u->rate * (nesterov ? g + u->momentum * u->m[i] : u->m[i]);
    }
}

static void adam(const dk_update *u) {
    const bool apart = u->rule == DK_RULE_ADAMW; /* decay acts on the weights, not through the moments */
    const float m_scale = (float)(1 / (1 - pow(u->beta1, (double)u->t)));
    const float v_scale = (float)(1 / (1 - pow(u->beta2, (double)u->t)));
    for (size_t i = 0; i < u->n; i++) {
        const float g = u->g[i] + (apart ? 0 : u->decay * u->w[i]);
        u->m[i] = u->beta1 * u->m[i] + (1 - u->beta1) * g;
        u->v[i] = u->beta2 * u->v[i] + (1 - u->beta2) * g * g;
        const float step = m_scale * u->m[i] / (sqrtf(v_scale * u->v[i]) + u->eps);
        u->w[i] -= u->rate * (step + (apart ? u->decay * u->w[i] : 0));
    }
}

dk_status dk_ref_update(dk_backend *be, const dk_update *u, dk_error *err) {
    (void)be;
    (void)err;
    if (u->rule == DK_RULE_ADAM || u->rule == DK_RULE_ADAMW) {
        adam(u);
    } else {
        sgd(u);
    }
    return DK_OK;
}

dk_status dk_ref_blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err) {
    (void)be;
    (void)err;
    for (size_t i = 0; i < n; i++) {
        into[i] += share * ((from != NULL ? from[i] : 0) - into[i]);
    }
    return DK_OK;
}

dk_status dk_ref_squares(dk_backend *be, const float *values, size_t n, double *out, dk_error *err) {
    (void)be;
    (void)err;
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        *out += (double)values[i] * (double)values[i];
    }
    return DK_OK;
}
