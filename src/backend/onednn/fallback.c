/* Everything that has no row of its own, or is refused by it: the reference's plan between reorders. Inputs
 * that lie in another layout are brought to plain NCHW in scratch; the output is plain. */
#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* One input: its plain twin, and the ways there and (for its gradient) back. */
typedef struct {
    dk_tensor plain, gradient;
    dk_dnn_primitive in, out;
    size_t at, gradient_at; /* in scratch */
} port;

typedef struct {
    dk_dnn_plan plan;
    dk_plan *inner;
    int inputs;
    port *ports;
    dk_tensor **x, **dx; /* what the reference is given */
    size_t inner_at, pad_at;
} fallback;

static dk_status open_port(fallback *f, int i, const dk_plan_desc *d, size_t *pad, dk_error *err) {
    port *p = &f->ports[i];
    const dnnl_memory_desc_t own = dk_dnn_md(d->x[i]), plain = dk_dnn_md_plain(d->x[i]->shape);
    dk_plan *seam = &f->plan.seam;
    p->plain.shape = d->x[i]->shape;
    p->gradient.shape = d->x[i]->shape;
    f->x[i] = &p->plain;
    DK_TRY(dk_dnn_reorder_make(f->plan.engine, &p->in, &own, &plain, err));
    p->at = dk_dnn_piece(&seam->scratch, dk_dnn_bytes_of(&p->in, DNNL_ARG_TO));
    const size_t need = dk_dnn_bytes_of(&p->in, DNNL_ARG_SCRATCHPAD);
    *pad = need > *pad ? need : *pad;
    if (!d->train) {
        return DK_OK;
    }
    DK_TRY(dk_dnn_reorder_make(f->plan.engine, &p->out, &plain, &own, err));
    p->gradient_at = dk_dnn_piece(&seam->scratch, dk_dnn_bytes_of(&p->out, DNNL_ARG_FROM));
    const size_t back = dk_dnn_bytes_of(&p->out, DNNL_ARG_SCRATCHPAD);
    *pad = back > *pad ? back : *pad;
    return DK_OK;
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_backend *ref = plan->engine->ref;
    const size_t n = (size_t)d->inputs;
    f->ports = calloc(n, sizeof *f->ports);
    f->x = calloc(2 * n, sizeof *f->x);
    if (f->ports == NULL || f->x == NULL) {
        return dk_no_memory(err, n * sizeof *f->ports, "a plan");
    }
    f->inputs = d->inputs;
    f->dx = f->x + n;
    size_t pad = 0;
    for (int i = 0; i < d->inputs; i++) {
        DK_TRY(open_port(f, i, d, &pad, err));
    }
    dk_plan_desc plain = *d;
    plain.x = f->x;
    DK_TRY(ref->plan(ref, &plain, &f->inner, err));
    plan->seam.y_bytes = f->inner->y_bytes;
    plan->seam.kept = f->inner->kept;
    plan->seam.packed = f->inner->packed;
    f->inner_at = dk_dnn_piece(&plan->seam.scratch, f->inner->scratch);
    f->pad_at = dk_dnn_piece(&plan->seam.scratch, pad);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", f->inner->impl);
    return DK_OK;
}

static dk_status bind(dk_dnn_plan *plan, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_memory memory = plan->memory;
    memory.scratch = dk_dnn_at(plan->memory.scratch, f->inner_at);
    return plan->engine->ref->bind(f->inner, &memory, err);
}

/* Brings every input to plain; the reference's arguments. */
static dk_status enter(fallback *f, const dk_args *a, dk_args *inner, dk_error *err) {
    void *scratch = f->plan.memory.scratch;
    for (int i = 0; i < f->inputs; i++) {
        port *p = &f->ports[i];
        const void *x = a->x[i]->data;
        DK_TRY(dk_dnn_reorder(f->plan.engine, &p->in, dk_dnn_at(scratch, f->pad_at), &x,
                              dk_dnn_at(scratch, p->at), err));
        p->plain.data = (void *)(uintptr_t)x;
    }
    *inner = *a;
    inner->x = f->x;
    return DK_OK;
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_args inner;
    DK_TRY(enter(f, a, &inner, err));
    return plan->engine->ref->forward(f->inner, &inner, err);
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    fallback *f = (fallback *)plan;
    void *scratch = plan->memory.scratch;
    dk_args inner;
    DK_TRY(enter(f, a, &inner, err));
    for (int i = 0; i < f->inputs; i++) {
        port *p = &f->ports[i];
        const dk_tensor *dx = dk_dnn_dx(a, i);
        f->dx[i] = dx == NULL ? NULL : &p->gradient;
        p->gradient.data = dx == NULL           ? NULL
                           : p->out.run == NULL ? dx->data
                                                : dk_dnn_at(scratch, p->gradient_at);
    }
    inner.dx = f->dx;
    DK_TRY(plan->engine->ref->backward(f->inner, &inner, err));
    for (int i = 0; i < f->inputs; i++) {
        const dk_tensor *dx = dk_dnn_dx(a, i);
        const void *from = f->ports[i].gradient.data;
        if (dx != NULL) {
            DK_TRY(dk_dnn_reorder(plan->engine, &f->ports[i].out, dk_dnn_at(scratch, f->pad_at), &from,
                                  dx->data, err));
        }
    }
    return DK_OK;
}

static void release(dk_dnn_plan *plan) {
    fallback *f = (fallback *)plan;
    if (f->inner != NULL) {
        plan->engine->ref->plan_free(f->inner);
    }
    for (int i = 0; i < f->inputs; i++) {
        dk_dnn_primitive_free(&f->ports[i].in);
        dk_dnn_primitive_free(&f->ports[i].out);
    }
    free(f->ports);
    free(f->x);
}

const dk_dnn_op dk_dnn_op_fallback = {
    .size = sizeof(fallback),
    .plan = plan,
    .bind = bind,
    .forward = forward,
    .backward = backward,
    .free = release,
};
