/* ADD and MUL: x[0] with the others, then act. */
#include "backend/cuda/device/epilogue.h"

static dk_status plan(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)d;
    (void)err;
    dk_cuda_tail_plan(p, false, false, 0);
    return DK_OK;
}

static dk_status add(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    void *r = dk_cuda_sums(p, a);
    for (int k = 0; k < p->desc.inputs; k++) {
        dk_cuda_meet(p->engine->stream, dk_cuda_is_bf16(p), k == 0, dk_cuda_sides_of(p->y), r,
                     dk_cuda_sides_of(p->port[k].shape), p->port[k].x);
    }
    dk_cuda_tail_finish(p, a);
    return DK_OK;
}

static dk_status add_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    const void *dr = dk_cuda_tail_undo(p, a);
    for (int k = 0; k < p->desc.inputs; k++) {
        if (p->port[k].dx != NULL) {
            dk_cuda_meet(p->engine->stream, dk_cuda_is_bf16(p), true, dk_cuda_sides_of(p->port[k].shape),
                         p->port[k].dx, dk_cuda_sides_of(p->y), dr);
        }
    }
    return DK_OK;
}

/* Whether x[1] is one value for each picture and channel. */
static bool one_each(const dk_cuda_plan *p) {
    return !dk_shape_equal(p->port[0].shape, p->port[1].shape);
}

static dk_status mul(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    dk_cuda_multiply(p->engine->stream, dk_cuda_is_bf16(p), dk_cuda_sides_of(p->y), one_each(p), p->port[0].x,
                     p->port[1].x, dk_cuda_sums(p, a));
    dk_cuda_tail_finish(p, a);
    return DK_OK;
}

static dk_status mul_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    const void *dr = dk_cuda_tail_undo(p, a);
    const dk_cuda_sides y = dk_cuda_sides_of(p->y);
    cudaStream_t s = p->engine->stream;
    if (p->port[0].dx != NULL) {
        dk_cuda_multiply(s, dk_cuda_is_bf16(p), y, one_each(p), dr, p->port[1].x, p->port[0].dx);
    }
    if (p->port[1].dx != NULL && one_each(p)) {
        dk_cuda_products(s, dk_cuda_is_bf16(p), y, dr, p->port[0].x, p->port[1].dx);
    } else if (p->port[1].dx != NULL) {
        dk_cuda_multiply(s, dk_cuda_is_bf16(p), y, false, dr, p->port[0].x, p->port[1].dx);
    }
    return DK_OK;
}

const dk_cuda_op dk_cuda_op_add = {.plan = plan, .forward = add, .backward = add_back};
const dk_cuda_op dk_cuda_op_mul = {.reads_x = true, .plan = plan, .forward = mul, .backward = mul_back};
