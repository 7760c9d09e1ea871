/* Convolutions with groups of one channel, by depthwise.cu. */
#include "backend/cuda/device/conv.h"

static bool takes(dk_cuda_plan *p) {
    return p->conv.window.groups == p->conv.window.x.c && p->conv.window.groups > 1;
}

static void plan(dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    p->seam.packed = (size_t)(w->kh * w->kw) * (size_t)w->y.c * sizeof(float);
    if (p->desc.train) {
        p->conv.table_at = dk_cuda_reserve(p, dk_cuda_depthwise_table(w) * sizeof(float));
    }
}

static void pack(const dk_cuda_plan *p, const float *weights, void *packed) {
    dk_cuda_pack_depthwise(p->engine->stream, &p->conv.window, weights, packed);
}

static dk_status forward(dk_cuda_plan *p, const void *x, const void *filters, void *r, dk_error *err) {
    (void)err;
    dk_cuda_depthwise(p->engine->stream, &p->conv.window, dk_cuda_is_bf16(p), x, filters, r);
    return DK_OK;
}

static dk_status back(dk_cuda_plan *p, const void *dr, const void *filters, void *dx, dk_error *err) {
    (void)err;
    dk_cuda_depthwise_dx(p->engine->stream, &p->conv.window, dk_cuda_is_bf16(p), dr, filters, dx);
    return DK_OK;
}

static dk_status weigh(dk_cuda_plan *p, const void *x, const void *dr, float *dw, dk_error *err) {
    (void)err;
    dk_cuda_depthwise_dw(p->engine->stream, &p->conv.window, dk_cuda_is_bf16(p), x, dr,
                         dk_cuda_scratch(p, p->conv.table_at), dw);
    return DK_OK;
}

const dk_cuda_way dk_cuda_way_depthwise = {
    .name = "depthwise",
    .takes = takes,
    .plan = plan,
    .pack = pack,
    .forward = forward,
    .back = back,
    .weigh = weigh,
};
