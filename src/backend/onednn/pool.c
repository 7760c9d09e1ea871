/* POOL: the largest cell of a window, or the mean of its cells inside the picture. The library's; for the
 * backward pass of the largest it keeps which cell won. */
#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

#include <stdio.h>

#include "backend/onednn/shares.h"

static const char what[] = "pooling";

/* Shares are of images; the primitives are those of one. */
typedef struct {
    dk_dnn_plan plan;
    dk_dnn_primitive forward, backward;
    bool winners; /* kept holds them */
    int shares;
    size_t x_step, y_step, winners_step; /* bytes from one share to the next */
    size_t pad_bytes;                    /* of each thread's scratchpad */
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
    p->winners_step = dk_dnn_bytes_of(&p->forward, DNNL_ARG_WORKSPACE);
    dk_piece(&p->plan.seam.kept, p->winners_step * (size_t)p->shares);
    return dk_dnn_make(p->plan.engine, &p->backward, what, err);
}

/* Of some of the images, by one thread. */
static dk_status plan_share(pool *p, const dk_plan_desc *d, dk_error *err) {
    const geometry g = geometry_of(d);
    const dnnl_memory_desc_t own = dk_dnn_md(d->x[0]);
    dk_shape in = d->x[0]->shape, out = d->y->shape;
    in.n /= p->shares;
    out.n /= p->shares;
    const dnnl_memory_desc_t x = p->shares > 1 ? dk_dnn_md_like(in, &own) : own,
                             any = dk_dnn_md_any(out, dk_dnn_precision(d->x[0]));
    const dnnl_prop_kind_t way = d->train ? dnnl_forward_training : dnnl_forward_inference;
    dnnl_pooling_desc_t op;
    DK_TRY(dk_dnn_check(
        dnnl_pooling_forward_desc_init(&op, way, g.alg, &x, &any, g.stride, g.window, g.before, g.after),
        what, err));
    DK_TRY(dk_dnn_describe(p->plan.engine, &p->forward.desc, &op, NULL, DK_ACT_LINEAR, what, err));
    DK_TRY(dk_dnn_make(p->plan.engine, &p->forward, what, err));
    p->x_step = dnnl_memory_desc_get_size(&x);
    p->y_step = dk_dnn_bytes_of(&p->forward, DNNL_ARG_DST);
    return d->train ? plan_backward(p, &g, &x, err) : DK_OK;
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    enum { MOST = 32 };
    pool *p = (pool *)plan;
    const dk_shape x = d->x[0]->shape;
    const double work = 8. * (double)dk_shape_count(d->y->shape) * d->u.pool.kh * d->u.pool.kw;
    const int threads = plan->engine->seam.threads;
    p->shares = dk_dnn_share_count(x.n, MOST, threads, work, DK_DNN_ENOUGH);
    DK_TRY(plan_share(p, d, err));
    const dnnl_memory_desc_t *part = dk_dnn_wants(&p->forward, DNNL_ARG_DST),
                             y = p->shares > 1 ? dk_dnn_md_like(d->y->shape, part) : *part;
    DK_TRY(dk_dnn_layout_set(plan->engine, d->y, &y, err));
    plan->seam.y_bytes = p->y_step * (size_t)p->shares;
    (void)dk_piece(&p->pad_bytes, dk_dnn_pad_of(&p->forward, &p->backward));
    (void)dk_piece(&p->pad_bytes, 0);
    plan->seam.scratch = p->pad_bytes * (size_t)threads;
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", dk_dnn_impl(p->forward.desc));
    return DK_OK;
}

typedef struct {
    pool *p;
    const char *x, *dy;
    char *y, *dx, *winners;
} pass;

static void *pad(const pool *p) {
    return dk_piece_at(p->plan.memory.scratch, p->pad_bytes * (size_t)dk_crew_thread());
}

static dk_status forward_share(void *self, int share, dk_error *err) {
    const pass *k = self;
    pool *p = k->p;
    const size_t s = (size_t)share;
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, k->x + s * p->x_step},
                                {DNNL_ARG_DST, k->y + s * p->y_step},
                                {p->winners ? DNNL_ARG_WORKSPACE : 0, k->winners + s * p->winners_step},
                                {0}};
    return dk_dnn_run(p->plan.engine, &p->forward, pad(p), data, what, err);
}

static dk_status backward_share(void *self, int share, dk_error *err) {
    const pass *k = self;
    pool *p = k->p;
    const size_t s = (size_t)share;
    const dk_dnn_data data[] = {{DNNL_ARG_DIFF_DST, k->dy + s * p->y_step},
                                {DNNL_ARG_DIFF_SRC, k->dx + s * p->x_step},
                                {p->winners ? DNNL_ARG_WORKSPACE : 0, k->winners + s * p->winners_step},
                                {0}};
    return dk_dnn_run(p->plan.engine, &p->backward, pad(p), data, what, err);
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    pool *p = (pool *)plan;
    pass k = {.p = p, .x = a->x[0]->data, .y = a->y->data, .winners = plan->memory.kept};
    return dk_dnn_share_out(plan->engine, p->shares, forward_share, &k, err);
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    pool *p = (pool *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    if (dx == NULL) {
        return DK_OK;
    }
    pass k = {.p = p, .dy = a->dy->data, .dx = dx->data, .winners = plan->memory.kept};
    return dk_dnn_share_out(plan->engine, p->shares, backward_share, &k, err);
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
