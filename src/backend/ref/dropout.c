/* DROPOUT (Srivastava et al. 2014, inverted): in training 0 with probability p, else x/(1 − p); otherwise x.
 * The mask is a function of args.key, so backward draws it again instead of keeping it. */
#include "backend/ref/ref.h"

#include "base/rng.h"

static void apply(const dk_ref_plan *p, const dk_args *a, const float *from, float *to) {
    const float probability = p->desc.train ? p->desc.u.dropout.probability : 0;
    const float scale = 1 / (1 - probability);
    const size_t each = dk_shape_each(p->y);
    for (size_t i = 0; i < dk_shape_count(p->y); i++) {
        const uint64_t index = dk_picture_of_all(a, i / each) * each + i % each;
        to[i] = dk_rng_at(a->key, index) < probability ? 0 : from[i] * scale;
    }
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    apply(p, a, a->x[0]->data, a->y->data);
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    if (dk_ref_dx(a, 0) != NULL) {
        apply(p, a, a->dy->data, dk_ref_dx(a, 0));
    }
}

const dk_ref_op dk_ref_dropout = {.forward = forward, .backward = backward};
