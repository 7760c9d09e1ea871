/* DENSE: y[n,o] = act(norm | Σ w[o,i]·x[n,i] + b[o]), an inner product. The output is a plain table of n
 * rows of floats; the input may lie in any layout: the library then packs the weights to match. */
#include "backend/onednn/product.h"

static dnnl_status_t describe(const dk_plan_desc *d, const dk_dnn_sides *s, dk_dnn_op_desc *out) {
    (void)d;
    if (s->kind == dnnl_backward_data) {
        return dnnl_inner_product_backward_data_desc_init(&out->dense, s->x, s->w, s->y);
    }
    if (s->kind == dnnl_backward_weights) {
        return dnnl_inner_product_backward_weights_desc_init(&out->dense, s->x, s->w, s->b, s->y);
    }
    return dnnl_inner_product_forward_desc_init(&out->dense, s->kind, s->x, s->w, s->b, s->y);
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    const dk_shape x = d->x[0]->shape, y = d->y->shape;
    dk_dnn_product_kind kind = {.what = "inner product",
                                .plain_weights = d->train,
                                .describe = describe,
                                .norm = d->u.dense.norm,
                                .momentum = d->u.dense.momentum,
                                .work = 2. * (double)dk_shape_count(x) * y.c,
                                .precision = d->precision,
                                .w_dims = 4,
                                .w_shape = {y.c, x.c, x.h, x.w}};
    const dnnl_dims_t rows = {y.n, y.c};
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_by_tag(&kind.y, 2, rows, dnnl_f32, dnnl_nc), kind.what, err));
    return dk_dnn_product_plan((dk_dnn_product *)plan, d, &kind, err);
}

const dk_dnn_op dk_dnn_op_dense = {
    .bf16 = true,
    .size = sizeof(dk_dnn_product),
    .plan = plan,
    .bind = dk_dnn_product_bind,
    .forward = dk_dnn_product_forward,
    .backward = dk_dnn_product_backward,
    .free = dk_dnn_product_free,
};
