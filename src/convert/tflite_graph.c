/* Weights of TensorFlow Lite: CONV_2D O,kh,kw,I; DEPTHWISE_CONV_2D 1,kh,kw,O; FULLY_CONNECTED O,I over the
 * input's rows, columns and channels in that order. */
#include "convert/tflite_graph.h"

#include <string.h>

_Static_assert((int)DK_GRAPH_RANK == (int)DK_TFLITE_RANK, "dims are copied as they are");

typedef struct {
    const dk_tflite *m;
    dk_graph *g;
} context;

static const dk_graph_value *value_of(const context *c, const dk_tflite_tensor *t) {
    return t ? &c->g->values[t->index] : NULL;
}

static const dk_graph_value *input_of(const context *c, const dk_tflite_op *op, int i) {
    return value_of(c, dk_tflite_input(c->m, op, i));
}

/* ---- what each kind says ---- */

static void fill_conv(const context *c, const dk_tflite_op *op, dk_graph_node *n) {
    const bool depthwise = op->kind == DK_TFLITE_DEPTHWISE;
    const dk_graph_value *w = n->weights;
    const bool sane = op->stride_h > 0 && op->stride_w > 0 && op->dilation_h > 0 && op->dilation_w > 0 &&
                      op->stride_h <= 64 && op->stride_w <= 64 && op->dilation_h <= 64 &&
                      op->dilation_w <= 64;
    if (!sane || w->rank != 4 || w->dims[1] > 64 || w->dims[2] > 64 || (depthwise && w->dims[0] != 1)) {
        dk_graph_refuse(c->g, n, DK_EFORMAT,
                        ": strides %dx%d, dilations %dx%d or weights '%s' are out of range", op->stride_h,
                        op->stride_w, op->dilation_h, op->dilation_w, w->name);
        return;
    }
    n->order = depthwise ? DK_ORDER_HWO : DK_ORDER_OHWI;
    n->groups = depthwise ? 0 : 1;
    n->inputs = depthwise ? 1 : w->dims[3];
    n->outputs = depthwise ? w->dims[3] : w->dims[0];
    n->window =
        (dk_graph_window){w->dims[1], w->dims[2], op->stride_h, op->stride_w, op->dilation_h, op->dilation_w};
    n->same = op->padding == DK_TFLITE_PAD_SAME;
}

static void fill_dense(const context *c, dk_graph_node *n) {
    const dk_graph_value *w = n->weights;
    if (w->rank != 2) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": weights '%s' have %d dimensions instead of 2", w->name,
                        w->rank);
        return;
    }
    n->order = DK_ORDER_OHWI;
    n->inputs = w->dims[1];
    n->outputs = w->dims[0];
}

static void fill_weighted(const context *c, const dk_tflite_op *op, dk_graph_node *n) {
    n->weights = input_of(c, op, 1);
    n->biases = input_of(c, op, 2);
    if (!n->weights) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": has no weights");
    } else if (op->kind == DK_TFLITE_DENSE) {
        fill_dense(c, n);
    } else {
        fill_conv(c, op, n);
    }
}

/* Two numbers for each of batch, rows, columns and channels; PADV2 says what it pads with. */
static dk_status fill_pad(const context *c, const dk_tflite_op *op, dk_graph_node *n, dk_error *err) {
    const dk_tflite_tensor *t = dk_tflite_input(c->m, op, 1), *value = dk_tflite_input(c->m, op, 2);
    if (!t || !t->data || dk_tflite_count(t) != 8) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": how much it pads is not in the file as two numbers for each of 4 dimensions");
        return DK_OK;
    }
    DK_TRY(dk_tflite_ints(c->m, t, &n->pads[0][0], err));
    n->mirrors = op->mirrors;
    return value && dk_tflite_count(value) == 1 ? dk_tflite_values(c->m, value, &n->pad_value, err) : DK_OK;
}

static void fill_mean(const context *c, const dk_tflite_op *op, dk_graph_node *n) {
    const dk_graph_value *x = input_of(c, op, 0);
    n->whole = x && n->y && x->rank == 4 && dk_graph_count(n->y) == (size_t)x->dims[3];
    if (!n->whole) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": only the mean over the whole picture is read");
    }
}

/* ---- nodes ---- */

