/* CONV backward, with dr from the epilogue: dx[n,c,.,.] = Σ w[o,c,ky,kx]·dr[n,o,i,j] and
 * dw[o,c,ky,kx] = Σ x[n,c,.,.]·dr[n,o,i,j], over the same pairs of cells as forward. */
#include "backend/ref/conv.h"

/* Row `to` of channel c in one picture's group; w and dr: of the group's first output channel. */
static void spread_row(const dk_ref_plan *p, const float *w, const float *dr, int c, int to, double *row) {
    const dk_shape in = p->x[0], out = p->y;
    const int kh = p->desc.u.conv.kh, kw = p->desc.u.conv.kw, groups = p->desc.u.conv.groups;
    const int step_y = p->desc.u.conv.stride_y, step = p->desc.u.conv.stride_x;
    for (int j = 0; j < in.w; j++) {
        row[j] = 0;
    }
    for (int o = 0; o < out.c / groups; o++) {
        for (int ky = 0; ky < kh; ky++) {
            const int from = to + p->desc.u.conv.top - ky * p->desc.u.conv.dilation;
            if (from < 0 || from % step_y != 0 || from / step_y >= out.h) {
                continue;
            }
            const float *line = dr + ((long)o * out.h + from / step_y) * out.w;
            for (int kx = 0; kx < kw; kx++) {
                const double v = w[(((long)o * (in.c / groups) + c) * kh + ky) * kw + kx];
                const int offset = kx * p->desc.u.conv.dilation - p->desc.u.conv.left;
                const dk_ref_span s = dk_ref_inside(offset, step, in.w, out.w);
                for (int j = s.first; j < s.end; j++) {
                    row[j * step + offset] += v * line[j];
                }
            }
        }
    }
}

static void spread(const dk_ref_plan *p, const float *w, const float *dr, float *dx) {
    const dk_shape in = p->x[0], out = p->y;
    const int each = in.c / p->desc.u.conv.groups, makes = out.c / p->desc.u.conv.groups;
    double *row = dk_ref_conv_row(p);
    for (int k = 0; k < in.n * in.c; k++) {
        const int n = k / in.c, c = k % in.c, o = c / each * makes;
        const float *filters = w + (long)o * each * p->desc.u.conv.kh * p->desc.u.conv.kw;
        for (int i = 0; i < in.h; i++) {
            spread_row(p, filters, dr + ((long)n * out.c + o) * out.h * out.w, c % each, i, row);
            for (int j = 0; j < in.w; j++) {
                *dx++ = (float)row[j];
            }
        }
    }
}

/* Σ x·dr for one cell of one filter; c counts all input channels. */
static double correlate(const dk_ref_plan *p, const float *x, const float *dr, int o, int c, int ky, int kx) {
    const dk_shape in = p->x[0], out = p->y;
    const int up = ky * p->desc.u.conv.dilation - p->desc.u.conv.top, step_y = p->desc.u.conv.stride_y;
    const int along = kx * p->desc.u.conv.dilation - p->desc.u.conv.left, step = p->desc.u.conv.stride_x;
    const dk_ref_span rows = dk_ref_inside(up, step_y, in.h, out.h);
    const dk_ref_span cells = dk_ref_inside(along, step, in.w, out.w);
    double sum = 0;
    for (int n = 0; n < in.n; n++) {
        for (int i = rows.first; i < rows.end; i++) {
            const float *xs = x + (((long)n * in.c + c) * in.h + i * step_y + up) * in.w;
            const float *ds = dr + (((long)n * out.c + o) * out.h + i) * out.w;
            for (int j = cells.first; j < cells.end; j++) {
                sum += (double)xs[j * step + along] * ds[j];
            }
        }
    }
    return sum;
}

void dk_ref_conv_backward(const dk_ref_plan *p, const dk_args *a) {
    const int kh = p->desc.u.conv.kh, kw = p->desc.u.conv.kw;
    const int each = p->x[0].c / p->desc.u.conv.groups, makes = p->y.c / p->desc.u.conv.groups;
    const float *dr = dk_ref_undo(p, a);
    if (dk_ref_dx(a, 0) != NULL) {
        spread(p, a->w->weights, dr, dk_ref_dx(a, 0));
    }
    for (int k = 0; a->dw != NULL && k < p->y.c * each * kh * kw; k++) {
        const int o = k / (each * kh * kw), c = o / makes * each + k / (kh * kw) % each;
        a->dw->weights[k] = (float)correlate(p, a->x[0]->data, dr, o, c, k / kw % kh, k % kw);
    }
}
