/* MUL: y = act(x·f). f is like x, value by value, or has one value per picture and channel (scale_channels),
 * which comes in as a plain table. dx = g·f, df = g·x with g = dy·act', in the second case summed over h,w.
 */
#include "backend/onednn/pointwise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    dk_dnn_pointwise same; /* first; of x alone when f is per channel */
    bool per_channel;
    dk_dnn_planes planes;
    dk_dnn_port table;
} mul;

static dk_status plan(dk_dnn_plan *plan, const dk_plan_desc *d, dk_error *err) {
    mul *m = (mul *)plan;
    const dk_shape f = d->x[1]->shape, y = d->y->shape;
    if (dk_shape_equal(f, y)) {
        return dk_dnn_pointwise_plan(&m->same, d, err);
    }
    if (f.n != y.n || f.c != y.c || f.h * f.w != 1 || !dk_dnn_planes_of(d->x[0], &m->planes)) {
        return dk_dnn_refuse(d, err);
    }
    const dnnl_memory_desc_t plain = dk_dnn_md_plain(f);
    dk_plan_desc first = *d;
    first.inputs = 1;
    m->per_channel = true;
    DK_TRY(dk_dnn_pointwise_plan(&m->same, &first, err));
    return dk_dnn_port_open(&m->table, plan, d->x[1], &plain, d->train, err);
}

/* ---- one block of one image, f per channel ---- */
static void scale(const mul *m, int block, int image, const float *table, const float *x, float *r,
                  float *y) {
    const dk_dnn_strip s = dk_dnn_strip_of(&m->planes, block);
    const size_t row = (size_t)image * (size_t)m->planes.channels + (size_t)(block * m->planes.lanes);
    size_t i = dk_dnn_strip_at(&m->planes, block, image);
    float f[DK_DNN_LANES] = {0};
    memcpy(f, table + row, (size_t)s.valid * sizeof(float));
    for (int p = 0; p < s.pixels; p++, i += s.step) {
        dk_dnn_flat_multiply(x + i, f, r + i, (size_t)s.lanes);
        dk_dnn_flat_act(m->same.act, r + i, y + i, (size_t)s.lanes);
    }
}

typedef struct {
    const float *f, *x, *u, *dy;
    float *dx, *df;
} sides;

static void unscale(const mul *m, int block, int image, const sides *k) {
    const dk_dnn_strip s = dk_dnn_strip_of(&m->planes, block);
    const size_t first = dk_dnn_strip_at(&m->planes, block, image), lanes = (size_t)s.lanes;
    const size_t row = (size_t)image * (size_t)m->planes.channels + (size_t)(block * m->planes.lanes);
    double sum[DK_DNN_LANES] = {0};
    float f[DK_DNN_LANES] = {0}, g[DK_DNN_LANES];
    memcpy(f, k->f + row, (size_t)s.valid * sizeof(float));
    for (size_t p = 0, i = first; p < (size_t)s.pixels; p++, i += s.step) {
        dk_dnn_flat_slope(m->same.act, k->u + i, k->dy + i, g, lanes);
        for (size_t l = 0; l < lanes; l++) {
            sum[l] += (double)g[l] * k->x[i + l];
        }
        if (k->dx != NULL) {
            dk_dnn_flat_multiply(g, f, k->dx + i, lanes);
        }
    }
    for (size_t l = 0; l < (size_t)s.valid && k->df != NULL; l++) {
        k->df[row + l] = (float)sum[l];
    }
}

/* ---- f like x ---- */
static void multiply(const dk_dnn_pointwise *p, float *r, float *y) {
    const float *x = p->x[0], *f = p->x[1];
#pragma omp parallel for num_threads(p->plan.engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->count); i++) {
        const dk_dnn_span s = dk_dnn_span_of(i, p->count);
        dk_dnn_flat_multiply(x + s.at, f + s.at, r + s.at, s.n);
        dk_dnn_flat_act(p->act, r + s.at, y + s.at, s.n);
    }
}

static void unmultiply(const dk_dnn_pointwise *p, const float *u, const float *dy) {
#pragma omp parallel for num_threads(p->plan.engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->count); i++) {
        const dk_dnn_span s = dk_dnn_span_of(i, p->count);
        for (int k = 0; k < 2; k++) {
            float *dx = p->dx[k];
            const float *x = p->x[1 - k];
            if (dx != NULL) {
                dk_dnn_flat_slope(p->act, u + s.at, dy + s.at, dx + s.at, s.n);
                dk_dnn_flat_multiply(dx + s.at, x + s.at, dx + s.at, s.n);
            }
        }
    }
}

/* ---- the operation ---- */
static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    mul *m = (mul *)plan;
    const void *f = NULL;
    float *r = dk_dnn_pointwise_sums(&m->same, a), *y = a->y->data;
    DK_TRY(dk_dnn_pointwise_in(&m->same, a, err));
    if (!m->per_channel) {
        multiply(&m->same, r, y);
        return DK_OK;
    }
    DK_TRY(dk_dnn_port_in(&m->table, plan, a->x[1], &f, err));
#pragma omp parallel for collapse(2) num_threads(plan->engine->seam.threads)
    for (int i = 0; i < m->planes.images; i++) {
        for (int b = 0; b < m->planes.blocks; b++) {
            scale(m, b, i, f, m->same.x[0], r, y);
        }
    }
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    mul *m = (mul *)plan;
    const void *f = NULL;
    const float *u = dk_dnn_pointwise_sums(&m->same, a);
    DK_TRY(dk_dnn_pointwise_in(&m->same, a, err));
    dk_dnn_pointwise_gradients(&m->same, a);
    if (!m->per_channel) {
        unmultiply(&m->same, u, a->dy->data);
        return dk_dnn_pointwise_out(&m->same, a, err);
    }
    DK_TRY(dk_dnn_port_in(&m->table, plan, a->x[1], &f, err));
    const sides k = {.f = f,
                     .x = m->same.x[0],
                     .u = u,
                     .dy = a->dy->data,
                     .dx = m->same.dx[0],
                     .df = dk_dnn_port_gradient(&m->table, plan, dk_dnn_dx(a, 1))};
#pragma omp parallel for collapse(2) num_threads(plan->engine->seam.threads)
    for (int i = 0; i < m->planes.images; i++) {
        for (int b = 0; b < m->planes.blocks; b++) {
            unscale(m, b, i, &k);
        }
    }
    return dk_dnn_port_out(&m->table, plan, dk_dnn_dx(a, 1), err);
}

static void release(dk_dnn_plan *plan) {
    mul *m = (mul *)plan;
    dk_dnn_port_free(&m->table);
    dk_dnn_pointwise_free(plan);
}

const dk_dnn_op dk_dnn_op_mul = {
    .size = sizeof(mul),
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .free = release,
};
