/* 1×1 convolutions: one product over all cells of all pictures; filters OIHW are outputs × inputs as they are. */
#include "backend/cuda/device/conv.h"
#include "backend/cuda/device/product.h"

static bool takes(dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    return w->kh == 1 && w->kw == 1 && w->stride_y == 1 && w->stride_x == 1 && w->groups == 1 &&
           w->x.h == w->y.h && w->x.w == w->y.w;
}

static void plan(dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    p->seam.packed = dk_cuda_is_bf16(p) ? (size_t)w->y.c * (size_t)w->x.c * sizeof(dk_bf16) : 0;
}

static void pack(const dk_cuda_plan *p, const float *weights, void *packed) {
    const dk_cuda_window *w = &p->conv.window;
    dk_cuda_pack_filters(p->engine->stream, w->y.c, 1, w->x.c, weights, true, packed);
}

static dk_cuda_product product(const dk_cuda_plan *p) {
    const dk_cuda_sides x = p->conv.window.x, y = p->conv.window.y;
    return (dk_cuda_product){.bf16 = dk_cuda_is_bf16(p),
                             .rows = (size_t)x.n * (size_t)x.h * (size_t)x.w,
                             .inputs = x.c,
                             .outputs = y.c,
                             .ldx = x.c,
                             .ldw = x.c,
                             .ldy = y.c};
}

static dk_status forward(dk_cuda_plan *p, const void *x, const void *filters, void *r, dk_error *err) {
    const dk_cuda_product k = product(p);
    return dk_cuda_multiply_rows(p->engine, &k, x, filters, r, err);
}

static dk_status back(dk_cuda_plan *p, const void *dr, const void *filters, void *dx, dk_error *err) {
    const dk_cuda_product k = product(p);
    return dk_cuda_multiply_back(p->engine, &k, dr, filters, dx, err);
}

static dk_status weigh(dk_cuda_plan *p, const void *x, const void *dr, float *dw, dk_error *err) {
    const dk_cuda_product k = product(p);
    return dk_cuda_multiply_dw(p->engine, &k, x, dr, 0, dw, err);
}

const dk_cuda_way dk_cuda_way_pointwise = {
    .name = "pointwise",
    .takes = takes,
    .plan = plan,
    .pack = pack,
    .forward = forward,
    .back = back,
    .weigh = weigh,
};
