/* SOFTMAX and LOSS, over plain values. */
#include "backend/cuda/device/engine.h"

static dk_cuda_runs runs_of(const dk_cuda_plan *p) {
    const long each = (long)dk_shape_each(p->y), plane = (long)p->y.h * p->y.w,
               groups = p->desc.u.softmax.groups;
    const bool spatial = p->desc.u.softmax.spatial;
    return (dk_cuda_runs){.n = p->y.n,
                          .runs = spatial ? plane : groups,
                          .length = spatial ? p->y.c : each / groups,
                          .step = spatial ? plane : 1,
                          .apart = spatial ? 1 : each / groups,
                          .temperature = p->desc.u.softmax.temperature};
}

static dk_status plan_softmax(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    (void)err;
    if (d->u.softmax.loss) {
        p->losses_at = dk_cuda_reserve(p, (size_t)p->y.n * (size_t)runs_of(p).runs * sizeof(float));
    }
    return DK_OK;
}

static dk_status softmax(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    const bool loss = p->desc.u.softmax.loss && a->truth != NULL;
    dk_cuda_softmax(p->engine->stream, runs_of(p), p->port[0].x, loss ? a->truth->data : NULL, a->y->data,
                    loss ? dk_cuda_scratch(p, p->losses_at) : NULL, a->loss);
    return DK_OK;
}

static dk_status softmax_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    const bool loss = p->desc.u.softmax.loss;
    if (p->port[0].dx != NULL) {
        dk_cuda_softmax_back(p->engine->stream, runs_of(p), loss, a->scale, a->y->data,
                             loss ? a->truth->data : a->dy->data, p->port[0].dx);
    }
    return DK_OK;
}

static bool smooth(const dk_cuda_plan *p) {
    return p->desc.u.loss.kind == DK_LOSS_SMOOTH;
}

static dk_status loss(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const size_t bytes = dk_shape_count(p->y) * sizeof(float);
    if (p->port[0].x != a->y->data) {
        DK_TRY(dk_cuda_check(
            cudaMemcpyAsync(a->y->data, p->port[0].x, bytes, cudaMemcpyDeviceToDevice, p->engine->stream),
            "a copy", err));
    }
    if (a->truth != NULL) {
        dk_cuda_loss(p->engine->stream, p->y.n, dk_shape_each(p->y), smooth(p), p->port[0].x, a->truth->data,
                     a->loss);
    }
    return DK_OK;
}

static dk_status loss_back(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    (void)err;
    if (p->port[0].dx != NULL) {
        dk_cuda_loss_back(p->engine->stream, dk_shape_count(p->y), smooth(p), p->desc.u.loss.scale * a->scale,
                          p->port[0].x, a->truth->data, p->port[0].dx);
    }
    return DK_OK;
}

const dk_cuda_op dk_cuda_op_softmax = {
    .plain = true, .plan = plan_softmax, .forward = softmax, .backward = softmax_back};
const dk_cuda_op dk_cuda_op_loss = {.plain = true, .reads_x = true, .forward = loss, .backward = loss_back};
