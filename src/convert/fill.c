/* Values into the net: weights from the file's order to Darknet's OIHW, biases, and normalisations that change nothing:
 * (r − 0)/sqrt(v + ε)·1 + bias with v + ε = 1, exactly in float32. */
#include <stdlib.h>

#include "backend/memory.h"
#include "convert/geometry.h"
#include "convert/import.h"

/* Where [output][input][cell] stands in the file: at their sum, each times this. */
typedef struct {
    size_t output, input, cell;
} steps;

static steps steps_of(dk_weight_order order, size_t outputs, size_t inputs, size_t cells) {
    const steps table[] = {
        [DK_ORDER_OIHW] = {inputs * cells, cells, 1},
        [DK_ORDER_OHWI] = {inputs * cells, 1, inputs},
        [DK_ORDER_HWO] = {1, 0, outputs},
        [DK_ORDER_IHWO] = {1, cells * outputs, outputs},
    };
    return table[order];
}

/* to: outputs × inputs × cells. summed: `from` has three inputs for the one of `to`. */
static void turn(float *to, const float *from, const dk_geometry *g, dk_weight_order order, bool summed) {
    const size_t outputs = (size_t)g->outputs, inputs = (size_t)g->inputs, cells = (size_t)(g->kh * g->kw);
    const size_t theirs = summed ? 3 : inputs;
    const steps at = steps_of(order, outputs, theirs, cells);
    for (size_t o = 0; o < outputs; o++) {
        for (size_t i = 0; i < theirs; i++) {
            for (size_t k = 0; k < cells; k++) {
                float *out = &to[(o * inputs + (summed ? 0 : i)) * cells + k];
                *out = from[o * at.output + i * at.input + k * at.cell] + (summed && i > 0 ? *out : 0);
            }
        }
    }
}

/* room: twice as many values as the tensor has. */
static dk_status put_weights(const dk_import_row *row, dk_net *net, const dk_graph *g, float *room,
                             dk_error *err) {
    const dk_geometry ours = dk_geometry_of_layer(row->layer);
    float *turned = room + dk_graph_count(row->weights);
    DK_TRY(g->read(g, row->weights, room, err));
    turn(turned, room, &ours, row->node->order, row->summed);
    return dk_span_write(net->backend, row->layer->w.weights, turned,
                         (size_t)(ours.outputs * ours.inputs * ours.kh * ours.kw), err);
}

/* room: as many values as there are outputs. */
static dk_status put_biases(const dk_import_row *row, dk_net *net, const dk_graph *g, float *room,
                            dk_error *err) {
    const size_t outputs = (size_t)row->layer->y->shape.c;
    if (row->biases) {
        DK_TRY(g->read(g, row->biases, room, err));
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

static dk_status fill_row(const dk_import_row *row, dk_net *net, const dk_graph *g, dk_error *err) {
    const size_t count = 2 * dk_graph_count(row->weights) + (size_t)row->layer->y->shape.c;
    float *room = malloc(count * sizeof *room);
    if (!room) {
        return dk_no_memory(err, count * sizeof *room, "the weights of a layer");
    }
    dk_status status = put_weights(row, net, g, room, err);
    if (status == DK_OK) {
        status = put_biases(row, net, g, room, err);
    }
    if (status == DK_OK) {
        status = put_identity(row, net, room, err);
    }
    free(room);
    return status;
}

dk_status dk_import_fill(const dk_import *import, dk_net *net, const dk_graph *graph, dk_error *err) {
    for (int i = 0; i < import->count; i++) {
        DK_TRY(fill_row(&import->rows[i], net, graph, err));
    }
    net->params->version++;
    return DK_OK;
}
