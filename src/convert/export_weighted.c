/* Layers with weights, and normalisations. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "convert/export_context.h"
#include "convert/onnx_act.h"

/* What is behind a step of the layer: the layer's value when that was the last, else one of its own. */
static const char *next_value(dk_export_context *c, const dk_layer *l, const char *what, bool last) {
    return last ? c->values[l->index].name : dk_export_name(c, l, what);
}

static dk_status put_array(dk_export_context *c, const dk_layer *l, const char *what, const float *from,
                           size_t n, dk_error *err) {
    float *values = NULL;
    const int dims[] = {(int)n};
    DK_TRY(dk_export_read(c, from, n, &values, err));
    dk_onnx_floats(c->w, dk_export_name(c, l, what), dims, 1, values);
    return DK_OK;
}

static dk_status put_norm(dk_export_context *c, const dk_layer *l, const char *x, const char *y,
                          dk_error *err) {
    const size_t channels = (size_t)l->y->shape.c;
    const struct {
        const char *name;
        const float *values;
    } arrays[] = {
        {"scales", l->w.scales}, {"biases", l->w.biases}, {"mean", l->w.mean}, {"variance", l->w.variance}};
    for (int i = 0; i < 4; i++) {
        DK_TRY(put_array(c, l, arrays[i].name, arrays[i].values, channels, err));
    }
    dk_onnx_begin(c->w, "BatchNormalization", y);
    dk_onnx_in(c->w, x);
    for (int i = 0; i < 4; i++) {
        dk_onnx_in(c->w, dk_export_name(c, l, arrays[i].name));
    }
    dk_onnx_attribute_float(c->w, "epsilon", DK_NORM_EPS);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    return DK_OK;
}

dk_status dk_export_end(dk_export_context *c, const dk_layer *l, const char *x, bool norm, dk_error *err) {
    const dk_act act = l->wanted[0].act;
    const char *y = c->values[l->index].name;
    if (norm) {
        const char *to = next_value(c, l, "normalised", act == DK_ACT_LINEAR);
        DK_TRY(put_norm(c, l, x, to, err));
        x = to;
    }
    if (act != DK_ACT_LINEAR) {
        dk_onnx_write_act(c->w, act, x, y, dk_export_name(c, l, dk_act_names[act]));
    }
    return DK_OK;
}

/* γ·(w·x − μ)/sqrt(σ² + ε) + β as weights and biases; `each` weights of one output stand in a row. */
static dk_status fold(dk_export_context *c, const dk_layer *l, float *weights, size_t each, float *biases,
                      dk_error *err) {
    const size_t outputs = (size_t)l->y->shape.c;
    float *scales = NULL, *mean = NULL, *variance = NULL;
    DK_TRY(dk_export_read(c, l->w.scales, outputs, &scales, err));
    DK_TRY(dk_export_read(c, l->w.mean, outputs, &mean, err));
    DK_TRY(dk_export_read(c, l->w.variance, outputs, &variance, err));
    for (size_t o = 0; o < outputs; o++) {
        const double by = (double)scales[o] / sqrt((double)variance[o] + (double)DK_NORM_EPS);
        for (size_t i = 0; i < each; i++) {
            weights[o * each + i] = (float)((double)weights[o * each + i] * by);
        }
        biases[o] = (float)((double)biases[o] - (double)mean[o] * by);
    }
    return DK_OK;
}

/* Weights, and biases where no normalisation of its own has them. */
static dk_status put_weights(dk_export_context *c, const dk_layer *l, const int *dims, int rank, bool norm,
                             dk_error *err) {
    const size_t outputs = (size_t)dims[0];
    float *weights = NULL, *biases = NULL;
    size_t each = 1;
    for (int i = 1; i < rank; i++) {
        each *= (size_t)dims[i];
    }
    DK_TRY(dk_export_read(c, l->w.weights, outputs * each, &weights, err));
    if (!norm) {
        DK_TRY(dk_export_read(c, l->w.biases, outputs, &biases, err));
        DK_TRY(l->w.mean ? fold(c, l, weights, each, biases, err) : DK_OK);
        dk_onnx_floats(c->w, dk_export_name(c, l, "biases"), dims, 1, biases);
    }
    dk_onnx_floats(c->w, dk_export_name(c, l, "weights"), dims, rank, weights);
    return DK_OK;
}

/* The node up to its inputs; what it gives is returned. */
static const char *begin(dk_export_context *c, const dk_layer *l, const char *op, const char *x, bool norm) {
    const char *y = next_value(c, l, "sums", !norm && l->wanted[0].act == DK_ACT_LINEAR);
    dk_onnx_begin(c->w, op, y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, dk_export_name(c, l, "weights"));
    if (!norm) {
        dk_onnx_in(c->w, dk_export_name(c, l, "biases"));
    }
    dk_onnx_out(c->w, y);
    return y;
}

dk_status dk_export_conv(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const int kernel[] = {d->u.conv.kh, d->u.conv.kw}, strides[] = {d->u.conv.stride_y, d->u.conv.stride_x};
    const int dilations[] = {d->u.conv.dilation, d->u.conv.dilation};
    const int pads[] = {d->u.conv.top, d->u.conv.left, d->u.conv.bottom, d->u.conv.right};
    const int dims[] = {l->y->shape.c, l->x[0]->shape.c / d->u.conv.groups, kernel[0], kernel[1]};
    const bool norm = d->u.conv.norm && !c->options->folds;
    const char *x = dk_export_planes(c, l, 0);
    DK_TRY(put_weights(c, l, dims, 4, norm, err));
    const char *y = begin(c, l, "Conv", x, norm);
    dk_onnx_attribute_ints(c->w, "kernel_shape", kernel, 2);
    dk_onnx_attribute_ints(c->w, "strides", strides, 2);
    dk_onnx_attribute_ints(c->w, "dilations", dilations, 2);
    dk_onnx_attribute_ints(c->w, "pads", pads, 4);
    dk_onnx_attribute_int(c->w, "group", d->u.conv.groups);
    dk_onnx_end(c->w);
    return dk_export_end(c, l, y, norm, err);
}

dk_status dk_export_dense(dk_export_context *c, const dk_layer *l, dk_error *err) {
    const dk_shape s = l->x[0]->shape;
    const int dims[] = {l->y->shape.c, s.c * s.h * s.w};
    const bool norm = l->wanted[0].u.dense.norm && !c->options->folds;
    const char *x = dk_export_flat(c, l, 0);
    c->values[l->index].flat = true;
    DK_TRY(put_weights(c, l, dims, 2, norm, err));
    const char *y = begin(c, l, "Gemm", x, norm);
    dk_onnx_attribute_int(c->w, "transB", 1);
    dk_onnx_end(c->w);
    return dk_export_end(c, l, y, norm, err);
}

dk_status dk_export_norm(dk_export_context *c, const dk_layer *l, dk_error *err) {
    return dk_export_end(c, l, dk_export_planes(c, l, 0), true, err);
}
