/* ADD: y = act(x[0] + x[1] + …) of equal shapes; ACT is the sum of one. Each input gets dy·act'. */
#include "backend/onednn/pointwise.h"

#include <string.h>

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    return dk_dnn_pointwise_plan((dk_dnn_pointwise *)plan, d, err);
}

static void add(const dk_dnn_pointwise *p, dk_dnn_span s, void *r, void *y) {
    float first[DK_DNN_SPAN], other[DK_DNN_SPAN], *sum = dk_dnn_span_out(p->items, r, s, first);
    const float *total = dk_dnn_span_in(p->items, p->x[0], s, first);
    for (int i = 1; i < p->inputs; i++) {
        dk_dnn_flat_add(total, dk_dnn_span_in(p->items, p->x[i], s, other), sum, s.n);
        total = sum;
    }
    if (p->keep && total != sum) {
        memcpy(sum, total, s.n * sizeof(float));
    }
    if (p->keep) {
        dk_dnn_span_put(p->items, r, s, sum);
    }
    float *to = dk_dnn_span_out(p->items, y, s, other);
    dk_dnn_flat_act(p->act, total, to, s.n);
    dk_dnn_span_put(p->items, y, s, to);
}

static void slope(const dk_dnn_pointwise *p, dk_dnn_span s, const void *r, const void *gradient) {
    float at[DK_DNN_SPAN], in[DK_DNN_SPAN], out[DK_DNN_SPAN];
    const float *u = dk_dnn_span_in(p->items, r, s, at), *dy = dk_dnn_span_in(p->items, gradient, s, in);
    for (int k = 0; k < p->inputs; k++) {
        if (p->dx[k] != NULL) {
            float *dx = dk_dnn_span_out(p->items, p->dx[k], s, out);
            dk_dnn_flat_slope(p->act, u, dy, dx, s.n);
            dk_dnn_span_put(p->items, p->dx[k], s, dx);
        }
    }
}

typedef struct {
    dk_dnn_pointwise *p;
    void *sums, *y;
    const void *dy;
} pass;

static void add_span(void *self, int span) {
    const pass *k = self;
    add(k->p, dk_dnn_span_of(span, k->p->count), k->sums, k->y);
}

static void slope_span(void *self, int span) {
    const pass *k = self;
    slope(k->p, dk_dnn_span_of(span, k->p->count), k->sums, k->dy);
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_pointwise *p = (dk_dnn_pointwise *)plan;
    DK_TRY(dk_dnn_pointwise_in(p, a, err));
    pass k = {.p = p, .sums = dk_dnn_pointwise_sums(p, a), .y = a->y->data};
    dk_crew_do(plan->engine->crew, dk_dnn_spans(p->count), add_span, &k);
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_pointwise *p = (dk_dnn_pointwise *)plan;
    pass k = {.p = p, .sums = dk_dnn_pointwise_sums(p, a), .dy = a->dy->data};
    dk_dnn_pointwise_gradients(p, a);
    dk_crew_do(plan->engine->crew, dk_dnn_spans(p->count), slope_span, &k);
    return dk_dnn_pointwise_out(p, a, err);
}

const dk_dnn_op dk_dnn_op_add = {
    .size = sizeof(dk_dnn_pointwise),
    .bf16 = true,
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = dk_dnn_pointwise_free,
};
