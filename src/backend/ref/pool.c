/* POOL: the largest or the mean of the cells of x in a kh·kw window that moves by stride; cells of the
 * padding never win and are not counted. Backward gives dy to the winner (the first of equal ones), or an
 * equal share to each cell counted. kept: per output the winner's index in its plane of x, or the number of
 * cells. */
#include "backend/ref/ref.h"

#include <string.h>

static void plan(dk_ref_plan *p) {
    p->plan.kept = p->desc.train ? dk_shape_count(p->y) * sizeof(int32_t) : 0;
}

/* Index in the plane of x of window cell k of output cell i; −1 in the padding. */
static int32_t cell(const dk_ref_plan *p, int i, int k) {
    const int kw = p->desc.u.pool.kw;
    const int row = i / p->y.w * p->desc.u.pool.stride_y - p->desc.u.pool.top + k / kw;
    const int column = i % p->y.w * p->desc.u.pool.stride_x - p->desc.u.pool.left + k % kw;
    const bool inside = row >= 0 && row < p->x[0].h && column >= 0 && column < p->x[0].w;
    return inside ? row * p->x[0].w + column : -1;
}

/* Value of output cell i over a plane of x; *kept as above. */
static float pool(const dk_ref_plan *p, const float *x, int i, int32_t *kept) {
    int32_t best = -1, count = 0;
    double sum = 0;
    for (int k = 0; k < p->desc.u.pool.kh * p->desc.u.pool.kw; k++) {
        const int32_t at = cell(p, i, k);
        if (at >= 0) {
            best = best < 0 || x[at] > x[best] ? at : best;
            sum += x[at];
            count++;
        }
    }
    *kept = p->desc.u.pool.max ? best : count;
    return p->desc.u.pool.max ? x[best] : (float)(sum / count);
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const long in = (long)p->x[0].h * p->x[0].w, out = (long)p->y.h * p->y.w;
    const float *x = a->x[0]->data;
    float *y = a->y->data;
    for (long k = 0; k < (long)dk_shape_count(p->y); k++) {
        int32_t kept;
        y[k] = pool(p, x + k / out * in, (int)(k % out), &kept);
        if (p->desc.train) {
            ((int32_t *)p->memory.kept)[k] = kept;
        }
    }
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const long in = (long)p->x[0].h * p->x[0].w, out = (long)p->y.h * p->y.w;
    const float *dy = a->dy->data;
    const int32_t *kept = p->memory.kept;
    if (dk_ref_dx(a, 0) == NULL) {
        return;
    }
    memset(dk_ref_dx(a, 0), 0, dk_shape_count(p->x[0]) * sizeof(float));
    for (long k = 0; k < (long)dk_shape_count(p->y); k++) {
        float *dx = dk_ref_dx(a, 0) + k / out * in;
        if (p->desc.u.pool.max) {
            dx[kept[k]] += dy[k];
            continue;
        }
        for (int c = 0; c < p->desc.u.pool.kh * p->desc.u.pool.kw; c++) {
            const int32_t at = cell(p, (int)(k % out), c);
            if (at >= 0) {
                dx[at] += dy[k] / (float)kept[k];
            }
        }
    }
}

const dk_ref_op dk_ref_pool = {.plan = plan, .forward = forward, .backward = backward};
