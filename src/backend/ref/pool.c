/* POOL: the largest or the mean of the cells of x in a kh·kw window that moves by stride; cells of the
 * padding never win and are not counted. Backward gives dy to the winner (the first of equal ones), or an
 * equal share to each cell. kept: per output the index of the winner in its plane of x. */
#include "backend/ref/ref.h"

#include <string.h>

typedef struct {
    int top, bottom, left, right; /* rows top … bottom − 1, columns left … right − 1 */
} window;

static int clamp(int v, int high) {
    return v < 0 ? 0 : v > high ? high : v;
}

/* The cells inside the picture of output cell i of a plane. */
static window window_at(const dk_ref_plan *p, int i) {
    const dk_shape in = p->x[0];
    const int y = i / p->y.w * p->desc.u.pool.stride_y - p->desc.u.pool.top;
    const int x = i % p->y.w * p->desc.u.pool.stride_x - p->desc.u.pool.left;
    return (window){clamp(y, in.h), clamp(y + p->desc.u.pool.kh, in.h), clamp(x, in.w),
                    clamp(x + p->desc.u.pool.kw, in.w)};
}

static void plan(dk_ref_plan *p) {
    p->plan.kept = p->desc.train && p->desc.u.pool.max ? dk_shape_count(p->y) * sizeof(int32_t) : 0;
}

static int32_t largest(const float *x, window w, int width) {
    int32_t best = w.top * width + w.left;
    for (int i = w.top; i < w.bottom; i++) {
        for (int j = w.left; j < w.right; j++) {
            best = x[i * width + j] > x[best] ? i * width + j : best;
        }
    }
    return best;
}

static float mean(const float *x, window w, int width) {
    double sum = 0;
    for (int i = w.top; i < w.bottom; i++) {
        for (int j = w.left; j < w.right; j++) {
            sum += x[i * width + j];
        }
    }
    return (float)(sum / ((w.bottom - w.top) * (w.right - w.left)));
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const dk_shape in = p->x[0];
    const int plane = p->y.h * p->y.w;
    float *y = a->y->data;
    int32_t *winner = p->memory.kept;
    for (size_t k = 0; k < dk_shape_count(p->y); k++) {
        const float *x = (const float *)a->x[0]->data + k / (size_t)plane * (size_t)(in.h * in.w);
        const window w = window_at(p, (int)(k % (size_t)plane));
        if (!p->desc.u.pool.max) {
            y[k] = mean(x, w, in.w);
            continue;
        }
        const int32_t best = largest(x, w, in.w);
        y[k] = x[best];
        if (p->desc.train) {
            winner[k] = best;
        }
    }
}

static void share(float *dx, window w, int width, float dy) {
    const float part = dy / (float)((w.bottom - w.top) * (w.right - w.left));
    for (int i = w.top; i < w.bottom; i++) {
        for (int j = w.left; j < w.right; j++) {
            dx[i * width + j] += part;
        }
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const dk_shape in = p->x[0];
    const int plane = p->y.h * p->y.w;
    const float *dy = a->dy->data;
    const int32_t *winner = p->memory.kept;
    if (dk_ref_dx(a, 0) == NULL) {
        return;
    }
    memset(dk_ref_dx(a, 0), 0, dk_shape_count(in) * sizeof(float));
    for (size_t k = 0; k < dk_shape_count(p->y); k++) {
        float *dx = dk_ref_dx(a, 0) + k / (size_t)plane * (size_t)(in.h * in.w);
        if (p->desc.u.pool.max) {
            dx[winner[k]] += dy[k];
        } else {
            share(dx, window_at(p, (int)(k % (size_t)plane)), in.w, dy[k]);
        }
    }
}

const dk_ref_op dk_ref_pool = {.plan = plan, .forward = forward, .backward = backward};
