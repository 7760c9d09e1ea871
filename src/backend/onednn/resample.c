/* RESAMPLE: every cell repeated stride×stride times, times scale; backward sums the copies. Runs of lanes are
 * moved whole, so any layout that x and y share will do. */
#include "backend/onednn/layout.h"

#include <stdio.h>

typedef struct {
    dk_dnn_plan plan;
    dk_dnn_planes x, y;
    int stride, width; /* width of x */
    float scale;
} resample;

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    resample *k = (resample *)plan;
    const dnnl_memory_desc_t x = dk_dnn_md(d->x[0]);
    const dnnl_memory_desc_t y =
        d->x[0]->layout == NULL ? dk_dnn_md_plain(d->y->shape) : dk_dnn_md_like(d->y->shape, &x);
    DK_TRY(dk_dnn_layout_set(plan->engine, d->y, &y, err));
    if (!dk_dnn_planes_of(d->x[0], &k->x) || !dk_dnn_planes_of(d->y, &k->y) || k->x.lanes != k->y.lanes ||
        k->x.images != k->y.images) {
        return dk_dnn_refuse(d, err);
    }
    k->stride = d->u.resample.stride;
    k->scale = d->u.resample.scale;
    k->width = d->x[0]->shape.w;
    plan->seam.y_bytes = dnnl_memory_desc_get_size(&y);
    snprintf(plan->seam.impl, sizeof plan->seam.impl, "own");
    return DK_OK;
}

/* The pixel of y where the copies of pixel p of x begin. */
static int corner(const resample *k, int p) {
    return p / k->width * k->stride * k->width * k->stride + p % k->width * k->stride;
}

static void repeat(const resample *k, int block, int image, const float *x, float *y) {
    const dk_dnn_strip in = dk_dnn_strip_of(&k->x, block), out = dk_dnn_strip_of(&k->y, block);
    x += dk_dnn_strip_at(&k->x, block, image);
    y += dk_dnn_strip_at(&k->y, block, image);
    for (int p = 0; p < out.pixels; p++, y += out.step) {
        const int row = p / (k->width * k->stride), column = p % (k->width * k->stride);
        const float *from = x + (size_t)(row / k->stride * k->width + column / k->stride) * in.step;
        for (int l = 0; l < out.lanes; l++) {
            y[l] = k->scale * from[l];
        }
    }
}

static void gather(const resample *k, int block, int image, const float *dy, float *dx) {
    const dk_dnn_strip in = dk_dnn_strip_of(&k->x, block), out = dk_dnn_strip_of(&k->y, block);
    dx += dk_dnn_strip_at(&k->x, block, image);
    dy += dk_dnn_strip_at(&k->y, block, image);
    for (int p = 0; p < in.pixels; p++, dx += in.step) {
        for (int l = 0; l < in.lanes; l++) {
            float sum = 0;
            for (int i = 0; i < k->stride * k->stride; i++) {
                const int at = corner(k, p) + i / k->stride * k->width * k->stride + i % k->stride;
                sum += dy[(size_t)at * out.step + (size_t)l];
            }
            dx[l] = k->scale * sum;
        }
    }
}

typedef struct {
    const resample *k;
    const float *from;
    float *to;
} pass;

static void repeat_strip(void *self, int strip) {
    const pass *p = self;
    repeat(p->k, strip % p->k->x.blocks, strip / p->k->x.blocks, p->from, p->to);
}

static void gather_strip(void *self, int strip) {
    const pass *p = self;
    gather(p->k, strip % p->k->x.blocks, strip / p->k->x.blocks, p->from, p->to);
}

static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const resample *k = (resample *)plan;
    pass p = {k, a->x[0]->data, a->y->data};
    dk_crew_do(plan->engine->crew, k->x.images * k->x.blocks, repeat_strip, &p);
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    (void)err;
    const resample *k = (resample *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    if (dx == NULL) {
        return DK_OK;
    }
    pass p = {k, a->dy->data, dx->data};
    dk_crew_do(plan->engine->crew, k->x.images * k->x.blocks, gather_strip, &p);
    return DK_OK;
}

const dk_dnn_op dk_dnn_op_resample = {
    .size = sizeof(resample),
    .plan = plan,
    .forward = forward,
    .backward = backward,
};
