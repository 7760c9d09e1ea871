/* RESAMPLE: y[n,c,i,j] = scale·x[n,c,i/stride,j/stride]; backward sums over the stride×stride copies. */
#include "backend/ref/ref.h"

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const long stride = p->desc.u.resample.stride, width = p->x[0].w;
    const float *x = a->x[0]->data;
    float *y = a->y->data;
    for (long k = 0; k < (long)p->y.n * p->y.c * p->y.h; k++) { /* rows of all planes; h is stride·x.h */
        for (long j = 0; j < p->y.w; j++) {
            y[k * p->y.w + j] = p->desc.u.resample.scale * x[k / stride * width + j / stride];
        }
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const long stride = p->desc.u.resample.stride, width = p->x[0].w;
    const float *dy = a->dy->data;
    float *dx = dk_ref_dx(a, 0);
    for (long k = 0; dx != NULL && k < (long)dk_shape_count(p->x[0]); k++) {
        const float *corner = dy + k / width * stride * p->y.w + k % width * stride;
        double sum = 0;
        for (long i = 0; i < stride; i++) {
            for (long j = 0; j < stride; j++) {
                sum += corner[i * p->y.w + j];
            }
        }
        dx[k] = (float)(p->desc.u.resample.scale * sum);
    }
}

const dk_ref_op dk_ref_resample = {.forward = forward, .backward = backward};
