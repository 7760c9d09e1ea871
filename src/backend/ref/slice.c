/* SLICE: channels from … from + y.c − 1 of x; the gradient of the others is 0. */
#include "backend/ref/ref.h"

#include <string.h>

/* Where the slice of picture n begins in x. */
static size_t start(const dk_ref_plan *p, size_t n) {
    const size_t plane = (size_t)p->y.h * (size_t)p->y.w;
    return n * dk_shape_each(p->x[0]) + (size_t)p->desc.u.slice.from * plane;
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const size_t each = dk_shape_each(p->y);
    for (size_t n = 0; n < (size_t)p->y.n; n++) {
        memcpy((float *)a->y->data + n * each, (const float *)a->x[0]->data + start(p, n),
               each * sizeof(float));
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const size_t each = dk_shape_each(p->y);
    float *dx = dk_ref_dx(a, 0);
    if (dx == NULL) {
        return;
    }
    memset(dx, 0, dk_shape_count(p->x[0]) * sizeof(float));
    for (size_t n = 0; n < (size_t)p->y.n; n++) {
        memcpy(dx + start(p, n), (const float *)a->dy->data + n * each, each * sizeof(float));
    }
}

const dk_ref_op dk_ref_slice = {.forward = forward, .backward = backward};
