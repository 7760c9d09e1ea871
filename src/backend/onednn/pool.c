/* POOL: the largest cell of a window, or the mean of its cells inside the picture. The library's; for the
 * backward pass of the largest it keeps which cell won. */
#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

#include <stdio.h>

static const char what[] = "pooling";

typedef struct {
    dk_dnn_plan plan;
    dk_dnn_primitive forward, backward;
    bool winners; /* kept holds them */
} pool;

typedef struct {
    dnnl_alg_kind_t alg;
    dnnl_dims_t stride, window, before, after;
} geometry;

static geometry geometry_of(const dk_plan_desc *d) {
    return (geometry){d->u.pool.max ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding,
                      {d->u.pool.stride_y, d->u.pool.stride_x},
                      {d->u.pool.kh, d->u.pool.kw},
                      {d->u.pool.top, d->u.pool.left},
                      {d->u.pool.bottom, d->u.pool.right}};
}

static dk_status plan_backward(pool *p, const geometry *g, const dnnl_memory_desc_t *x, dk_error *err) {
    dnnl_pooling_desc_t op;
    const dnnl_memory_desc_t *y = dk_dnn_wants(&p->forward, DNNL_ARG_DST);
    DK_TRY(dk_dnn_check(
        dnnl_pooling_backward_desc_init(&op, g->alg, x, y, g->stride, g->window, g->before, g->after), what,
        err));
    DK_TRY(
        dk_dnn_describe(p->plan.engine, &p->backward.desc, &op, p->forward.desc, DK_ACT_LINEAR, what, err));
    p->winners = dk_dnn_bytes_of(&p->forward, DNNL_ARG_WORKSPACE) > 0;
    dk_piece(&p->plan.seam.kept, dk_dnn_bytes_of(&p->forward, DNNL_ARG_WORKSPACE));
    return dk_dnn_make(&p->backward, what, err);
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    pool *p = (pool *)plan;
    const geometry g = geometry_of(d);
    const dnnl_memory_desc_t x = dk_dnn_md(d->x[0]),
                             any = dk_dnn_md_any(d->y->shape, dk_dnn_precision(d->x[0]));
    const dnnl_prop_kind_t way = d->train ? dnnl_forward_training : dnnl_forward_inference;
    dnnl_pooling_desc_t op;
    DK_TRY(dk_dnn_check(
        dnnl_pooling_forward_desc_init(&op, way, g.alg, &x, &any, g.stride, g.window, g.before, g.after),
        what, err));
    DK_TRY(dk_dnn_describe(plan->engine, &p->forward.desc, &op, NULL, DK_ACT_LINEAR, what, err));
    DK_TRY(dk_dnn_make(&p->forward, what, err));
    if (d->train) {
        DK_TRY(plan_backward(p, &g, &x, err));
    }
    DK_TRY(dk_dnn_layout_set(plan->engine, d->y, dk_dnn_wants(&p->forward, DNNL_ARG_DST), err));
    plan->seam.y_bytes = dk_dnn_bytes_of(&p->forward, DNNL_ARG_DST);
    plan->seam.scratch = dk_dnn_pad_of(&p->forward, &p->backward);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", dk_dnn_impl(p->forward.desc));
    return DK_OK;
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    pool *p = (pool *)plan;
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, a->x[0]->data},
                                {DNNL_ARG_DST, a->y->data},
                                {p->winners ? DNNL_ARG_WORKSPACE : 0, plan->memory.kept},
                                {0}};
    return dk_dnn_run(plan->engine, &p->forward, plan->memory.scratch, data, what, err);
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    pool *p = (pool *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    if (dx == NULL) {
        return DK_OK;
    }
    const dk_dnn_data data[] = {{DNNL_ARG_DIFF_DST, a->dy->data},
                                {DNNL_ARG_DIFF_SRC, dx->data},
                                {p->winners ? DNNL_ARG_WORKSPACE : 0, plan->memory.kept},
                                {0}};
    return dk_dnn_run(plan->engine, &p->backward, plan->memory.scratch, data, what, err);
}

static void release(dk_dnn_plan *plan) {
    pool *p = (pool *)plan;
    dk_dnn_primitive_free(&p->forward);
    dk_dnn_primitive_free(&p->backward);
}

const dk_dnn_op dk_dnn_op_pool = {
    .bf16 = true,
    .size = sizeof(pool),
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = release,
};
