/* CONCAT: the channels of x[0], x[1], … one after the other: each input is reordered into its part of y, and
 * its gradient out of it. The parts of a blocked layout begin at whole blocks; where they would not, y is
 * plain. */
#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

typedef struct {
    dk_dnn_primitive in, out;
} part;

typedef struct {
    dk_dnn_plan plan;
    int inputs;
    part *parts;
} concat;

static void close_parts(concat *k) {
    for (int i = 0; i < k->inputs; i++) {
        dk_dnn_primitive_free(&k->parts[i].in);
        dk_dnn_primitive_free(&k->parts[i].out);
    }
}

static dk_status open_parts(concat *k, const dk_plan_desc *d, const dnnl_memory_desc_t *y, dk_error *err) {
    dnnl_dims_t at = {0};
    for (int i = 0; i < d->inputs; i++) {
        const dk_shape s = d->x[i]->shape;
        const dnnl_dims_t size = {s.n, s.c, s.h, s.w};
        const dnnl_memory_desc_t own = dk_dnn_md(d->x[i]);
        dnnl_memory_desc_t place;
        DK_TRY(dk_dnn_check(dnnl_memory_desc_init_submemory(&place, y, size, at), "concat", err));
        DK_TRY(dk_dnn_copy_make(k->plan.engine, &k->parts[i].in, &own, &place, err));
        if (d->train) {
            DK_TRY(dk_dnn_copy_make(k->plan.engine, &k->parts[i].out, &place, &own, err));
        }
        at[1] += s.c;
    }
    return DK_OK;
}

static dnnl_memory_desc_t preferred(const dk_plan_desc *d) {
    for (int i = 0; i < d->inputs; i++) {
        if (d->x[i]->layout != NULL) {
            return dk_dnn_md_like(d->y->shape, d->x[i]->layout);
        }
    }
    return dk_dnn_md_plain(d->y->shape);
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    concat *k = (concat *)plan;
    dnnl_memory_desc_t y = preferred(d);
    k->parts = calloc((size_t)d->inputs, sizeof *k->parts);
    if (k->parts == NULL) {
        return dk_no_memory(err, (size_t)d->inputs * sizeof *k->parts, "a plan");
    }
    k->inputs = d->inputs;
    dk_status status = open_parts(k, d, &y, err);
    if (status == DK_EUNSUPPORTED) {
        close_parts(k);
        y = dk_dnn_md_plain(d->y->shape);
        status = open_parts(k, d, &y, err);
    }
    DK_TRY(status);
    DK_TRY(dk_dnn_layout_set(plan->engine, d->y, &y, err));
    plan->seam.y_bytes = dnnl_memory_desc_get_size(&y);
    for (int i = 0; i < d->inputs; i++) {
        const size_t most = dk_dnn_pad_of(&k->parts[i].in, &k->parts[i].out);
        plan->seam.scratch = plan->seam.scratch > most ? plan->seam.scratch : most;
    }
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", dk_dnn_impl(k->parts[0].in.desc));
    return DK_OK;
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    concat *k = (concat *)plan;
    for (int i = 0; i < k->inputs; i++) {
        const void *x = a->x[i]->data;
        DK_TRY(dk_dnn_reorder(plan->engine, &k->parts[i].in, plan->memory.scratch, &x, a->y->data, err));
    }
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    concat *k = (concat *)plan;
    for (int i = 0; i < k->inputs; i++) {
        const void *dy = a->dy->data;
        const dk_tensor *dx = dk_dnn_dx(a, i);
        if (dx != NULL) {
            DK_TRY(dk_dnn_reorder(plan->engine, &k->parts[i].out, plan->memory.scratch, &dy, dx->data, err));
        }
    }
    return DK_OK;
}

static void release(dk_dnn_plan *plan) {
    concat *k = (concat *)plan;
    close_parts(k);
    free(k->parts);
}

const dk_dnn_op dk_dnn_op_concat = {
    .bf16 = true,
    .size = sizeof(concat),
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = release,
};
