/* NORM: batch normalisation on its own, then the activation; norm.c does the work. */
#include "backend/onednn/norm.h"

#include <stdio.h>

typedef struct {
    dk_dnn_plan plan;
    dk_dnn_norm bn;
    bool train;
    size_t dx_at; /* for a gradient that nobody wants: the sums still are */
} normalise;

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    normalise *p = (normalise *)plan;
    DK_TRY(dk_dnn_norm_plan(&p->bn, plan->engine, d->x[0], d->act, d->u.norm.momentum, err));
    const dnnl_memory_desc_t md = dk_dnn_md(d->x[0]);
    p->train = d->train;
    d->y->layout = d->x[0]->layout;
    plan->seam.y_bytes = dnnl_memory_desc_get_size(&md);
    plan->seam.kept = d->train ? p->bn.kept : 0;
    dk_piece(&plan->seam.scratch, d->train ? p->bn.scratch : p->bn.kept);
    p->dx_at = dk_piece(&plan->seam.scratch, d->train ? plan->seam.y_bytes : 0);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "own:%s", dk_dnn_norm_name(&p->bn));
    return DK_OK;
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const normalise *p = (normalise *)plan;
    if (p->train) {
        dk_dnn_norm_job job = dk_dnn_norm_forward(&p->bn, a->w, a->x[0]->data, a->y->data, plan->memory.kept,
                                                  plan->memory.scratch);
        job.ranks = a->ranks;
        dk_dnn_norm_run(&job);
    } else {
        dk_dnn_norm_job job =
            dk_dnn_norm_infer(&p->bn, a->w, a->x[0]->data, a->y->data, plan->memory.scratch);
        dk_dnn_norm_run(&job);
    }
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const normalise *p = (normalise *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    void *dz = dx != NULL ? dx->data : dk_piece_at(plan->memory.scratch, p->dx_at);
    dk_dnn_norm_job job = dk_dnn_norm_backward(&p->bn, a->w, a->dw, a->x[0]->data, a->dy->data, dz,
                                               plan->memory.kept, plan->memory.scratch);
    job.ranks = a->ranks;
    dk_dnn_norm_run(&job);
    return DK_OK;
}

const dk_dnn_op dk_dnn_op_norm = {
    .bf16 = true,
    .size = sizeof(normalise),
    .plan = plan,
    .forward = forward,
    .backward = backward,
};
