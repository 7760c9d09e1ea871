/* Weights of TensorFlow Lite: CONV_2D O,kh,kw,I; DEPTHWISE_CONV_2D 1,kh,kw,O; FULLY_CONNECTED O,I over the
 * input's rows, columns and channels in that order. */
#include "convert/geometry.h"

#include <stdio.h>

#define AT(field) offsetof(dk_geometry, field)
const dk_geometry_row dk_geometry_rows[] = {
    {AT(kh), "size", "rows of the window", DK_GEOMETRY_WEIGHTS},
    {AT(kw), "size", "columns of the window", DK_GEOMETRY_WEIGHTS},
    {AT(groups), "groups", "groups", DK_GEOMETRY_WEIGHTS},
    {AT(inputs), NULL, "input channels of each group", DK_GEOMETRY_WEIGHTS},
    {AT(stride_y), "stride", "rows from window to window", DK_GEOMETRY_STRIDE},
    {AT(stride_x), "stride", "columns from window to window", DK_GEOMETRY_STRIDE},
    {AT(dilation_y), "dilation", "rows from cell to cell of the window", DK_GEOMETRY_WEIGHTS},
    {AT(dilation_x), "dilation", "columns from cell to cell of the window", DK_GEOMETRY_WEIGHTS},
    {AT(top), "pad", "rows of padding above", DK_GEOMETRY_PADDING},
    {AT(bottom), "pad", "rows of padding below", DK_GEOMETRY_PADDING},
    {AT(left), "pad", "columns of padding on the left", DK_GEOMETRY_PADDING},
    {AT(right), "pad", "columns of padding on the right", DK_GEOMETRY_PADDING},
    {AT(outputs), "filters", "outputs", DK_GEOMETRY_WEIGHTS},
    {0},
};

/* Of a dense matrix: one window as large as its input. */
static dk_geometry dense(dk_shape x, int inputs, int outputs) {
    return (dk_geometry){.groups = 1,
                         .inputs = inputs,
                         .outputs = outputs,
                         .kh = x.h,
                         .kw = x.w,
                         .stride_y = 1,
                         .stride_x = 1,
                         .dilation_y = 1,
                         .dilation_x = 1};
}

dk_geometry dk_geometry_of_layer(const dk_layer *l) {
    const dk_plan_desc *d = &l->wanted[0];
    const dk_shape x = l->x[0]->shape, y = l->y->shape;
    if (d->op == DK_OP_DENSE) {
        return dense(x, x.c, y.c);
    }
    return (dk_geometry){.groups = d->u.conv.groups,
                         .inputs = x.c / d->u.conv.groups,
                         .outputs = y.c,
                         .kh = d->u.conv.kh,
                         .kw = d->u.conv.kw,
                         .stride_y = d->u.conv.stride_y,
                         .stride_x = d->u.conv.stride_x,
                         .dilation_y = d->u.conv.dilation,
                         .dilation_x = d->u.conv.dilation,
                         .top = d->u.conv.top,
                         .bottom = d->u.conv.bottom,
                         .left = d->u.conv.left,
                         .right = d->u.conv.right};
}

void dk_geometry_trim(dk_geometry *g, dk_shape x) {
    const int tall = g->dilation_y * (g->kh - 1) + 1, wide = g->dilation_x * (g->kw - 1) + 1;
    const int rows = x.h + g->top + g->bottom - tall, columns = x.w + g->left + g->right - wide;
    if (rows >= 0 && columns >= 0) {
        g->bottom -= rows % g->stride_y;
        g->right -= columns % g->stride_x;
    }
}

static dk_window window_of(const dk_geometry *g) {
    return (dk_window){g->kh, g->kw, g->stride_y, g->stride_x, g->dilation_y, g->dilation_x};
}

static void pad_same(dk_geometry *g, int h, int w) {
    dk_padding_same(h, g->kh, g->stride_y, g->dilation_y, &g->top, &g->bottom);
    dk_padding_same(w, g->kw, g->stride_x, g->dilation_x, &g->left, &g->right);
}

