/* SLICE: some channels of x, reordered out of their part of it; the gradient goes back into the part, the
 * rest is 0. A part that does not begin and end at whole blocks of the layout is refused. */
#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    dk_dnn_plan plan;
    dk_dnn_primitive in, out;
    size_t x_bytes;
} slice;

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    slice *k = (slice *)plan;
    const dk_shape s = d->y->shape;
    const dnnl_memory_desc_t x = dk_dnn_md(d->x[0]);
    const dnnl_memory_desc_t y = d->x[0]->layout == NULL ? dk_dnn_md_plain(s) : dk_dnn_md_like(s, &x);
    const dnnl_dims_t size = {s.n, s.c, s.h, s.w}, at = {0, d->u.slice.from, 0, 0};
    dnnl_memory_desc_t place;
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_submemory(&place, &x, size, at), "slice", err));
    DK_TRY(dk_dnn_copy_make(plan->engine, &k->in, &place, &y, err));
    if (d->train) {
        DK_TRY(dk_dnn_copy_make(plan->engine, &k->out, &y, &place, err));
    }
    DK_TRY(dk_dnn_layout_set(plan->engine, d->y, &y, err));
    k->x_bytes = dnnl_memory_desc_get_size(&x);
    plan->seam.y_bytes = dnnl_memory_desc_get_size(&y);
    plan->seam.scratch = dk_dnn_pad_of(&k->in, &k->out);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", dk_dnn_impl(k->in.desc));
    return DK_OK;
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    const void *x = a->x[0]->data;
    return dk_dnn_reorder(plan->engine, &((slice *)plan)->in, plan->memory.scratch, &x, a->y->data, err);
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    slice *k = (slice *)plan;
    const void *dy = a->dy->data;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    if (dx == NULL) {
        return DK_OK;
    }
    memset(dx->data, 0, k->x_bytes);
    return dk_dnn_reorder(plan->engine, &k->out, plan->memory.scratch, &dy, dx->data, err);
}

static void release(dk_dnn_plan *plan) {
    slice *k = (slice *)plan;
    dk_dnn_primitive_free(&k->in);
    dk_dnn_primitive_free(&k->out);
}

const dk_dnn_op dk_dnn_op_slice = {
    .bf16 = true,
    .size = sizeof(slice),
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = release,
};
