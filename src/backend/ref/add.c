/* ADD: r = x[0] + x[1] + …; an input with other channels counts over the first min(c) of them. */
#include "backend/ref/epilogue.h"

#include <string.h>

static void plan(dk_ref_plan *p) {
    dk_ref_epilogue(p, false, false, 0);
}

/* Values of input k that take part in one picture: the same run of the output's. */
static size_t shared(const dk_ref_plan *p, int k) {
    const size_t mine = dk_shape_each(p->x[k]), all = dk_shape_each(p->y);
    return mine < all ? mine : all;
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    float *r = dk_ref_sums(p, a);
    memcpy(r, a->x[0]->data, dk_shape_count(p->y) * sizeof(float));
    for (int k = 1; k < p->desc.inputs; k++) {
        const float *x = a->x[k]->data;
        for (size_t n = 0; n < (size_t)p->y.n; n++) {
            for (size_t i = 0; i < shared(p, k); i++) {
                r[n * dk_shape_each(p->y) + i] += x[n * dk_shape_each(p->x[k]) + i];
            }
        }
    }
    dk_ref_finish(p, a);
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const float *dr = dk_ref_undo(p, a);
    for (int k = 0; k < p->desc.inputs; k++) {
        float *dx = dk_ref_dx(a, k);
        if (dx == NULL) {
            continue;
        }
        memset(dx, 0, dk_shape_count(p->x[k]) * sizeof(float));
        for (size_t n = 0; n < (size_t)p->y.n; n++) {
            memcpy(dx + n * dk_shape_each(p->x[k]), dr + n * dk_shape_each(p->y),
                   shared(p, k) * sizeof(float));
        }
    }
}

const dk_ref_op dk_ref_add = {.plan = plan, .forward = forward, .backward = backward};
