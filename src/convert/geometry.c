/* Weights of TensorFlow Lite: CONV_2D O,kh,kw,I; DEPTHWISE_CONV_2D 1,kh,kw,O; FULLY_CONNECTED O,I over the
 * input's rows, columns and channels in that order. */
#include "convert/geometry.h"

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

dk_geometry dk_geometry_of_layer(const dk_layer *l) {
    const dk_plan_desc *d = &l->wanted[0];
    const dk_shape x = l->x[0]->shape, y = l->y->shape;
    if (d->op == DK_OP_DENSE) {
        return (dk_geometry){.groups = 1,
                             .inputs = x.c,
                             .outputs = y.c,
                             .kh = x.h,
                             .kw = x.w,
                             .stride_y = 1,
                             .stride_x = 1,
                             .dilation_y = 1,
                             .dilation_x = 1};
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

/* TensorFlow's SAME: output = input / stride rounded up; of an odd number of padding cells one more is after. */
static void pad(const dk_tflite_op *op, int in, int window, int stride, int dilation, int *before,
                int *after) {
    const int out = (in + stride - 1) / stride, reach = dilation * (window - 1) + 1;
    const int total = (out - 1) * stride + reach - in;
    const int all = op->padding == DK_TFLITE_PAD_SAME && total > 0 ? total : 0;
    *before = all / 2;
    *after = all - all / 2;
}

static dk_status convolution(const dk_tflite *m, const dk_tflite_op *op, const dk_tflite_tensor *w,
                             dk_shape x, dk_geometry *out, dk_error *err) {
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
    *out = (dk_geometry){.groups = depthwise ? x.c : 1,
                         .inputs = depthwise ? 1 : w->dims[3],
                         .outputs = depthwise ? w->dims[3] : w->dims[0],
                         .kh = w->dims[1],
                         .kw = w->dims[2],
                         .stride_y = op->stride_h,
                         .stride_x = op->stride_w,
                         .dilation_y = op->dilation_h,
                         .dilation_x = op->dilation_w};
    pad(op, x.h, out->kh, out->stride_y, out->dilation_y, &out->top, &out->bottom);
    pad(op, x.w, out->kw, out->stride_x, out->dilation_x, &out->left, &out->right);
    return DK_OK;
}

dk_status dk_geometry_of_op(const dk_tflite *m, const dk_tflite_op *op, const dk_tflite_tensor *w,
                            const dk_layer *l, dk_geometry *out, dk_error *err) {
    const dk_shape x = l->x[0]->shape;
    if (op->kind != DK_TFLITE_DENSE) {
        return convolution(m, op, w, x, out, err);
    }
    if (w->rank != 2) {
        return dk_fail(err, DK_EFORMAT, "%s: operator %d %s: weights '%s' have %d dimensions instead of 2",
                       m->path, op->index, op->name, w->name, w->rank);
    }
    *out = (dk_geometry){.groups = 1,
                         .inputs = w->dims[1] % (x.h * x.w) == 0 ? w->dims[1] / (x.h * x.w) : w->dims[1],
                         .outputs = w->dims[0],
                         .kh = x.h,
                         .kw = x.w,
                         .stride_y = 1,
                         .stride_x = 1,
                         .dilation_y = 1,
                         .dilation_x = 1};
    return DK_OK;
}