/* Is it SAME where the model was made? */
static bool same_there(const dk_padding *p, const dk_geometry *g) {
    const dk_window window = window_of(g);
    return p->of && p->of->rank == 4 && dk_padding_is_same(p, &window, p->of->dims[1], p->of->dims[2]);
}

static bool same_pads(dk_geometry a, dk_geometry b, dk_shape x) {
    dk_geometry_trim(&a, x);
    dk_geometry_trim(&b, x);
    return a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
}

static void set_padding(dk_geometry *g, const dk_tflite_op *op, const dk_padding *p, const dk_layer *l) {
    const dk_shape x = l->x[0]->shape;
    const bool same = op->padding == DK_TFLITE_PAD_SAME;
    if (same) {
        pad_same(g, x.h + p->top + p->bottom, x.w + p->left + p->right);
    }
    g->top += p->top;
    g->bottom += p->bottom;
    g->left += p->left;
    g->right += p->right;
    if (p->op && !same && !same_pads(*g, dk_geometry_of_layer(l), x) && same_there(p, g)) {
        pad_same(g, x.h, x.w);
    }
}

const char *dk_geometry_pad_key(char out[32], const dk_padding *p, const dk_geometry *g, dk_shape x) {
    dk_geometry none = *g;
    none.top = none.bottom = none.left = none.right = 0;
    const bool even = p->top == p->bottom && p->left == p->right && p->top == p->left;
    if (same_there(p, g)) {
        snprintf(out, 32, "pad=same");
    } else if (same_pads(*g, none, x)) {
        snprintf(out, 32, "pad=0");
    } else {
        snprintf(out, 32, even ? "padding=%d" : "no pad of a layer", p->top);
    }
    return out;
}

static dk_status convolution(const dk_tflite *m, const dk_tflite_op *op, const dk_tflite_tensor *w,
                             const dk_padding *padding, const dk_layer *l, dk_geometry *out, dk_error *err) {
    const bool depthwise = op->kind == DK_TFLITE_DEPTHWISE;
    const bool sane = op->stride_h > 0 && op->stride_w > 0 && op->dilation_h > 0 && op->dilation_w > 0 &&
                      op->stride_h <= 64 && op->stride_w <= 64 && op->dilation_h <= 64 &&
                      op->dilation_w <= 64;
    const bool fits = w->rank == 4 && w->dims[1] <= 64 && w->dims[2] <= 64 && (!depthwise || w->dims[0] == 1);
    if (!sane || !fits) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: operator %d %s: strides %dx%d, dilations %dx%d or weights '%s' are out of range",
                       m->path, op->index, op->name, op->stride_h, op->stride_w, op->dilation_h,
                       op->dilation_w, w->name);
    }
    *out = (dk_geometry){.groups = depthwise ? l->x[0]->shape.c : 1,
                         .inputs = depthwise ? 1 : w->dims[3],
                         .outputs = depthwise ? w->dims[3] : w->dims[0],
                         .kh = w->dims[1],
                         .kw = w->dims[2],
                         .stride_y = op->stride_h,
                         .stride_x = op->stride_w,
                         .dilation_y = op->dilation_h,
                         .dilation_x = op->dilation_w};
    set_padding(out, op, padding, l);
    return DK_OK;
}

dk_status dk_geometry_of_op(const dk_tflite *m, const dk_tflite_op *op, const dk_tflite_tensor *w,
                            const dk_padding *padding, const dk_layer *l, dk_geometry *out, dk_error *err) {
    const dk_shape x = l->x[0]->shape;
    if (op->kind != DK_TFLITE_DENSE) {
        return convolution(m, op, w, padding, l, out, err);
    }
    if (w->rank != 2) {
        return dk_fail(err, DK_EFORMAT, "%s: operator %d %s: weights '%s' have %d dimensions instead of 2",
                       m->path, op->index, op->name, w->name, w->rank);
    }
    const int inputs = w->dims[1] % (x.h * x.w) == 0 ? w->dims[1] / (x.h * x.w) : w->dims[1];
    *out = dense(x, inputs, w->dims[0]);
    return DK_OK;
}
