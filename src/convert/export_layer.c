/* Layers without weights; the table of all operations. */
#include <stdio.h>
#include <string.h>

#include "convert/export_context.h"

static const char *value_of(const dk_export_context *c, const dk_layer *l) {
    return c->values[l->index].name;
}

static dk_status export_pool(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const int kernel[] = {d->u.pool.kh, d->u.pool.kw}, strides[] = {d->u.pool.stride_y, d->u.pool.stride_x};
    const int pads[] = {d->u.pool.top, d->u.pool.left, d->u.pool.bottom, d->u.pool.right};
    const char *x = dk_export_planes(c, l, 0);
    const bool whole =
        kernel[0] == l->x[0]->shape.h && kernel[1] == l->x[0]->shape.w && l->y->shape.h * l->y->shape.w == 1;
    (void)err;
    dk_onnx_begin(c->w,
                  d->u.pool.max ? "MaxPool"
                  : whole       ? "GlobalAveragePool"
                                : "AveragePool",
                  value_of(c, l));
    dk_onnx_in(c->w, x);
    if (d->u.pool.max || !whole) {
        dk_onnx_attribute_ints(c->w, "kernel_shape", kernel, 2);
        dk_onnx_attribute_ints(c->w, "strides", strides, 2);
        dk_onnx_attribute_ints(c->w, "pads", pads, 4);
    }
    dk_onnx_out(c->w, value_of(c, l));
    dk_onnx_end(c->w);
    return DK_OK;
}

static dk_status export_act(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const char *x = dk_export_planes(c, l, 0);
    if (l->wanted[0].act == DK_ACT_LINEAR) {
        dk_export_node(c, "Identity", x, value_of(c, l));
    }
    return dk_export_end(c, l, x, false, err);
}

/* Where an activation follows, what is before it has a name of its own. */
static const char *before_act(dk_export_context *c, const dk_layer *l) {
    return l->wanted[0].act == DK_ACT_LINEAR ? value_of(c, l) : dk_export_name(c, l, "sum");
}

static dk_status export_sum(dk_export_context *c, const dk_layer *l, dk_error *err) {
    for (int i = 0; i < l->inputs; i++) {
        if (!dk_shape_equal(l->x[i]->shape, l->y->shape)) {
            return dk_section_fail_as(DK_EUNSUPPORTED, l->section, "from", err,
                                      "adds outputs of different shapes, which is not written as ONNX");
        }
    }
    const char *sum = dk_export_planes(c, l, 0);
    for (int i = 1; i < l->inputs; i++) {
        char what[32];
        snprintf(what, sizeof what, "sum%d", i);
        const char *x = dk_export_planes(c, l, i);
        const char *y = i == l->inputs - 1 ? before_act(c, l) : dk_export_name(c, l, what);
        dk_onnx_begin(c->w, "Add", y);
        dk_onnx_in(c->w, sum);
        dk_onnx_in(c->w, x);
        dk_onnx_out(c->w, y);
        dk_onnx_end(c->w);
        sum = y;
    }
    return dk_export_end(c, l, sum, false, err);
}

static dk_status export_product(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const char *x = dk_export_planes(c, l, 0), *by = dk_export_planes(c, l, 1), *y = before_act(c, l);
    dk_onnx_begin(c->w, "Mul", y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, by);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    return dk_export_end(c, l, y, false, err);
}

static dk_status export_concat(dk_export_context *c, const dk_layer *l, dk_error *err) {
    (void)err;
    const char **x = dk_arena_alloc(c->arena, (size_t)l->inputs * sizeof *x);
    if (!x) {
        return dk_no_memory(err, (size_t)l->inputs * sizeof *x, "the inputs of a layer");
    }
    for (int i = 0; i < l->inputs; i++) {
        x[i] = dk_export_planes(c, l, i);
    }
    dk_onnx_begin(c->w, "Concat", value_of(c, l));
    for (int i = 0; i < l->inputs; i++) {
        dk_onnx_in(c->w, x[i]);
    }
    dk_onnx_attribute_int(c->w, "axis", 1);
    dk_onnx_out(c->w, value_of(c, l));
    dk_onnx_end(c->w);
    return DK_OK;
}

