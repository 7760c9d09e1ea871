/* The reverse of match.c: the same nodes make a layer together. Who reads such a cfg is match.c itself, so what is said
 * wrong here is found there. A layer reads the one before it: where a node reads another, a [route] comes first. */
#include "convert/write_cfg.h"

#include <string.h>

#include "backend/activation.h"
#include "convert/import.h"
#include "convert/window_key.h"

typedef struct {
    const dk_graph *g;
    dk_buffer *out;
    int *layers;   /* of all nodes: the layer that each is */
    bool *fused;   /* per node: part of the layer before it */
    int count;     /* layers so far */
    int pictures;  /* the layer that is the picture itself, or −1 */
    bool answered; /* the layer before is an answer of the model */
    int costs;
} writer;

static dk_status refuse(const writer *w, const dk_graph_node *n, dk_error *err, const char *why) {
    return dk_fail(err, DK_EUNSUPPORTED, "%s: %s", dk_graph_where(w->g, n, n->y), why);
}

static void section(writer *w, const char *name) {
    dk_buffer_add(w->out, "[%s]\n", name);
    w->count++;
}

/* ---- feeds ---- */

static int layer_of(const writer *w, const dk_graph_node *n, int i) {
    return n->feeds[i].node >= 0 ? w->layers[n->feeds[i].node] : w->pictures;
}

/* How a layer is named from the next one: counted back. */
static int back(const writer *w, int layer) {
    return layer - w->count;
}

/* Makes input i that of the layer before. */
static void bring(writer *w, const dk_graph_node *n, int i) {
    const int layer = layer_of(w, n, i);
    if (layer != w->count - 1) {
        const int from = back(w, layer);
        section(w, "route");
        dk_buffer_add(w->out, "layers=%d\n\n", from);
    }
}

/* "from=-3,-5": all inputs but the one that is the layer before. */
static void write_others(writer *w, const dk_graph_node *n, const char *key, int but) {
    dk_buffer_add(w->out, "%s=", key);
    for (int i = 0, some = 0; i < n->x_count; i++) {
        if (i != but) {
            dk_buffer_add(w->out, "%s%d", some++ ? "," : "", back(w, layer_of(w, n, i)) + 1);
        }
    }
    dk_buffer_add(w->out, "\n");
}

/* ---- what a layer takes in ---- */

static void write_act(writer *w, const dk_graph_node *n) {
    dk_graph_node *next = dk_graph_sole_reader(n);
    const bool linear = strcmp(n->act, dk_act_names[DK_ACT_LINEAR]) == 0;
    if (linear && n->kind != DK_NODE_ACT && next && next->kind == DK_NODE_ACT && !next->why) {
        w->fused[next - w->g->nodes] = true;
        n = next;
    }
    dk_buffer_add(w->out, "activation=%s\n", n->act);
    w->answered = n->answers;
}

/* Scales and shifts behind a node: returns the last of them. With statistics they are a normalisation, else the weights
 * take them in. */
static const dk_graph_node *write_norms(writer *w, const dk_graph_node *n) {
    bool statistics = false;
    int count = 0;
    for (dk_graph_node *next = dk_graph_sole_reader(n);
         next && next->kind == DK_NODE_NORM && !next->why && count < DK_IMPORT_NORMS &&
         strcmp(n->act, dk_act_names[DK_ACT_LINEAR]) == 0;
         next = dk_graph_sole_reader(n)) {
        statistics = statistics || next->mean;
        w->fused[next - w->g->nodes] = true;
        count++;
        n = next;
    }
    if (statistics) {
        dk_buffer_add(w->out, "batch_normalize=1\n");
    }
    return n;
}

/* ---- windows ---- */

static void write_strides(writer *w, const dk_graph_window *v) {
    if (v->stride_x == v->stride_y) {
        dk_buffer_add(w->out, "stride=%d\n", v->stride_x);
    } else {
        dk_buffer_add(w->out, "stride_x=%d\nstride_y=%d\n", v->stride_x, v->stride_y);
    }
}

