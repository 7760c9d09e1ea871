/* SOFTMAX over runs of values: y = e^(x/T)/Σ. A run is one of `groups` equal parts of a picture's c,h,w, or
 * (spatial) the channels at one h,w. With loss: L = −Σ t·log y from the logarithm's own formula
 * x/T − max/T − log Σ, never from a rounded y, and dx = (y·Σt − t)/T·scale. Without: dx = y·(dy − Σ dy·y)/T.
 */
#include "backend/ref/ref.h"

#include <math.h>

/* The values first, first + step, … of a picture. */
typedef struct {
    long first, step, length;
} run;

static long runs(const dk_ref_plan *p) {
    return p->desc.u.softmax.spatial ? (long)p->y.h * p->y.w : p->desc.u.softmax.groups;
}

static run run_of(const dk_ref_plan *p, long n, long k) {
    const long each = (long)dk_shape_each(p->y), length = each / runs(p);
    return p->desc.u.softmax.spatial ? (run){n * each + k, runs(p), length}
                                     : (run){n * each + k * length, 1, length};
}

/* Writes y of one run; returns −Σ t·log y (0 without truth). */
static double one_forward(run r, double temperature, const float *x, const float *t, float *y) {
    double largest = x[r.first], sum = 0, loss = 0;
    for (long i = 1; i < r.length; i++) {
        largest = fmax(largest, x[r.first + i * r.step]);
    }
    for (long i = 0; i < r.length; i++) {
        sum += exp((x[r.first + i * r.step] - largest) / temperature);
    }
    for (long i = 0; i < r.length; i++) {
        const long at = r.first + i * r.step;
        const double log_y = (x[at] - largest) / temperature - log(sum);
        y[at] = (float)exp(log_y);
        loss -= t != NULL ? t[at] * log_y : 0;
    }
    return loss;
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const float *t = p->desc.u.softmax.loss && a->truth != NULL ? a->truth->data : NULL;
    for (long n = 0; n < p->y.n; n++) {
        double loss = 0;
        for (long k = 0; k < runs(p); k++) {
            loss += one_forward(run_of(p, n, k), p->desc.u.softmax.temperature, a->x[0]->data, t, a->y->data);
        }
        if (t != NULL) {
            a->loss[n] = (float)loss;
        }
    }
}

static void one_backward(const dk_ref_plan *p, const dk_args *a, run r) {
    const bool loss = p->desc.u.softmax.loss;
    const float *y = a->y->data, *g = loss ? a->truth->data : a->dy->data;
    float *dx = dk_ref_dx(a, 0);
    double sum = 0; /* Σt, or Σ dy·y */
    for (long i = 0; i < r.length; i++) {
        const long at = r.first + i * r.step;
        sum += loss ? g[at] : (double)g[at] * y[at];
    }
    for (long i = 0; i < r.length; i++) {
        const long at = r.first + i * r.step;
        const double d = loss ? (y[at] * sum - g[at]) * a->scale : y[at] * (g[at] - sum);
        dx[at] = (float)(d / p->desc.u.softmax.temperature);
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    for (long n = 0; dk_ref_dx(a, 0) != NULL && n < p->y.n; n++) {
        for (long k = 0; k < runs(p); k++) {
            one_backward(p, a, run_of(p, n, k));
        }
    }
}

const dk_ref_op dk_ref_softmax = {.forward = forward, .backward = backward};