static dk_status export_slice(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const int64_t first = l->wanted[0].u.slice.from, last = first + l->y->shape.c, axis = 1;
    const char *x = dk_export_planes(c, l, 0);
    (void)err;
    dk_onnx_int64s(c->w, dk_export_name(c, l, "starts"), &first, 1);
    dk_onnx_int64s(c->w, dk_export_name(c, l, "ends"), &last, 1);
    dk_onnx_int64s(c->w, dk_export_name(c, l, "axes"), &axis, 1);
    dk_onnx_begin(c->w, "Slice", value_of(c, l));
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, dk_export_name(c, l, "starts"));
    dk_onnx_in(c->w, dk_export_name(c, l, "ends"));
    dk_onnx_in(c->w, dk_export_name(c, l, "axes"));
    dk_onnx_out(c->w, value_of(c, l));
    dk_onnx_end(c->w);
    return DK_OK;
}

/* x times a number. */
static void put_factor(dk_export_context *c, const dk_layer *l, const char *what, float v, const char *x,
                       const char *y) {
    dk_onnx_floats(c->w, dk_export_name(c, l, what), NULL, 0, &v);
    dk_onnx_begin(c->w, "Mul", y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, dk_export_name(c, l, what));
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
}

static dk_status export_resample(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const float by = (float)l->wanted[0].u.resample.stride, scale = l->wanted[0].u.resample.scale;
    const float scales[] = {1, 1, by, by};
    const int dims[] = {4};
    const char *x = dk_export_planes(c, l, 0);
    const char *y = scale == 1 ? value_of(c, l) : dk_export_name(c, l, "repeated");
    (void)err;
    dk_onnx_floats(c->w, dk_export_name(c, l, "scales"), dims, 1, scales);
    dk_onnx_begin(c->w, "Resize", y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, "");
    dk_onnx_in(c->w, dk_export_name(c, l, "scales"));
    dk_onnx_attribute_text(c->w, "mode", "nearest");
    dk_onnx_attribute_text(c->w, "coordinate_transformation_mode", "asymmetric");
    dk_onnx_attribute_text(c->w, "nearest_mode", "floor");
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    if (scale != 1) {
        put_factor(c, l, "scale", scale, y, value_of(c, l));
    }
    return DK_OK;
}

static void put_reshape(dk_export_context *c, const dk_layer *l, const char *what, const int64_t *dims,
                        int rank, const char *x, const char *y) {
    dk_onnx_int64s(c->w, dk_export_name(c, l, what), dims, rank);
    dk_onnx_begin(c->w, "Reshape", y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, dk_export_name(c, l, what));
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
}

/* Over channels, or over equal runs of all values: N, runs, values. */
static dk_status export_softmax(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const dk_shape s = l->y->shape;
    const bool spatial = d->u.softmax.spatial, runs = !spatial && d->u.softmax.groups > 1;
    const bool planes = !spatial && s.h * s.w > 1;
    const int64_t split[] = {0, d->u.softmax.groups, -1}, back[] = {0, s.c, s.h, s.w}, flat[] = {0, s.c};
    const char *x = spatial ? dk_export_planes(c, l, 0) : dk_export_flat(c, l, 0);
    const char *y = runs || planes ? dk_export_name(c, l, "shares") : value_of(c, l);
    (void)err;
    c->values[l->index].flat = !spatial && !planes;
    if (runs) {
        put_reshape(c, l, "runs", split, 3, x, dk_export_name(c, l, "split"));
        x = dk_export_name(c, l, "split");
    }
    if (d->u.softmax.temperature != 1) {
        put_factor(c, l, "coldness", 1 / d->u.softmax.temperature, x, dk_export_name(c, l, "tempered"));
        x = dk_export_name(c, l, "tempered");
    }
    dk_onnx_begin(c->w, "Softmax", y);
    dk_onnx_in(c->w, x);
    dk_onnx_attribute_int(c->w, "axis", spatial ? 1 : runs ? 2 : 1);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    if (runs || planes) {
        put_reshape(c, l, "whole", planes ? back : flat, planes ? 4 : 2, y, value_of(c, l));
    }
    return DK_OK;
}

/* Dropout does nothing when predicting, and losses have no value of their own: neither comes here. */
const dk_export_write dk_export_writers[DK_OP_COUNT] = {
    [DK_OP_CONV] = dk_export_conv,      [DK_OP_DENSE] = dk_export_dense,  [DK_OP_POOL] = export_pool,
    [DK_OP_NORM] = dk_export_norm,      [DK_OP_ACT] = export_act,         [DK_OP_ADD] = export_sum,
    [DK_OP_MUL] = export_product,       [DK_OP_CONCAT] = export_concat,   [DK_OP_SLICE] = export_slice,
    [DK_OP_RESAMPLE] = export_resample, [DK_OP_SOFTMAX] = export_softmax,
};