static dk_status write_conv(writer *w, const dk_graph_node *n, dk_error *err) {
    const dk_graph_window *v = &n->window;
    if (v->kh != v->kw || v->kh > DK_WINDOW_SIDE || v->dilation_x != v->dilation_y) {
        return refuse(w, n, err, "its window is not square, or larger than that of a layer");
    }
    section(w, "convolutional");
    const dk_graph_node *last = write_norms(w, n);
    dk_buffer_add(w->out, "filters=%d\n", n->outputs);
    const int groups = n->groups > 0 ? n->groups : n->outputs;
    if (groups > 1) {
        dk_buffer_add(w->out, "groups=%d\n", groups);
    }
    dk_buffer_add(w->out, "size=%d\n", v->kh);
    write_strides(w, v);
    char pad[32];
    if (!dk_window_pad_key(pad, w->g, n)) {
        return refuse(w, n, err, "its padding is none that a layer has");
    }
    dk_buffer_add(w->out, "%s", pad);
    if (v->dilation_x != 1) {
        dk_buffer_add(w->out, "dilation=%d\n", v->dilation_x);
    }
    write_act(w, last);
    return DK_OK;
}

static dk_status write_dense(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "connected");
    const dk_graph_node *last = write_norms(w, n);
    dk_buffer_add(w->out, "output=%d\n", n->outputs);
    write_act(w, last);
    return DK_OK;
}

static dk_status write_pool(writer *w, const dk_graph_node *n, dk_error *err) {
    const int padding = dk_window_pool_padding(w->g, n);
    if (padding < 0) {
        return refuse(w, n, err,
                      "its window, padding or dilation is none that a [maxpool] or [local_avgpool] has");
    }
    section(w, n->kind == DK_NODE_MAX ? "maxpool" : "local_avgpool");
    dk_buffer_add(w->out, "size=%d\n", n->window.kh);
    write_strides(w, &n->window);
    dk_buffer_add(w->out, "padding=%d\n", padding);
    w->answered = n->answers;
    return DK_OK;
}

/* ---- the others ---- */

