/* Values into the net: weights from OHWI (rows, columns, then input channels) to Darknet's OIHW, biases, and
 * normalisations that change nothing: (r − 0)/sqrt(v + ε)·1 + bias with v + ε = 1, exactly in float32. */
#include <stdlib.h>

#include "backend/memory.h"
#include "convert/geometry.h"
#include "convert/import.h"

/* to: outputs × inputs × cells; from: outputs × cells × inputs, or for a depthwise one cells × outputs.
 * summed: `from` has three inputs for the one of `to`. */
static void turn(float *to, const float *from, const dk_geometry *g, bool depthwise, bool summed) {
    const size_t outputs = (size_t)g->outputs, inputs = (size_t)g->inputs, cells = (size_t)(g->kh * g->kw);
    const size_t theirs = summed ? 3 : inputs;
    for (size_t o = 0; o < outputs; o++) {
        for (size_t i = 0; i < theirs; i++) {
            for (size_t k = 0; k < cells; k++) {
                const size_t at = depthwise ? k * outputs + o : (o * cells + k) * theirs + i;
                float *out = &to[(o * inputs + (summed ? 0 : i)) * cells + k];
                *out = from[at] + (summed && i > 0 ? *out : 0);
            }
        }
    }
}

/* room: twice as many values as the tensor has. */
static dk_status put_weights(const dk_import_row *row, dk_net *net, const dk_tflite *m, float *room,
                             dk_error *err) {
    const dk_geometry g = dk_geometry_of_layer(row->layer);
    float *turned = room + dk_tflite_count(row->weights);
    DK_TRY(dk_tflite_values(m, row->weights, room, err));
    turn(turned, room, &g, row->op->kind == DK_TFLITE_DEPTHWISE, row->summed);
    return dk_span_write(net->backend, row->layer->w.weights, turned,
                         (size_t)(g.outputs * g.inputs * g.kh * g.kw), err);
}

/* room: as many values as there are outputs. */
static dk_status put_biases(const dk_import_row *row, dk_net *net, const dk_tflite *m, float *room,
                            dk_error *err) {
    const size_t outputs = (size_t)row->layer->y->shape.c;
    if (row->biases) {
        DK_TRY(dk_tflite_values(m, row->biases, room, err));
    } else {
        for (size_t i = 0; i < outputs; i++) {
            room[i] = 0;
        }
    }
    return dk_span_write(net->backend, row->layer->w.biases, room, outputs, err);
}

/* No normalisation: nothing. */
static dk_status put_identity(const dk_import_row *row, dk_net *net, float *room, dk_error *err) {
    const dk_weights *w = &row->layer->w;
    const size_t outputs = (size_t)row->layer->y->shape.c;
    const struct {
        float *to, value;
    } constants[] = {{w->scales, 1}, {w->mean, 0}, {w->variance, 1 - DK_NORM_EPS}};
    for (size_t k = 0; w->mean && k < sizeof constants / sizeof *constants; k++) {
        for (size_t i = 0; i < outputs; i++) {
            room[i] = constants[k].value;
        }
        DK_TRY(dk_span_write(net->backend, constants[k].to, room, outputs, err));
    }
    return DK_OK;
}

static dk_status fill_row(const dk_import_row *row, dk_net *net, const dk_tflite *m, dk_error *err) {
    const size_t count = 2 * dk_tflite_count(row->weights) + (size_t)row->layer->y->shape.c;
    float *room = malloc(count * sizeof *room);
    if (!room) {
        return dk_no_memory(err, count * sizeof *room, "the weights of a layer");
    }
    dk_status status = put_weights(row, net, m, room, err);
    if (status == DK_OK) {
        status = put_biases(row, net, m, room, err);
    }
    if (status == DK_OK) {
        status = put_identity(row, net, room, err);
    }
    free(room);
    return status;
}

dk_status dk_import_fill(const dk_import *import, dk_net *net, const dk_tflite *model, dk_error *err) {
    for (int i = 0; i < import->count; i++) {
        DK_TRY(fill_row(&import->rows[i], net, model, err));
    }
    net->params->version++;
    return DK_OK;
}

/* value = (q − zero)·scale with q = 255·pixel (int8: 255·pixel − 128) is (pixel − zero/255)·255·scale. */
bool dk_import_input(const dk_tflite *model, dk_input_conf *out) {
    const dk_tflite_tensor *t = &model->tensors[model->input];
    const bool bytes = t->type == DK_TFLITE_UINT8 || t->type == DK_TFLITE_INT8;
    if (!bytes || t->scale.count != 1 || t->zero.count != 1) {
        return false;
    }
    const float first = t->type == DK_TFLITE_INT8 ? 128 : 0;
    *out = (dk_input_conf){.input_mean = ((float)dk_fb_int_at(&t->zero, 0) + first) / 255,
                           .input_scale = 255 * dk_fb_float_at(&t->scale, 0)};
    return true;
}
