/* DROPOUT: 0 with probability p, else x/(1 − p); a copy when predicting. The mask belongs to the logical NCHW
 * index, so it is the same in every layout and engine; backward draws it again. */
#include "backend/onednn/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/rng.h"

typedef struct {
    dk_dnn_plan plan;
    dk_dnn_planes planes; /* of a plain tensor: one strip of one lane */
    float probability;    /* 0 when predicting */
} dropout;

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    dropout *k = (dropout *)plan;
    const dnnl_memory_desc_t md = dk_dnn_md(d->x[0]);
    if (!dk_dnn_planes_of(d->x[0], &k->planes)) {
        return dk_dnn_refuse(d, err);
    }
    if (d->x[0]->layout == NULL) { /* memory's order is the logical order: pictures of one long channel */
        const int each = (int)dk_shape_each(d->x[0]->shape);
        k->planes = (dk_dnn_planes){.images = d->x[0]->shape.n,
                                    .channels = 1,
                                    .pixels = each,
                                    .lanes = 1,
                                    .blocks = 1,
                                    .image = (size_t)each,
                                    .pixel = 1};
    }
    k->probability = d->train ? d->u.dropout.probability : 0;
    d->y->layout = d->x[0]->layout;
    plan->seam.y_bytes = dnnl_memory_desc_get_size(&md);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "own");
    return DK_OK;
}

static void drop(const dropout *k, const dk_args *a, int block, int image, const float *from, float *to) {
    const dk_dnn_strip s = dk_dnn_strip_of(&k->planes, block);
    const size_t at = dk_dnn_strip_at(&k->planes, block, image);
    const float scale = 1 / (1 - k->probability);
    const uint64_t channel = dk_picture_of_all(a, (size_t)image) * (uint64_t)k->planes.channels +
                             (uint64_t)(block * k->planes.lanes);
    for (int p = 0; p < s.pixels; p++) {
        const size_t i = at + (size_t)p * s.step;
        for (int l = 0; l < s.valid; l++) {
            const uint64_t index = (channel + (uint64_t)l) * (uint64_t)s.pixels + (uint64_t)p;
            to[i + (size_t)l] = dk_rng_at(a->key, index) < k->probability ? 0 : from[i + (size_t)l] * scale;
        }
        for (int l = s.valid; l < s.lanes; l++) {
            to[i + (size_t)l] = 0;
        }
    }
}

typedef struct {
    const dropout *k;
    const dk_args *a;
    const float *from;
    float *to;
} pass;

static void drop_strip(void *self, int strip) {
    const pass *p = self;
    const int blocks = p->k->planes.blocks;
    drop(p->k, p->a, strip % blocks, strip / blocks, p->from, p->to);
}

static void apply(const dropout *k, const dk_args *a, const float *from, float *to) {
    pass p = {k, a, from, to};
    if (k->probability <= 0) {
        memcpy(to, from, k->plan.seam.y_bytes);
    } else {
        dk_crew_do(k->plan.engine->crew, k->planes.images * k->planes.blocks, drop_strip, &p);
    }
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    apply((const dropout *)plan, a, a->x[0]->data, a->y->data);
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    if (dx != NULL) {
        apply((const dropout *)plan, a, a->dy->data, dx->data);
    }
    return DK_OK;
}

const dk_dnn_op dk_dnn_op_dropout = {
    .size = sizeof(dropout),
    .plan = plan,
    .forward = forward,
    .backward = backward,
};
