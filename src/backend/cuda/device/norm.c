/* NORM and ACT: the epilogue alone; r = x. */
#include "backend/cuda/device/epilogue.h"

static dk_status plan_norm(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)err;
    dk_cuda_tail_plan(p, true, false, d->u.norm.momentum);
    return DK_OK;
}

static dk_status plan_act(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)d;
    (void)err;
    dk_cuda_tail_plan(p, false, false, 0);
    return DK_OK;
}

static dk_status copy(const dk_cuda_plan *p, const void *from, void *to, dk_error *err) {
    const size_t bytes = dk_cuda_bytes(p->y, p->form);
    return from == to
               ? DK_OK
               : dk_cuda_check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, p->engine->stream),
                               "a copy", err);
}

static dk_status forward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    DK_TRY(copy(p, p->port[0].x, dk_cuda_sums(p, a), err));
    dk_cuda_tail_finish(p, a);
    return DK_OK;
}

static dk_status backward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const void *dr = dk_cuda_tail_undo(p, a);
    return p->port[0].dx != NULL ? copy(p, dr, p->port[0].dx, err) : DK_OK;
}

const dk_cuda_op dk_cuda_op_norm = {.plan = plan_norm, .forward = forward, .backward = backward};
const dk_cuda_op dk_cuda_op_act = {.plan = plan_act, .forward = forward, .backward = backward};
