/* DENSE: r[n,o] = Σ w[o,i]·x[n,i], i over c,h,w; dx[n,i] = Σ w[o,i]·dr[n,o]; dw[o,i] = Σ dr[n,o]·x[n,i]. */
#include "backend/ref/epilogue.h"

static void plan(dk_ref_plan *p) {
    dk_ref_epilogue(p, p->desc.u.dense.norm, true, p->desc.u.dense.momentum);
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const long inputs = (long)dk_shape_each(p->x[0]), outputs = p->y.c;
    const float *x = a->x[0]->data;
    float *r = dk_ref_sums(p, a);
    for (long k = 0; k < p->y.n * outputs; k++) {
        const float *xs = x + k / outputs * inputs, *ws = a->w->weights + k % outputs * inputs;
        double sum = 0;
        for (long i = 0; i < inputs; i++) {
            sum += (double)ws[i] * xs[i];
        }
        r[k] = (float)sum;
    }
    dk_ref_finish(p, a);
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const long inputs = (long)dk_shape_each(p->x[0]), outputs = p->y.c;
    const float *x = a->x[0]->data, *dr = dk_ref_undo(p, a);
    float *dx = dk_ref_dx(a, 0);
    for (long k = 0; dx != NULL && k < p->y.n * inputs; k++) {
        const long n = k / inputs, i = k % inputs;
        double sum = 0;
        for (long o = 0; o < outputs; o++) {
            sum += (double)a->w->weights[o * inputs + i] * dr[n * outputs + o];
        }
        dx[k] = (float)sum;
    }
    for (long k = 0; a->dw != NULL && k < outputs * inputs; k++) {
        const long o = k / inputs, i = k % inputs;
        double sum = 0;
        for (long n = 0; n < p->y.n; n++) {
            sum += (double)dr[n * outputs + o] * x[n * inputs + i];
        }
        a->dw->weights[k] = (float)sum;
    }
}

const dk_ref_op dk_ref_dense = {.plan = plan, .forward = forward, .backward = backward};
