/* POOL: kept are the winners' places, or how many cells count. */
#include "backend/cuda/device/engine.h"

static dk_status plan(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)err;
    p->conv.window = (dk_cuda_window){.x = dk_cuda_sides_of(d->x[0]->shape),
                                      .y = dk_cuda_sides_of(d->y->shape),
                                      .kh = d->u.pool.kh,
                                      .kw = d->u.pool.kw,
                                      .stride_y = d->u.pool.stride_y,
                                      .stride_x = d->u.pool.stride_x,
                                      .dilation = 1,
                                      .groups = 1,
                                      .top = d->u.pool.top,
                                      .left = d->u.pool.left};
    p->seam.kept = d->train ? dk_shape_count(d->y->shape) * sizeof(int32_t) : 0;
    return DK_OK;
}

static dk_status forward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    dk_cuda_pool(p->engine->stream, &p->conv.window, p->desc.u.pool.max, dk_cuda_is_bf16(p), p->port[0].x,
                 a->y->data, p->desc.train ? p->memory.kept : NULL);
    return DK_OK;
}

static dk_status backward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    if (p->port[0].dx != NULL) {
        dk_cuda_pool_back(p->engine->stream, &p->conv.window, p->desc.u.pool.max, dk_cuda_is_bf16(p),
                          a->dy->data, p->memory.kept, p->port[0].dx);
    }
    return DK_OK;
}

const dk_cuda_op dk_cuda_op_pool = {.plan = plan, .forward = forward, .backward = backward};
