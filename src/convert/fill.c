/* Values into the net: weights from the file's order to Darknet's OIHW, biases and normalisations. A model's own become
 * the layer's as they are; what else scales and shifts goes into weights and biases or, in a layer with a normalisation,
 * into one that changes nothing else: (r − 0)/sqrt(v + ε)·scale + shift with v + ε = 1, exactly in float32. */
#include <math.h>
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

/* ---- scales and shifts ---- */

/* What a layer's outputs are multiplied by and what is added, and the arrays of one normalisation: `channels` each. */
typedef struct {
    size_t channels;
    double *scale, *shift;
    float *scales, *shifts, *mean, *variance, *biases, *out;
} workspace;

/* NULL is `otherwise` for each channel. */
static dk_status read_each(const dk_graph *g, const dk_graph_value *v, float otherwise, size_t channels,
                           float *out, dk_error *err) {
    for (size_t i = 0; !v && i < channels; i++) {
        out[i] = otherwise;
    }
    return v ? g->read(g, v, out, err) : DK_OK;
}

static dk_status read_norm(const dk_graph *g, const dk_graph_node *n, workspace *w, dk_error *err) {
    DK_TRY(read_each(g, n->scales, 1, w->channels, w->scales, err));
    DK_TRY(read_each(g, n->shifts, 0, w->channels, w->shifts, err));
    DK_TRY(read_each(g, n->mean, 0, w->channels, w->mean, err));
    return read_each(g, n->variance, 1, w->channels, w->variance, err);
}

/* Behind what there is: scale·x + shift becomes that of the node of it. DK_EFORMAT: no finite number comes of it. */
static dk_status append_norm(const dk_graph *g, const dk_graph_node *n, workspace *w, dk_error *err) {
    DK_TRY(read_norm(g, n, w, err));
    for (size_t i = 0; i < w->channels; i++) {
        const double s = (double)w->scales[i], b = (double)w->shifts[i];
        const double spread = sqrt((double)w->variance[i] + (double)n->eps);
        const double a = n->mean ? s / spread : n->divides ? (double)n->factor / s : (double)n->factor * s;
        const double shift =
            n->mean ? b - (double)w->mean[i] * a : (double)n->offset + (n->takes_off ? -b : b);
        w->scale[i] *= a;
        w->shift[i] = w->shift[i] * a + shift;
        if (!isfinite((float)w->scale[i]) || !isfinite((float)w->shift[i])) {
            return dk_fail(err, DK_EFORMAT, "%s: channel %zu becomes no finite number",
                           dk_graph_where(g, n, n->y), i);
        }
    }
    return DK_OK;
}

static dk_status put(dk_net *net, float *to, const float *from, size_t n, dk_error *err) {
    return dk_span_write(net->backend, to, from, n, err);
}

/* The statistics of the one normalisation behind the node as they are; *done false: they are not what a layer has. */
static dk_status put_statistics(const dk_import_row *row, dk_net *net, const dk_graph *g, workspace *w,
                                bool *done, dk_error *err) {
    const dk_weights *to = &row->layer->w;
    const dk_graph_node *n = row->norms[0];
    *done = row->norm_count == 1 && n->mean && to->mean;
    if (!*done) {
        return DK_OK;
    }
    DK_TRY(read_norm(g, n, w, err));
    for (size_t i = 0; i < w->channels; i++) {
        w->mean[i] -= w->biases[i];
        w->variance[i] = n->eps == DK_NORM_EPS ? w->variance[i] : w->variance[i] + n->eps - DK_NORM_EPS;
        *done = *done && w->variance[i] >= 0 && isfinite(w->mean[i]) && isfinite(w->variance[i]);
    }
    if (*done) {
        DK_TRY(put(net, to->scales, w->scales, w->channels, err));
        DK_TRY(put(net, to->biases, w->shifts, w->channels, err));
        DK_TRY(put(net, to->mean, w->mean, w->channels, err));
        DK_TRY(put(net, to->variance, w->variance, w->channels, err));
    }
    return DK_OK;
}

static dk_status put_doubles(dk_net *net, float *to, const double *from, workspace *w, dk_error *err) {
    for (size_t i = 0; i < w->channels; i++) {
        w->out[i] = (float)from[i];
    }
    return put(net, to, w->out, w->channels, err);
}

/* Scale and shift as a normalisation that has no other effect. */
static dk_status put_identity(const dk_import_row *row, dk_net *net, workspace *w, dk_error *err) {
    const dk_weights *to = &row->layer->w;
    if (!to->mean) {
        return DK_OK;
    }
    DK_TRY(put_doubles(net, to->scales, w->scale, w, err));
    for (size_t i = 0; i < w->channels; i++) {
        w->mean[i] = 0;
        w->variance[i] = 1 - DK_NORM_EPS;
        w->scale[i] = 1; /* the weights stay */
    }
    DK_TRY(put(net, to->mean, w->mean, w->channels, err));
    return put(net, to->variance, w->variance, w->channels, err);
}

static dk_status put_scales(const dk_import_row *row, dk_net *net, const dk_graph *g, workspace *w,
                            dk_error *err) {
    bool done = false;
    DK_TRY(read_each(g, row->biases, 0, w->channels, w->biases, err));
    for (size_t i = 0; i < w->channels; i++) {
        w->scale[i] = 1;
        w->shift[i] = (double)w->biases[i];
    }
    DK_TRY(put_statistics(row, net, g, w, &done, err));
    for (int i = 0; !done && i < row->norm_count; i++) {
        DK_TRY(append_norm(g, row->norms[i], w, err));
    }
    DK_TRY(done ? DK_OK : put_doubles(net, row->layer->w.biases, w->shift, w, err));
    return done ? DK_OK : put_identity(row, net, w, err);
}

/* ---- weights ---- */

/* room: twice as many values as the tensor has. */
static dk_status put_weights(const dk_import_row *row, dk_net *net, const dk_graph *g, const double *scale,
                             float *room, dk_error *err) {
    const dk_geometry ours = dk_geometry_of_layer(row->layer);
    const size_t each = (size_t)(ours.inputs * ours.kh * ours.kw), count = (size_t)ours.outputs * each;
    float *turned = room + dk_graph_count(row->weights);
    DK_TRY(g->read(g, row->weights, room, err));
    turn(turned, room, &ours, row->node->order, row->summed);
    for (size_t i = 0; i < count; i++) {
        turned[i] = scale[i / each] == 1 ? turned[i] : (float)(turned[i] * scale[i / each]);
    }
    return put(net, row->layer->w.weights, turned, count, err);
}

static dk_status fill_row(const dk_import_row *row, dk_net *net, const dk_graph *g, dk_error *err) {
    const size_t channels = (size_t)row->layer->y->shape.c;
    const size_t weights = row->weights ? 2 * dk_graph_count(row->weights) : 0;
    const size_t bytes = 2 * channels * sizeof(double) + (6 * channels + weights) * sizeof(float);
    double *room = malloc(bytes);
    if (!room) {
        return dk_no_memory(err, bytes, "the weights of a layer");
    }
    float *floats = (float *)(room + 2 * channels);
    workspace w = {channels,
                   room,
                   room + channels,
                   floats,
                   floats + channels,
                   floats + 2 * channels,
                   floats + 3 * channels,
                   floats + 4 * channels,
                   floats + 5 * channels};
    dk_status status = put_scales(row, net, g, &w, err);
    if (status == DK_OK && row->weights) {
        status = put_weights(row, net, g, w.scale, floats + 6 * channels, err);
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
