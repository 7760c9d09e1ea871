/* CONV: y = act(norm(w ∗ x) | w ∗ x + b), the direct algorithm (Winograd's rounding would show in gradients).
 * Groups are a dimension of the weights; the library counts dilation from 0. */
#include "backend/onednn/product.h"

static dnnl_status_t describe(const dk_plan_desc *d, const dk_dnn_sides *s, dk_dnn_op_desc *out) {
    const dnnl_dims_t stride = {d->u.conv.stride_y, d->u.conv.stride_x};
    const dnnl_dims_t holes = {d->u.conv.dilation - 1, d->u.conv.dilation - 1};
    const dnnl_dims_t before = {d->u.conv.top, d->u.conv.left}, after = {d->u.conv.bottom, d->u.conv.right};
    const dnnl_alg_kind_t alg = dnnl_convolution_direct;
    if (s->kind == dnnl_backward_data) {
        return dnnl_dilated_convolution_backward_data_desc_init(&out->conv, alg, s->x, s->w, s->y, stride,
                                                                holes, before, after);
    }
    if (s->kind == dnnl_backward_weights) {
        return dnnl_dilated_convolution_backward_weights_desc_init(&out->conv, alg, s->x, s->w, s->b, s->y,
                                                                   stride, holes, before, after);
    }
    return dnnl_dilated_convolution_forward_desc_init(&out->conv, s->kind, alg, s->x, s->w, s->b, s->y,
                                                      stride, holes, before, after);
}

/* For small outputs the library has only slow ways to the weights of depthwise convolutions; we have better. */
static dk_status own_depthwise(dk_dnn_product *p, const dk_plan_desc *d, dk_error *err) {
    const dk_shape x = d->x[0]->shape, y = d->y->shape;
    const dnnl_memory_desc_t own = dk_dnn_md(d->x[0]);
    const dk_tensor source = {.shape = x, .layout = &p->src};
    dk_dnn_planes in, out;
    if (d->u.conv.groups != x.c || x.c != y.c || p->bias || dk_dnn_rank(p->weights.run.desc) == 2 ||
        !dk_dnn_planes_of(&source, &in) || !dk_dnn_planes_of(d->y, &out) || !in.padded || !out.padded ||
        in.lanes != out.lanes) {
        return DK_OK;
    }
    p->depthwise = (dk_dnn_depthwise){.images = x.n,
                                      .lanes = in.lanes,
                                      .h = x.h,
                                      .w = x.w,
                                      .out_h = y.h,
                                      .out_w = y.w,
                                      .kh = d->u.conv.kh,
                                      .kw = d->u.conv.kw,
                                      .stride_y = d->u.conv.stride_y,
                                      .stride_x = d->u.conv.stride_x,
                                      .top = d->u.conv.top,
                                      .left = d->u.conv.left,
                                      .dilation = d->u.conv.dilation,
                                      .x_image = in.image,
                                      .y_image = out.image};
    dk_dnn_way_free(&p->weights);
    return dk_dnn_reorder_make(p->plan.engine, &p->weights.x, &own, &p->src, err);
}

/* The library's way to the weights of a 1×1 convolution in bf16 takes twice the time of its others. */
static dk_status own_pointwise(dk_dnn_product *p, const dk_plan_desc *d, dk_error *err) {
    const dnnl_memory_desc_t own = dk_dnn_md(d->x[0]);
    const dk_tensor source = {.shape = d->x[0]->shape, .layout = &p->src};
    const bool pointwise = d->u.conv.kh * d->u.conv.kw * d->u.conv.stride_y * d->u.conv.stride_x == 1 &&
                           d->u.conv.groups == 1 && d->x[0]->shape.h == d->y->shape.h &&
                           d->x[0]->shape.w == d->y->shape.w;
    if (!pointwise || p->bias || !dk_dnn_gradient_plan(&p->gradient, &source, d->y)) {
        return DK_OK;
    }
    dk_dnn_way_free(&p->weights);
    return dk_dnn_reorder_make(p->plan.engine, &p->weights.x, &own, &p->src, err);
}

static dk_status own_weights(dk_dnn_product *p, const dk_plan_desc *d, dk_error *err) {
    return d->u.conv.groups > 1 ? own_depthwise(p, d, err) : own_pointwise(p, d, err);
}

/* Multiplications and additions; a value that is read or written takes as long as some twenty of them. */
static double work(dk_shape x, dk_shape y, int groups, int taps) {
    const double each = 2. * taps * x.c / groups, moves = 24;
    return (double)dk_shape_count(y) * each + moves * (double)(dk_shape_count(x) + dk_shape_count(y));
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    const dk_shape x = d->x[0]->shape, y = d->y->shape;
    const int groups = d->u.conv.groups, kh = d->u.conv.kh, kw = d->u.conv.kw;
    const dk_dnn_product_kind one = {.what = "convolution",
                                     .describe = describe,
                                     .own_weights = own_weights,
                                     .norm = d->u.conv.norm,
                                     .momentum = d->u.conv.momentum,
                                     .groups = groups,
                                     .work = work(x, y, groups, kh * kw),
                                     .precision = d->precision,
                                     .w_dims = 4,
                                     .w_shape = {y.c, x.c, kh, kw},
                                     .y = dk_dnn_md_any(y, d->precision)};
    dk_dnn_product_kind kind = one;
    if (groups > 1) {
        kind.w_dims = 5;
        const dnnl_dims_t shape = {groups, y.c / groups, x.c / groups, kh, kw};
        for (int i = 0; i < 5; i++) {
            kind.w_shape[i] = shape[i];
        }
    }
    return dk_dnn_product_plan(p, d, &kind, err);
}

const dk_dnn_op dk_dnn_op_conv = {
    .bf16 = true,
    .size = sizeof(dk_dnn_product),
    .plan = plan,
    .bind = dk_dnn_product_bind,
    .forward = dk_dnn_product_forward,
    .backward = dk_dnn_product_backward,
    .free = dk_dnn_product_free,
};
