/* MUL: r = x[0]·x[1]; x[1] is like x[0] or one value per channel. dx[0] = dr·x[1]; dx[1] = dr·x[0], summed
 * over h,w in the second case. */
#include "backend/ref/epilogue.h"

static void plan(dk_ref_plan *p) {
    dk_ref_epilogue(p, false, false, 0);
}

/* Values of the output that one value of x[1] multiplies: 1 or h·w. */
static size_t reach(const dk_ref_plan *p) {
    return dk_shape_count(p->y) / dk_shape_count(p->x[1]);
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const float *x = a->x[0]->data, *factor = a->x[1]->data;
    float *r = dk_ref_sums(p, a);
    for (size_t i = 0; i < dk_shape_count(p->y); i++) {
        r[i] = x[i] * factor[i / reach(p)];
    }
    dk_ref_finish(p, a);
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const float *x = a->x[0]->data, *factor = a->x[1]->data, *dr = dk_ref_undo(p, a);
    float *dx = dk_ref_dx(a, 0), *dfactor = dk_ref_dx(a, 1);
    const size_t run = reach(p);
    for (size_t i = 0; dx != NULL && i < dk_shape_count(p->y); i++) {
        dx[i] = dr[i] * factor[i / run];
    }
    for (size_t k = 0; dfactor != NULL && k < dk_shape_count(p->x[1]); k++) {
        double sum = 0;
        for (size_t i = k * run; i < (k + 1) * run; i++) {
            sum += (double)dr[i] * x[i];
        }
        dfactor[k] = (float)sum;
    }
}

const dk_ref_op dk_ref_mul = {.plan = plan, .forward = forward, .backward = backward};
