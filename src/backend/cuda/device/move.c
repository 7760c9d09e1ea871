/* CONCAT SLICE RESAMPLE DROPOUT: values go where they go, as they are or scaled. */
#include "backend/cuda/device/engine.h"

static size_t rows(const dk_cuda_plan *p) {
    return (size_t)p->y.n * (size_t)p->y.h * (size_t)p->y.w;
}

static dk_status concat(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    dk_cuda_channels c = {.rows = rows(p), .to_c = p->y.c};
    for (int k = 0; k < p->desc.inputs; k++) {
        c.count = c.from_c = p->port[k].shape.c;
        dk_cuda_copy_channels(p->engine->stream, c, dk_cuda_is_bf16(p), p->port[k].x, a->y->data);
        c.to_at += c.count;
    }
    return DK_OK;
}

static dk_status concat_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    dk_cuda_channels c = {.rows = rows(p), .from_c = p->y.c};
    for (int k = 0; k < p->desc.inputs; k++) {
        c.count = c.to_c = p->port[k].shape.c;
        if (p->port[k].dx != NULL) {
            dk_cuda_copy_channels(p->engine->stream, c, dk_cuda_is_bf16(p), a->dy->data, p->port[k].dx);
        }
        c.from_at += c.count;
    }
    return DK_OK;
}

static dk_status slice(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    const dk_cuda_channels c = {rows(p), p->y.c, p->y.c, 0, p->port[0].shape.c, p->desc.u.slice.from};
    dk_cuda_copy_channels(p->engine->stream, c, dk_cuda_is_bf16(p), p->port[0].x, a->y->data);
    return DK_OK;
}

static dk_status slice_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const dk_cuda_port *x = &p->port[0];
    const dk_cuda_channels c = {rows(p), p->y.c, x->shape.c, p->desc.u.slice.from, p->y.c, 0};
    if (x->dx == NULL) {
        return DK_OK;
    }
    DK_TRY(dk_cuda_check(cudaMemsetAsync(x->dx, 0, dk_cuda_bytes(x->shape, p->form), p->engine->stream),
                         "zeros", err));
    dk_cuda_copy_channels(p->engine->stream, c, dk_cuda_is_bf16(p), a->dy->data, x->dx);
    return DK_OK;
}

static dk_status resample(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    dk_cuda_resample(p->engine->stream, dk_cuda_sides_of(p->port[0].shape), p->desc.u.resample.stride,
                     p->desc.u.resample.scale, dk_cuda_is_bf16(p), p->port[0].x, a->y->data);
    return DK_OK;
}

static dk_status resample_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    if (p->port[0].dx != NULL) {
        dk_cuda_resample_back(p->engine->stream, dk_cuda_sides_of(p->port[0].shape),
                              p->desc.u.resample.stride, p->desc.u.resample.scale, dk_cuda_is_bf16(p),
                              a->dy->data, p->port[0].dx);
    }
    return DK_OK;
}

static void drop(const dk_cuda_plan *p, uint64_t key, const void *from, void *to) {
    dk_cuda_dropout(p->engine->stream, dk_cuda_sides_of(p->y), key,
                    p->desc.train ? p->desc.u.dropout.probability : 0, dk_cuda_is_bf16(p), from, to);
}

static dk_status dropout(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    drop(p, a->key, p->port[0].x, a->y->data);
    return DK_OK;
}

static dk_status dropout_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    if (p->port[0].dx != NULL) {
        drop(p, a->key, a->dy->data, p->port[0].dx);
    }
    return DK_OK;
}

const dk_cuda_op dk_cuda_op_concat = {.forward = concat, .backward = concat_back};
const dk_cuda_op dk_cuda_op_slice = {.forward = slice, .backward = slice_back};
const dk_cuda_op dk_cuda_op_resample = {.forward = resample, .backward = resample_back};
const dk_cuda_op dk_cuda_op_dropout = {.forward = dropout, .backward = dropout_back};
