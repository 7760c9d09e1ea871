/* The frame of ACT, ADD and MUL: one layout for all inputs, and what is kept. */
#include "backend/onednn/pointwise.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* Whether act(0) = 0, so that padding stays 0; or there is no padding. */
static bool keeps_padding(dk_act act, const dk_tensor *t) {
    const dnnl_memory_desc_t md = dk_dnn_md(t);
    return dk_act_value(act, 0) == 0 ||
           dnnl_memory_desc_get_size(&md) == dk_shape_count(t->shape) * dk_dnn_item(dk_dnn_precision(t));
}

static const dk_tensor *common(const dk_plan_desc *d) {
    for (int i = 0; i < d->inputs; i++) {
        if (d->x[i]->layout != NULL) {
            return d->x[i];
        }
    }
    return d->x[0];
}

dk_status dk_dnn_pointwise_plan(dk_dnn_pointwise *p, const dk_plan_desc *d, dk_error *err) {
    const dk_tensor *model = common(d);
    const dnnl_memory_desc_t md = dk_dnn_md(model);
    const size_t n = (size_t)d->inputs;
    for (int i = 0; i < d->inputs; i++) {
        if (!dk_shape_equal(d->x[i]->shape, d->y->shape)) {
            return dk_dnn_refuse(d, err);
        }
    }
    if (!keeps_padding(d->act, model)) {
        return dk_dnn_refuse(d, err);
    }
    p->ports = calloc(n, sizeof *p->ports);
    p->x = calloc(n, sizeof *p->x);
    p->dx = calloc(n, sizeof *p->dx);
    if (p->ports == NULL || p->x == NULL || p->dx == NULL) {
        return dk_no_memory(err, n * sizeof *p->ports, "a plan");
    }
    p->inputs = d->inputs;
    p->act = d->act;
    p->keep = d->train && !dk_act_from_value(d->act);
    for (int i = 0; i < d->inputs; i++) {
        DK_TRY(dk_dnn_port_open(&p->ports[i], &p->plan, d->x[i], &md, d->train, err));
    }
    d->y->layout = model->layout;
    p->plan.seam.y_bytes = dnnl_memory_desc_get_size(&md);
    p->plan.seam.kept = p->keep ? p->plan.seam.y_bytes : 0;
    p->items = p->plan.engine->kernels[dk_dnn_md_precision(&md)];
    p->count = p->plan.seam.y_bytes / p->items->item;
    snprintf(p->plan.seam.impl, sizeof p->plan.seam.impl, "own");
    return DK_OK;
}

void dk_dnn_pointwise_free(dk_dnn_plan *plan) {
    dk_dnn_pointwise *p = (dk_dnn_pointwise *)plan;
    for (int i = 0; i < p->inputs; i++) {
        dk_dnn_port_free(&p->ports[i]);
    }
    free(p->ports);
    free(p->x);
    free(p->dx);
}

dk_status dk_dnn_pointwise_in(dk_dnn_pointwise *p, const dk_args *a, dk_error *err) {
    for (int i = 0; i < p->inputs; i++) {
        const void *x = NULL;
        DK_TRY(dk_dnn_port_in(&p->ports[i], &p->plan, a->x[i], &x, err));
        p->x[i] = x;
    }
    return DK_OK;
}

void dk_dnn_pointwise_gradients(dk_dnn_pointwise *p, const dk_args *a) {
    for (int i = 0; i < p->inputs; i++) {
        p->dx[i] = dk_dnn_port_gradient(&p->ports[i], &p->plan, dk_dnn_dx(a, i));
    }
}

dk_status dk_dnn_pointwise_out(dk_dnn_pointwise *p, const dk_args *a, dk_error *err) {
    for (int i = 0; i < p->inputs; i++) {
        DK_TRY(dk_dnn_port_out(&p->ports[i], &p->plan, dk_dnn_dx(a, i), err));
    }
    return DK_OK;
}

void *dk_dnn_pointwise_sums(const dk_dnn_pointwise *p, const dk_args *a) {
    return p->keep ? p->plan.memory.kept : a->y->data;
}