static dk_status write_mean(writer *w, const dk_graph_node *n, dk_error *err) {
    if (!n->whole) {
        return write_pool(w, n, err);
    }
    section(w, "avgpool");
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_norm(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "batchnorm");
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_sum(writer *w, const dk_graph_node *n, dk_error *err) {
    int before = 0;
    (void)err;
    for (int i = 0; i < n->x_count; i++) {
        before = layer_of(w, n, i) == w->count - 1 ? i : before;
    }
    bring(w, n, before);
    section(w, "shortcut");
    write_others(w, n, "from", before);
    write_act(w, n);
    return DK_OK;
}

static dk_status write_product(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    bring(w, n, 1);
    section(w, "scale_channels");
    write_others(w, n, "from", 1);
    write_act(w, n);
    return DK_OK;
}

static dk_status write_concat(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "route");
    write_others(w, n, "layers", -1);
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_slice(writer *w, const dk_graph_node *n, dk_error *err) {
    const int channels = n->x[0]->dims[1];
    if (n->first % n->count != 0 || channels % n->count != 0) {
        return refuse(w, n, err, "[route] takes one of several equal runs of channels");
    }
    section(w, "route");
    dk_buffer_add(w->out, "layers=%d\ngroups=%d\ngroup_id=%d\n", back(w, layer_of(w, n, 0)) + 1,
                  channels / n->count, n->first / n->count);
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_resample(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "upsample");
    dk_buffer_add(w->out, "stride=%d\n", n->times);
    if (n->factor != 1) {
        dk_buffer_add(w->out, "scale=%.9g\n", (double)n->factor);
    }
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_softmax(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "softmax");
    if (n->runs > 1) {
        dk_buffer_add(w->out, "groups=%d\n", n->runs);
    }
    if (n->beta != 1) {
        dk_buffer_add(w->out, "temperature=%.9g\n", 1 / (double)n->beta);
    }
    if (n->spatial) {
        dk_buffer_add(w->out, "spatial=1\n");
    }
    w->answered = n->answers;
    return DK_OK;
}

static dk_status write_alone(writer *w, const dk_graph_node *n, dk_error *err) {
    (void)err;
    section(w, "activation");
    write_act(w, n);
    return DK_OK;
}

/* ---- the graph ---- */

/* Does the layer read the one before it? */
typedef struct {
    bool before;
    dk_status (*write)(writer *, const dk_graph_node *, dk_error *);
} form;
static const form forms[DK_NODE_SAME] = {
    [DK_NODE_CONV] = {true, write_conv},       [DK_NODE_DENSE] = {true, write_dense},
    [DK_NODE_MAX] = {true, write_pool},        [DK_NODE_MEAN] = {true, write_mean},
    [DK_NODE_NORM] = {true, write_norm},       [DK_NODE_ADD] = {false, write_sum},
    [DK_NODE_MUL] = {false, write_product},    [DK_NODE_CONCAT] = {false, write_concat},
    [DK_NODE_SLICE] = {false, write_slice},    [DK_NODE_RESAMPLE] = {true, write_resample},
    [DK_NODE_SOFTMAX] = {true, write_softmax}, [DK_NODE_ACT] = {true, write_alone},
};

static void write_cost(writer *w) {
    section(w, "cost");
    dk_buffer_add(w->out, "\n");
    w->answered = false;
    w->costs++;
}

static dk_status write_node(writer *w, const dk_graph_node *n, dk_error *err) {
    if (n->why) {
        return dk_fail(err, n->status, "%s", n->why);
    }
    if (w->fused[n - w->g->nodes]) {
        w->layers[n - w->g->nodes] = w->layers[n->feeds[0].node];
        return DK_OK;
    }
    if (n->kind == DK_NODE_SAME || n->kind == DK_NODE_PAD || n->kind == DK_NODE_NONE) {
        return DK_OK;
    }
    if (n->kind == DK_NODE_OTHER) {
        return refuse(w, n, err, "is not read here");
    }
    if (w->answered) {
        write_cost(w);
    }
    dk_buffer_add(w->out, "# %s %d %s", w->g->word, n->index, n->name);
    dk_buffer_add(w->out, n->label ? " '%s'\n" : "\n", n->label);
    if (forms[n->kind].before) {
        bring(w, n, 0);
    }
    DK_TRY(forms[n->kind].write(w, n, err));
    dk_buffer_add(w->out, "\n");
    w->layers[n - w->g->nodes] = w->count - 1;
    return DK_OK;
}

static void write_net(writer *w) {
    const dk_graph *g = w->g;
    const int *dims = g->input->dims;
    const bool planes = g->input->rank == 4;
    dk_buffer_add(w->out, "# Made of %s by darknet import.\n[net]\n", dk_path_name(g->path));
    dk_buffer_add(w->out, "height=%d\nwidth=%d\nchannels=%d\n", planes ? dims[g->rows] : 1,
                  planes ? dims[g->rows + 1] : 1, planes ? dims[g->rows == 2 ? 1 : 3] : dims[1]);
    if (g->tells_input) {
        dk_buffer_add(w->out, "input_mean=%.9g\ninput_scale=%.9g\n", (double)g->input_conf.input_mean,
                      (double)g->input_conf.input_scale);
        dk_buffer_add(w->out, g->input_conf.grey ? "grey=1\n" : "");
        dk_buffer_add(w->out, g->input_conf.bgr ? "bgr=1\n" : "");
    } else {
        dk_buffer_add(
            w->out,
            "# The model does not say which pixel values it learnt from: input_mean=, input_scale=\n");
    }
    dk_buffer_add(w->out, "\n");
}

/* Where several nodes read the picture, it is a layer. */
static void write_picture(writer *w) {
    int readers = 0;
    for (int i = 0; i < w->g->node_count; i++) {
        for (int k = 0; w->g->nodes[i].feeds && k < w->g->nodes[i].x_count; k++) {
            readers += w->g->nodes[i].feeds[k].node == DK_GRAPH_PICTURE;
        }
    }
    if (readers > 1) {
        dk_buffer_add(w->out, "# the picture, which several nodes read\n");
        section(w, "activation");
        dk_buffer_add(w->out, "activation=linear\n\n");
        w->pictures = 0;
    }
}

dk_status dk_graph_write_cfg(const dk_graph *g, dk_buffer *out, dk_error *err) {
    const size_t nodes = (size_t)g->node_count + 1;
    writer w = {.g = g, .out = out, .pictures = -1};
    w.layers = dk_arena_alloc(g->arena, nodes * sizeof *w.layers);
    w.fused = dk_arena_alloc(g->arena, nodes * sizeof *w.fused);
    if (!w.layers || !w.fused) {
        return dk_no_memory(err, nodes * sizeof *w.layers, "the layers of a graph");
    }
    write_net(&w);
    write_picture(&w);
    for (int i = 0; i < g->node_count; i++) {
        DK_TRY(write_node(&w, &g->nodes[i], err));
    }
    if (w.count == 0) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: has no node that is a layer", g->path);
    }
    if (w.costs > 0 && w.answered) {
        write_cost(&w);
    }
    return out->failed ? dk_no_memory(err, out->size, "a cfg") : DK_OK;
}
