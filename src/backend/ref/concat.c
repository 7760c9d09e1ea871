/* CONCAT: the channels of x[0], x[1], … one after the other, picture by picture. */
#include "backend/ref/ref.h"

#include <string.h>

static void forward(const dk_ref_plan *p, const dk_args *a) {
    float *y = a->y->data;
    for (size_t n = 0; n < (size_t)p->y.n; n++) {
        for (int k = 0; k < p->desc.inputs; k++) {
            const size_t each = dk_shape_each(p->x[k]);
            memcpy(y, (const float *)a->x[k]->data + n * each, each * sizeof(float));
            y += each;
        }
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const float *dy = a->dy->data;
    for (size_t n = 0; n < (size_t)p->y.n; n++) {
        for (int k = 0; k < p->desc.inputs; k++) {
            const size_t each = dk_shape_each(p->x[k]);
            if (dk_ref_dx(a, k) != NULL) {
                memcpy(dk_ref_dx(a, k) + n * each, dy, each * sizeof(float));
            }
            dy += each;
        }
    }
}

const dk_ref_op dk_ref_concat = {.forward = forward, .backward = backward};
