/* Everything that has no row of its own, or is refused by it: another plan between reorders. In bf16, the engine is
 * asked again for float32, with inputs in the same layout; else inputs are brought to plain NCHW, and the reference
 * does it. */
#include "backend/onednn/port.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* One input: what the other plan gets instead of it, that one's gradient, and the way between. */
typedef struct {
    dk_tensor x, dx;
    dk_dnn_port port;
} twin;

typedef struct {
    dk_dnn_plan plan;
    dk_backend *other;
    dk_plan *inner;
    int inputs;
    twin *twins;
    dk_tensor **x, **dx; /* what the other plan is given */
    size_t inner_at;
} fallback;

static dk_status plan_twins(fallback *f, const dk_plan_desc *d, dk_error *err) {
    const size_t n = (size_t)d->inputs;
    const bool again = f->other == &f->plan.engine->seam;
    f->twins = calloc(n, sizeof *f->twins);
    f->x = calloc(2 * n, sizeof *f->x);
    if (f->twins == NULL || f->x == NULL) {
        return dk_no_memory(err, n * sizeof *f->twins, "a plan");
    }
    f->inputs = d->inputs;
    f->dx = f->x + n;
    for (int i = 0; i < d->inputs; i++) {
        twin *t = &f->twins[i];
        const dnnl_memory_desc_t own = dk_dnn_md(d->x[i]), single = dk_dnn_md_in(&own, DK_F32);
        const dnnl_memory_desc_t inside = again ? single : dk_dnn_md_plain(d->x[i]->shape);
        t->x.shape = t->dx.shape = d->x[i]->shape;
        f->x[i] = &t->x;
        DK_TRY(dk_dnn_layout_set(f->plan.engine, &t->x, &inside, err));
        t->dx.layout = t->x.layout;
        DK_TRY(dk_dnn_port_open(&t->port, &f->plan, d->x[i], &inside, d->train, err));
    }
    return DK_OK;
}

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    fallback *f = (fallback *)plan;
    const bool single = d->precision == DK_F32 && !dk_dnn_any_bf16(d);
    f->other = single ? plan->engine->ref : &plan->engine->seam;
    DK_TRY(plan_twins(f, d, err));
    dk_plan_desc inner = *d;
    inner.x = f->x;
    inner.precision = DK_F32;
    DK_TRY(f->other->plan(f->other, &inner, &f->inner, err));
    plan->seam.y_bytes = f->inner->y_bytes;
    plan->seam.kept = f->inner->kept;
    plan->seam.packed = f->inner->packed;
    f->inner_at = dk_piece(&plan->seam.scratch, f->inner->scratch);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "%.40s", f->inner->impl);
    return DK_OK;
}

static dk_status bind(dk_dnn_plan *plan, dk_error *err) {
    fallback *f = (fallback *)plan;
    dk_memory memory = plan->memory;
    memory.scratch = dk_piece_at(plan->memory.scratch, f->inner_at);
    return f->other->bind(f->inner, &memory, err);
}

/* The other plan's arguments: ours, with the inputs brought to it. */
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
    return f->other->forward(f->inner, &inner, err);
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
    DK_TRY(f->other->backward(f->inner, &inner, err));
    for (int i = 0; i < f->inputs; i++) {
        DK_TRY(dk_dnn_port_out(&f->twins[i].port, plan, dk_dnn_dx(a, i), err));
    }
    return DK_OK;
}

static void release(dk_dnn_plan *plan) {
    fallback *f = (fallback *)plan;
    if (f->inner != NULL) {
        f->other->plan_free(f->inner);
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
