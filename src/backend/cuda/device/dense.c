/* DENSE: a product over plain values, in float. */
#include "backend/cuda/device/epilogue.h"
#include "backend/cuda/device/product.h"

static dk_status plan(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)err;
    dk_cuda_tail_plan(p, d->u.dense.norm, true, d->u.dense.momentum);
    return DK_OK;
}

static dk_cuda_product product(const dk_cuda_plan *p) {
    const int inputs = (int)dk_shape_each(p->port[0].shape);
    return (dk_cuda_product){.rows = (size_t)p->y.n,
                             .inputs = inputs,
                             .outputs = p->y.c,
                             .ldx = inputs,
                             .ldw = inputs,
                             .ldy = p->y.c};
}

static dk_status forward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const dk_cuda_product k = product(p);
    DK_TRY(dk_cuda_multiply_rows(p->engine, &k, p->port[0].x, a->w->weights, dk_cuda_sums(p, a), err));
    dk_cuda_tail_finish(p, a);
    return DK_OK;
}

static dk_status backward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const dk_cuda_product k = product(p);
    const void *dr = dk_cuda_tail_undo(p, a);
    if (a->dw != NULL) {
        DK_TRY(dk_cuda_multiply_dw(p->engine, &k, p->port[0].x, dr, 0, a->dw->weights, err));
    }
    return p->port[0].dx != NULL ? dk_cuda_multiply_back(p->engine, &k, dr, a->w->weights, p->port[0].dx, err)
                                 : DK_OK;
}

const dk_cuda_op dk_cuda_op_dense = {
    .plain = true, .reads_x = true, .plan = plan, .forward = forward, .backward = backward};
