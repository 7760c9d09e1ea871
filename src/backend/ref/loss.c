/* LOSS: y = x; with d = x − t the loss of a picture is Σ d² (SSE), or Σ d² where |d| < 1 and 2|d| − 1
 * elsewhere (SMOOTH). The gradient is half the derivative, as Darknet counts it: d, or d clipped to ±1. */
#include "backend/ref/ref.h"

#include <math.h>
#include <string.h>

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const size_t each = dk_shape_each(p->y);
    const float *x = a->x[0]->data;
    memmove(a->y->data, x, dk_shape_count(p->y) * sizeof(float));
    for (size_t n = 0; a->truth != NULL && n < (size_t)p->y.n; n++) {
        const float *t = a->truth->data;
        double sum = 0;
        for (size_t i = n * each; i < (n + 1) * each; i++) {
            const double d = fabs((double)x[i] - t[i]);
            sum += p->desc.u.loss.kind == DK_LOSS_SSE || d < 1 ? d * d : 2 * d - 1;
        }
        a->loss[n] = (float)sum;
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const float *x = a->x[0]->data, *t = a->truth->data;
    const float scale = p->desc.u.loss.scale * a->scale;
    float *dx = dk_ref_dx(a, 0);
    for (size_t i = 0; dx != NULL && i < dk_shape_count(p->y); i++) {
        const float d = x[i] - t[i];
        dx[i] = scale * (p->desc.u.loss.kind == DK_LOSS_SSE ? d : fmaxf(-1, fminf(1, d)));
    }
}

const dk_ref_op dk_ref_loss = {.forward = forward, .backward = backward};
