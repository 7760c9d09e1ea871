/* Everything that has no row of its own, or is refused by it: the reference's plan between reorders. Inputs
 * that lie in another layout are brought to plain NCHW; the output is plain. */
#include "backend/onednn/port.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* One input: its plain twin, the twin's gradient, and the way between. */
typedef struct {
    dk_tensor x, dx;
    dk_dnn_port port;
} twin;

typedef struct {
    dk_dnn_plan plan;
    dk_plan *inner;
    int inputs;
    twin *twins;
    dk_tensor **x, **dx; /* what the reference is given */
    size_t inner_at;
} fallback;

static dk_status plan_twins(fallback *f, const dk_plan_desc *d, dk_error *err) {
    const size_t n = (size_t)d->inputs;
    f->twins = calloc(n, sizeof *f->twins);
    f->x = calloc(2 * n, sizeof *f->x);
    if (f->twins == NULL || f->x == NULL) {
        return dk_no_memory(err, n * sizeof *f->twins, "a plan");
    }
    f->inputs = d->inputs;
    f->dx = f->x + n;
    for (int i = 0; i < d->inputs; i++) {
        twin *t = &f->twins[i];
        const dnnl_memory_desc_t plain = dk_dnn_md_plain(d->x[i]->shape);
        t->x.shape = t->dx.shape = d->x[i]->shape;
        f->x[i] = &t->x;
        DK_TRY(dk_dnn_port_open(&t->port, &f->plan, d->x[i], &plain, d->train, err));
    }
    return DK_OK;
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_backend *ref = plan->engine->ref;
    DK_TRY(plan_twins(f, d, err));
    dk_plan_desc plain = *d;
    plain.x = f->x;
    DK_TRY(ref->plan(ref, &plain, &f->inner, err));
    plan->seam.y_bytes = f->inner->y_bytes;
    plan->seam.kept = f->inner->kept;
    plan->seam.packed = f->inner->packed;
    f->inner_at = dk_dnn_piece(&plan->seam.scratch, f->inner->scratch);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", f->inner->impl);
    return DK_OK;
}

static dk_status bind(dk_dnn_plan *plan, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_memory memory = plan->memory;
    memory.scratch = dk_dnn_at(plan->memory.scratch, f->inner_at);
    return plan->engine->ref->bind(f->inner, &memory, err);
}

/* The reference's arguments: ours, with the inputs brought to plain. */
static dk_status enter(fallback *f, const dk_args *a, dk_args *inner, dk_error *err) {
    *inner = *a;
    inner->x = f->x;
    for (int i = 0; i < f->inputs; i++) {
        const void *x = NULL;
        DK_TRY(dk_dnn_port_in(&f->twins[i].port, &f->plan, a->x[i], &x, err));
        f->twins[i].x.data = (void *)(uintptr_t)x; /* inputs are only read */
    }
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
    dk_args inner;
    DK_TRY(enter(f, a, &inner, err));
    for (int i = 0; i < f->inputs; i++) {
        twin *t = &f->twins[i];
        t->dx.data = dk_dnn_port_gradient(&t->port, plan, dk_dnn_dx(a, i));
        f->dx[i] = t->dx.data == NULL ? NULL : &t->dx;
    }
    inner.dx = f->dx;
    DK_TRY(plan->engine->ref->backward(f->inner, &inner, err));
    for (int i = 0; i < f->inputs; i++) {
        DK_TRY(dk_dnn_port_out(&f->twins[i].port, plan, dk_dnn_dx(a, i), err));
    }
    return DK_OK;
}

static void release(dk_dnn_plan *plan) {
    fallback *f = (fallback *)plan;
    if (f->inner != NULL) {
        plan->engine->ref->plan_free(f->inner);
    }
    for (int i = 0; i < f->inputs; i++) {
        dk_dnn_port_free(&f->twins[i].port);
    }
    free(f->twins);
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
