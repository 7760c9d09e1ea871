/* The engine itself: the table of operations, and the life of a plan. */
#include "backend/ref/ref.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

static const dk_ref_op *const ops[DK_OP_COUNT] = {
#define ROW(upper, lower) &dk_ref_##lower,
    DK_OPS(ROW)
#undef ROW
};

static dk_status plan(dk_backend *be, const dk_plan_desc *desc, dk_plan **out, dk_error *err) {
    const size_t size = sizeof(dk_ref_plan) + (size_t)desc->inputs * sizeof(dk_shape);
    dk_ref_plan *p = calloc(1, size);
    if (p == NULL) {
        return dk_no_memory(err, size, "a plan");
    }
    p->desc = *desc;
    p->desc.x = NULL;
    p->desc.y = NULL;
    for (int i = 0; i < desc->inputs; i++) {
        assert(desc->x[i]->layout == NULL);
        p->x[i] = desc->x[i]->shape;
    }
    p->y = desc->y->shape;
    desc->y->layout = NULL;
    p->plan.backend = be;
    p->plan.y_bytes = dk_shape_count(p->y) * sizeof(float);
    snprintf(p->plan.impl, sizeof p->plan.impl, "ref");
    if (ops[desc->op]->plan != NULL) {
        ops[desc->op]->plan(p);
    }
    *out = &p->plan;
    return DK_OK;
}

static dk_status bind(dk_plan *plan, const dk_memory *memory, dk_error *err) {
    (void)err;
    ((dk_ref_plan *)plan)->memory = *memory;
    return DK_OK;
}

static dk_status forward(dk_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const dk_ref_plan *p = (const dk_ref_plan *)plan;
    ops[p->desc.op]->forward(p, a);
    return DK_OK;
}

static dk_status backward(dk_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const dk_ref_plan *p = (const dk_ref_plan *)plan;
    assert(p->desc.train);
    ops[p->desc.op]->backward(p, a);
    return DK_OK;
}

static void plan_free(dk_plan *plan) {
    free(plan);
}

static void close(dk_backend *be) {
    free(be);
}

float *dk_ref_dx(const dk_args *a, int i) {
    return a->dx == NULL || a->dx[i] == NULL ? NULL : a->dx[i]->data;
}

static dk_status open(dk_backend **out, int threads, dk_error *err) {
    (void)threads; /* it uses one */
    dk_backend *be = malloc(sizeof *be);
    if (be == NULL) {
        return dk_no_memory(err, sizeof *be, "the engine");
    }
    *be = (dk_backend){.name = "ref",
                       .threads = 1,
                       .close = close,
                       .alloc = dk_ref_alloc,
                       .free = dk_ref_free,
                       .write = dk_ref_write,
                       .read = dk_ref_read,
                       .bytes = dk_ref_bytes,
                       .plan = plan,
                       .bind = bind,
                       .forward = forward,
                       .backward = backward,
                       .plan_free = plan_free,
                       .sum = dk_ref_sum,
                       .update = dk_ref_update,
                       .blend = dk_ref_blend,
                       .squares = dk_ref_squares};
    *out = be;
    return DK_OK;
}

const dk_engine dk_engine_ref = {.name = "ref", .most = DK_ISA_BASE, .open = open};