/* What a kind of operator is here, and how many computed values it reads. */
static const struct {
    dk_node_kind kind;
    int reads;
} kinds[] = {
    [DK_TFLITE_CONV] = {DK_NODE_CONV, 1},       [DK_TFLITE_DEPTHWISE] = {DK_NODE_CONV, 1},
    [DK_TFLITE_DENSE] = {DK_NODE_DENSE, 1},     [DK_TFLITE_MEAN_POOL] = {DK_NODE_MEAN, 1},
    [DK_TFLITE_MEAN] = {DK_NODE_MEAN, 1},       [DK_TFLITE_ADD] = {DK_NODE_ADD, 2},
    [DK_TFLITE_SOFTMAX] = {DK_NODE_SOFTMAX, 1}, [DK_TFLITE_ACT] = {DK_NODE_ACT, 1},
    [DK_TFLITE_SAME] = {DK_NODE_SAME, 1},       [DK_TFLITE_PAD] = {DK_NODE_PAD, 1},
    [DK_TFLITE_DIMS] = {DK_NODE_NONE, 0},       [DK_TFLITE_OTHER] = {DK_NODE_OTHER, 0},
};

static dk_status fill_node(const context *c, const dk_tflite_op *op, dk_graph_node *n, dk_error *err) {
    const int reads = kinds[op->kind].reads;
    *n = (dk_graph_node){.kind = kinds[op->kind].kind,
                         .name = op->name,
                         .index = op->index,
                         .y = value_of(c, dk_tflite_output(c->m, op, 0)),
                         .act = dk_tflite_act_name(op->act),
                         .beta = op->beta,
                         .runs = 1,
                         .x_count = reads};
    n->x = dk_arena_alloc(c->g->arena, (size_t)reads * sizeof *n->x);
    if (!n->x) {
        return dk_no_memory(err, (size_t)reads * sizeof *n->x, "the inputs of a node");
    }
    for (int i = 0; i < reads; i++) {
        n->x[i] = input_of(c, op, i);
    }
    switch (n->kind) {
    case DK_NODE_CONV:
    case DK_NODE_DENSE:
        fill_weighted(c, op, n);
        return DK_OK;
    case DK_NODE_PAD:
        return fill_pad(c, op, n, err);
    case DK_NODE_MEAN:
        fill_mean(c, op, n);
        return DK_OK;
    default:
        return DK_OK;
    }
}

/* ---- the graph ---- */

static dk_status read_values(const dk_graph *g, const dk_graph_value *v, float *out, dk_error *err) {
    return dk_tflite_values(g->model, v->of, out, err);
}

static void fill_values(dk_graph *g, const dk_tflite *m) {
    for (int i = 0; i < m->tensor_count; i++) {
        const dk_tflite_tensor *t = &m->tensors[i];
        dk_graph_value *v = &g->values[i];
        *v = (dk_graph_value){.name = t->name,
                              .type = dk_tflite_type_name(t->type),
                              .index = i,
                              .rank = t->rank,
                              .constant = t->data != NULL,
                              .of = t};
        memcpy(v->dims, t->dims, sizeof v->dims);
    }
}

/* value = (q − zero)·scale with q = 255·pixel (int8: 255·pixel − 128) is (pixel − zero/255)·255·scale. */
static void fill_input(dk_graph *g, const dk_tflite *m) {
    const dk_tflite_tensor *t = &m->tensors[m->input];
    const bool bytes = t->type == DK_TFLITE_UINT8 || t->type == DK_TFLITE_INT8;
    const float first = t->type == DK_TFLITE_INT8 ? 128 : 0;
    g->input = &g->values[m->input];
    g->tells_input = bytes && t->scale.count == 1 && t->zero.count == 1;
    if (g->tells_input) {
        g->input_conf = (dk_input_conf){.input_mean = ((float)dk_fb_int_at(&t->zero, 0) + first) / 255,
                                        .input_scale = 255 * dk_fb_float_at(&t->scale, 0)};
    }
}

dk_status dk_tflite_graph(dk_graph **out, const dk_tflite *m, dk_error *err) {
    const size_t values = (size_t)m->tensor_count, nodes = (size_t)m->op_count;
    dk_graph *g = dk_arena_alloc(m->arena, sizeof *g);
    dk_graph_value *all = dk_arena_alloc(m->arena, values * sizeof *all);
    dk_graph_node *every = dk_arena_alloc(m->arena, nodes * sizeof *every);
    if (!g || !all || !every) {
        return dk_no_memory(err, values * sizeof *all + nodes * sizeof *every, "the graph of a model");
    }
    *g = (dk_graph){
        .arena = m->arena,
        .path = m->path,
        .word = "operator",
        .rows = 1,
        .pixels =
            "Keras's MobileNets want -1..1 (input_mean=.5 input_scale=2), those of TF-Hub 0..1 (input_mean=0 "
            "input_scale=1)",
        .values = all,
        .nodes = every,
        .value_count = m->tensor_count,
        .node_count = m->op_count,
        .model = m,
        .read = read_values};
    fill_values(g, m);
    fill_input(g, m);
    const context c = {m, g};
    for (int i = 0; i < m->op_count; i++) {
        DK_TRY(fill_node(&c, &m->ops[i], &every[i], err));
    }
    *out = g;
    return dk_graph_resolve(g, err);
}
