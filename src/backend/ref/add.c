/* ADD: r = x[0] + x[1] + …. An input of another size meets the output on a common grid: over the first min(c)
 * channels, and where one of the two is k times as large along an axis, at every k-th cell of it. */
#include "backend/ref/epilogue.h"

#include <string.h>

/* Distance between the common cells along an axis of length `mine`, whose partner has `other`. */
static int stride(int mine, int other) {
    return mine > other ? mine / other : 1;
}

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Where row i of channel c of picture n begins. */
static size_t row(dk_shape s, int n, int c, int i) {
    return (((size_t)n * (size_t)s.c + (size_t)c) * (size_t)s.h + (size_t)i) * (size_t)s.w;
}

/* to += from over the common grid of their shapes t and f. */
static void add(float *to, dk_shape t, const float *from, dk_shape f) {
    const int step_to = stride(t.w, f.w), step_from = stride(f.w, t.w);
    for (int n = 0; n < t.n; n++) {
        for (int c = 0; c < smaller(t.c, f.c); c++) {
            for (int i = 0; i < smaller(t.h, f.h); i++) {
                float *d = to + row(t, n, c, i * stride(t.h, f.h));
                const float *s = from + row(f, n, c, i * stride(f.h, t.h));
                for (int j = 0; j < smaller(t.w, f.w); j++) {
                    d[j * step_to] += s[j * step_from];
                }
            }
        }
    }
}

static void plan(dk_ref_plan *p) {
    dk_ref_epilogue(p, false, false, 0);
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    float *r = dk_ref_sums(p, a);
    memcpy(r, a->x[0]->data, dk_shape_count(p->y) * sizeof(float));
    for (int k = 1; k < p->desc.inputs; k++) {
        add(r, p->y, a->x[k]->data, p->x[k]);
    }
    dk_ref_finish(p, a);
}

static void backward(const dk_ref_plan *p, const dk_args *a) {
    const float *dr = dk_ref_undo(p, a);
    for (int k = 0; k < p->desc.inputs; k++) {
        float *dx = dk_ref_dx(a, k);
        if (dx != NULL) {
            memset(dx, 0, dk_shape_count(p->x[k]) * sizeof(float));
            add(dx, p->x[k], dr, p->y);
        }
    }
}

const dk_ref_op dk_ref_add = {.plan = plan, .forward = forward, .backward = backward};
