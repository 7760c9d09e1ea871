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
typedef struct {
    const mul *m;
    const float *f, *u, *dy;
    float *r, *y;
    sides sides;
} pass;

static void multiply_span(void *self, int span) {
    const pass *k = self;
    const dk_dnn_pointwise *p = &k->m->same;
    const float *x = p->x[0], *f = p->x[1];
    const dk_dnn_span s = dk_dnn_span_of(span, p->count);
    dk_dnn_flat_multiply(x + s.at, f + s.at, k->r + s.at, s.n);
    dk_dnn_flat_act(p->act, k->r + s.at, k->y + s.at, s.n);
}

static void unmultiply_span(void *self, int span) {
    const pass *k = self;
    const dk_dnn_pointwise *p = &k->m->same;
    const dk_dnn_span s = dk_dnn_span_of(span, p->count);
    for (int i = 0; i < 2; i++) {
        float *dx = p->dx[i];
        const float *x = p->x[1 - i];
        if (dx != NULL) {
            dk_dnn_flat_slope(p->act, k->u + s.at, k->dy + s.at, dx + s.at, s.n);
            dk_dnn_flat_multiply(dx + s.at, x + s.at, dx + s.at, s.n);
        }
    }
}

/* ---- f per channel ---- */
static void scale_strip(void *self, int strip) {
    const pass *k = self;
    const int blocks = k->m->planes.blocks;
    scale(k->m, strip % blocks, strip / blocks, k->f, k->m->same.x[0], k->r, k->y);
}

static void unscale_strip(void *self, int strip) {
    const pass *k = self;
    const int blocks = k->m->planes.blocks;
    unscale(k->m, strip % blocks, strip / blocks, &k->sides);
}

/* ---- the operation ---- */
static dk_status forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    mul *m = (mul *)plan;
    dk_crew *crew = plan->engine->crew;
    const void *f = NULL;
    pass k = {.m = m, .r = dk_dnn_pointwise_sums(&m->same, a), .y = a->y->data};
    DK_TRY(dk_dnn_pointwise_in(&m->same, a, err));
    if (!m->per_channel) {
        dk_crew_do(crew, dk_dnn_spans(m->same.count), multiply_span, &k);
        return DK_OK;
    }
    DK_TRY(dk_dnn_port_in(&m->table, plan, a->x[1], &f, err));
    k.f = f;
    dk_crew_do(crew, m->planes.images * m->planes.blocks, scale_strip, &k);
    return DK_OK;
}

static dk_status backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    mul *m = (mul *)plan;
    dk_crew *crew = plan->engine->crew;
    const void *f = NULL;
    pass k = {.m = m, .u = dk_dnn_pointwise_sums(&m->same, a), .dy = a->dy->data};
    DK_TRY(dk_dnn_pointwise_in(&m->same, a, err));
    dk_dnn_pointwise_gradients(&m->same, a);
    if (!m->per_channel) {
        dk_crew_do(crew, dk_dnn_spans(m->same.count), unmultiply_span, &k);
        return dk_dnn_pointwise_out(&m->same, a, err);
    }
    DK_TRY(dk_dnn_port_in(&m->table, plan, a->x[1], &f, err));
    k.sides = (sides){.f = f,
                      .x = m->same.x[0],
                      .u = k.u,
                      .dy = k.dy,
                      .dx = m->same.dx[0],
                      .df = dk_dnn_port_gradient(&m->table, plan, dk_dnn_dx(a, 1))};
    dk_crew_do(crew, m->planes.images * m->planes.blocks, unscale_strip, &k);
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
