/* ADD: y = act(x[0] + x[1] + …) of equal shapes; ACT is the sum of one. Each input gets dy·act'. */
#include "backend/onednn/pointwise.h"

#include <string.h>

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    return dk_dnn_pointwise_plan((dk_dnn_pointwise *)plan, d, err);
}

static void add(const dk_dnn_pointwise *p, dk_dnn_span s, float *r, float *y) {
    const float *sum = p->x[0] + s.at;
    for (int i = 1; i < p->inputs; i++) {
        dk_dnn_flat_add(sum, p->x[i] + s.at, r + s.at, s.n);
        sum = r + s.at;
    }
    if (p->keep && p->inputs == 1) {
        memcpy(r + s.at, sum, s.n * sizeof(float));
    }
    dk_dnn_flat_act(p->act, sum, y + s.at, s.n);
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_pointwise *p = (dk_dnn_pointwise *)plan;
    DK_TRY(dk_dnn_pointwise_in(p, a, err));
    float *r = dk_dnn_pointwise_sums(p, a), *y = a->y->data;
#pragma omp parallel for num_threads(plan->engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->count); i++) {
        add(p, dk_dnn_span_of(i, p->count), r, y);
    }
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_pointwise *p = (dk_dnn_pointwise *)plan;
    const float *u = dk_dnn_pointwise_sums(p, a), *dy = a->dy->data;
    dk_dnn_pointwise_gradients(p, a);
#pragma omp parallel for num_threads(plan->engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->count); i++) {
        const dk_dnn_span s = dk_dnn_span_of(i, p->count);
        for (int k = 0; k < p->inputs; k++) {
            if (p->dx[k] != NULL) {
                dk_dnn_flat_slope(p->act, u + s.at, dy + s.at, p->dx[k] + s.at, s.n);
            }
        }
    }
    return dk_dnn_pointwise_out(p, a, err);
}

const dk_dnn_op dk_dnn_op_add = {
    .size = sizeof(dk_dnn_pointwise),
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = dk_dnn_pointwise_free,
};
