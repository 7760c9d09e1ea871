/* CONV forward: r[n,o,i,j] = Σ w[o,c,ky,kx]·x[n, c of o's group, i·stride_y + ky·dilation − top,
 * j·stride_x + kx·dilation − left], cells outside the picture being 0. */
#include "backend/ref/conv.h"

static size_t row_offset(const dk_ref_plan *p) {
    const size_t line = 64, bytes = p->desc.train ? dk_shape_count(p->y) * sizeof(float) : 0;
    return (bytes + line - 1) / line * line;
}

double *dk_ref_conv_row(const dk_ref_plan *p) {
    return (double *)((char *)p->memory.scratch + row_offset(p));
}

dk_ref_span dk_ref_inside(int offset, int stride, int in, int out) {
    const int first = offset < 0 ? (stride - 1 - offset) / stride : 0;
    const int end = offset < in ? (in - 1 - offset) / stride + 1 : 0;
    return (dk_ref_span){first, end < out ? end : out};
}

static void plan(dk_ref_plan *p) {
    const int longer = p->x[0].w > p->y.w ? p->x[0].w : p->y.w;
    dk_ref_epilogue(p, p->desc.u.conv.norm, true, p->desc.u.conv.momentum);
    const size_t row = row_offset(p) + (size_t)longer * sizeof(double);
    p->plan.scratch = row > p->plan.scratch ? row : p->plan.scratch; /* one after the other */
}

/* Row i of one output channel; x: the first channel of its group, w: its filter. */
static void convolve_row(const dk_ref_plan *p, const float *x, const float *w, int i, double *row) {
    const dk_shape in = p->x[0];
    for (int j = 0; j < p->y.w; j++) {
        row[j] = 0;
    }
    for (int c = 0; c < in.c / p->desc.u.conv.groups; c++) {
        for (int ky = 0; ky < p->desc.u.conv.kh; ky++) {
            const int from = i * p->desc.u.conv.stride_y + ky * p->desc.u.conv.dilation - p->desc.u.conv.top;
            if (from < 0 || from >= in.h) {
                w += p->desc.u.conv.kw;
                continue;
            }
            const float *line = x + ((long)c * in.h + from) * in.w;
            for (int kx = 0; kx < p->desc.u.conv.kw; kx++, w++) {
                const int step = p->desc.u.conv.stride_x;
                const int offset = kx * p->desc.u.conv.dilation - p->desc.u.conv.left;
                const dk_ref_span s = dk_ref_inside(offset, step, in.w, p->y.w);
                for (int j = s.first; j < s.end; j++) {
                    row[j] += (double)*w * line[j * step + offset];
                }
            }
        }
    }
}

static void forward(const dk_ref_plan *p, const dk_args *a) {
    const dk_shape in = p->x[0], out = p->y;
    const int groups = p->desc.u.conv.groups;
    const long filter = (long)(in.c / groups) * p->desc.u.conv.kh * p->desc.u.conv.kw;
    const long group = (long)(in.c / groups) * in.h * in.w;
    const float *x = a->x[0]->data;
    double *row = dk_ref_conv_row(p);
    float *r = dk_ref_sums(p, a);
    for (int k = 0; k < out.n * out.c; k++) {
        const int n = k / out.c, o = k % out.c, g = o / (out.c / groups);
        for (int i = 0; i < out.h; i++) {
            convolve_row(p, x + (n * groups + g) * group, a->w->weights + o * filter, i, row);
            for (int j = 0; j < out.w; j++) {
                *r++ = (float)row[j];
            }
        }
    }
    dk_ref_finish(p, a);
}

const dk_ref_op dk_ref_conv = {.plan = plan, .forward = forward, .backward = dk_ref_conv_backward};
