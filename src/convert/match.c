/* Nodes and layers side by side. Layers that only pass their input on (dropout when predicting, a route to one layer) are
 * looked through, as graph.c does with such nodes. A PAD is part of the convolution behind it, an activation by itself
 * part of the layer before it when that has it. */
#include <string.h>

#include "convert/geometry.h"
#include "convert/import.h"

typedef struct {
    dk_net *net;
    const dk_graph *g;
    dk_import *out;
    int *layers;               /* of all nodes: the layer that each is; only of those that were matched */
    bool *fused;               /* per node: an activation that the layer before it has */
    int next;                  /* the layer to look at */
    int last_node, last_layer; /* the last ones with weights */
} walk;

static const char *where(const walk *w, const dk_graph_node *n, const dk_graph_value *v) {
    return dk_graph_where(w->g, n, v);
}

/* ---- feeding ---- */

static int through(const dk_net *net, int layer) {
    while (layer >= 0 && net->layers[layer].alias) {
        layer = net->layers[layer].from[0];
    }
    return layer;
}

/* The layer's inputs are the node's, in any order. */
static dk_status match_feeds(const walk *w, const dk_graph_node *n, const dk_layer *l, int count,
                             dk_error *err) {
    bool used[DK_GRAPH_RANK] = {false};
    for (int i = 0; i < count; i++) {
        const int from = n->feeds[i].node, wanted = from >= 0 ? w->layers[from] : from;
        int k = 0;
        while (k < l->inputs && k < DK_GRAPH_RANK && (used[k] || through(w->net, l->from[k]) != wanted)) {
            k++;
        }
        if (l->inputs != count || k >= count) {
            return dk_layer_fail(l, "from", err,
                                 "reads other layers than %s, whose input %d comes from layer %d",
                                 where(w, n, n->y), i, wanted);
        }
        used[k] = true;
    }
    return DK_OK;
}

/* ---- what a layer does ---- */

static dk_status fail_act(const walk *w, const dk_graph_node *n, const dk_layer *l, const char *ours,
                          dk_error *err) {
    return dk_layer_fail(l, "activation", err, "activation=%s, but %s ends in %s", ours, where(w, n, n->y),
                         n->act);
}

/* The node's own, or that of an activation behind it which alone reads it. */
static dk_status match_act(const walk *w, const dk_graph_node *n, const dk_layer *l, dk_error *err) {
    const char *ours = dk_act_names[l->wanted[0].act];
    if (strcmp(ours, n->act) == 0) {
        return DK_OK;
    }
    const bool behind = strcmp(n->act, dk_act_names[DK_ACT_LINEAR]) == 0 && n->kind != DK_NODE_ACT &&
                        n->readers == 1 && n->reader->kind == DK_NODE_ACT;
    if (!behind || strcmp(ours, n->reader->act) != 0) {
        return fail_act(w, behind ? n->reader : n, l, ours, err);
    }
    w->fused[n->reader - w->g->nodes] = true;
    return DK_OK;
}

static int field(const dk_geometry *g, const dk_geometry_row *r) {
    int v = 0;
    memcpy(&v, (const char *)g + r->at, sizeof v);
    return v;
}

static dk_status fail_geometry(const walk *w, const dk_graph_node *n, const dk_layer *l,
                               const dk_geometry_row *r, const dk_geometry *theirs, dk_error *err) {
    const dk_geometry ours = dk_geometry_of_layer(l);
    const dk_padding *p = &n->feeds[0].padding;
    const bool dense = l->wanted[0].op == DK_OP_DENSE && r->key;
    char fits[32];
    if (r->kind == DK_GEOMETRY_PADDING && p->op) {
        return dk_layer_fail(
            l, r->key, err,
            "has %d %s, but %s has %d: %s %d %s pads %d,%d rows and %d,%d columns; %s fits that",
            field(&ours, r), r->what, where(w, n, n->weights), field(theirs, r), w->g->word, p->op->index,
            p->op->name, p->top, p->bottom, p->left, p->right,
            dk_geometry_pad_key(fits, w->g, p, theirs, l->x[0]->shape));
    }
    return dk_layer_fail(l, dense ? "output" : r->key, err, "has %d %s, but %s has %d", field(&ours, r),
                         r->what, where(w, n, n->weights), field(theirs, r));
}

/* The input's filters may be summed over red, green and blue; the classifier may have other classes; a window may move
 * by another stride, from which its padding follows. */
static dk_status match_geometry(walk *w, const dk_graph_node *n, const dk_layer *l, dk_import_row *row,
                                dk_error *err) {
    const dk_geometry theirs = dk_geometry_of_node(w->g, n, l);
    dk_geometry a = dk_geometry_of_layer(l), b = theirs;
    dk_geometry_trim(&a, l->x[0]->shape);
    dk_geometry_trim(&b, l->x[0]->shape);
    row->summed = through(w->net, l->from[0]) == DK_GRAPH_PICTURE && a.inputs == 1 && b.inputs == 3;
    for (const dk_geometry_row *r = dk_geometry_rows; r->what; r++) {
        const bool differs = field(&a, r) != field(&b, r);
        const bool channels = r->at == offsetof(dk_geometry, inputs);
        const bool classes = r->at == offsetof(dk_geometry, outputs) && n - w->g->nodes == w->last_node &&
                             l->index == w->last_layer;
        if (differs && classes) {
            w->out->classes = n;
        } else if (differs && r->kind == DK_GEOMETRY_STRIDE) {
            row->stride = field(&a, r);
            row->model_stride = field(&b, r);
        } else if (r->kind == DK_GEOMETRY_PADDING && row->stride != 0) {
            continue;
        } else if (differs && !(channels && row->summed)) {
            return fail_geometry(w, n, l, r, &theirs, err);
        }
    }
    return DK_OK;
}

/* dk_import_fill moves as many values as the layer has. */
static dk_status match_count(const walk *w, const dk_graph_node *n, const dk_layer *l,
                             const dk_import_row *row, dk_error *err) {
    const dk_geometry g = dk_geometry_of_layer(l);
    const size_t inputs = row->summed ? 3 : (size_t)g.inputs, cells = (size_t)g.kh * (size_t)g.kw;
    const size_t wanted = (size_t)g.outputs * inputs * cells, there = dk_graph_count(row->weights);
    return wanted == there ? DK_OK
                           : dk_layer_fail(l, NULL, err, "has %zu weights, but %s has %zu", wanted,
                                           where(w, n, row->weights), there);
}

static dk_status match_weighted(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    dk_import_row row = {.layer = l, .node = n, .weights = n->weights, .biases = n->biases};
    DK_TRY(match_geometry(w, n, l, &row, err));
    if (w->out->classes) {
        return DK_OK;
    }
    DK_TRY(match_count(w, n, l, &row, err));
    DK_TRY(match_act(w, n, l, err));
    if (row.biases && dk_graph_count(row.biases) != (size_t)l->y->shape.c) {
        return dk_fail(err, DK_EFORMAT, "%s: these biases are not one for each of %d outputs",
                       where(w, n, row.biases), l->y->shape.c);
    }
    w->out->rows[w->out->count++] = row;
    return DK_OK;
}

/* The mean over the whole picture. */
static dk_status match_mean(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const bool ours = !d->u.pool.max && d->u.pool.kh == l->x[0]->shape.h && d->u.pool.kw == l->x[0]->shape.w;
    if (!n->whole || !ours) {
        return dk_layer_fail(l, NULL, err, "and %s: only the mean over the whole picture is read",
                             where(w, n, n->y));
    }
    return DK_OK;
}

static dk_status match_sum(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    for (int i = 0; i < l->inputs; i++) {
        if (!dk_shape_equal(l->x[i]->shape, l->y->shape)) {
            return dk_layer_fail(l, NULL, err, "adds outputs of different shapes, but %s adds equal ones",
                                 where(w, n, n->y));
        }
    }
    return match_act(w, n, l, err);
}

static dk_status match_alone(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    return match_act(w, n, l, err);
}

static dk_status match_softmax(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const float difference = d->u.softmax.temperature * n->beta - 1;
    if (d->u.softmax.groups != 1 || !(difference * difference < 1e-10F)) {
        return dk_layer_fail(
            l, NULL, err, "groups=%d temperature=%g, but %s has one group and temperature %g",
            d->u.softmax.groups, (double)d->u.softmax.temperature, where(w, n, n->y), 1 / (double)n->beta);
    }
    return DK_OK;
}

/* ---- the walk ---- */

/* Which operation a node may be, how many outputs it reads, and what else must be equal. */
typedef struct {
    dk_op ops[2];
    int feeds;
    dk_status (*match)(walk *, const dk_graph_node *, dk_layer *, dk_error *);
} rule;
static const rule rules[DK_NODE_OTHER] = {
    [DK_NODE_CONV] = {{DK_OP_CONV, DK_OP_DENSE}, 1, match_weighted},
    [DK_NODE_DENSE] = {{DK_OP_DENSE, DK_OP_CONV}, 1, match_weighted},
    [DK_NODE_MEAN] = {{DK_OP_POOL, DK_OP_POOL}, 1, match_mean},
    [DK_NODE_ADD] = {{DK_OP_ADD, DK_OP_ADD}, 2, match_sum},
    [DK_NODE_SOFTMAX] = {{DK_OP_SOFTMAX, DK_OP_SOFTMAX}, 1, match_softmax},
    [DK_NODE_ACT] = {{DK_OP_ACT, DK_OP_ACT}, 1, match_alone},
};

static bool weighted(const dk_graph_node *n) {
    return n->kind == DK_NODE_CONV || n->kind == DK_NODE_DENSE;
}

static dk_layer *next_layer(walk *w) {
    while (w->next < w->net->count) {
        dk_layer *l = &w->net->layers[w->next++];
        if (!l->alias && !l->type->judges) {
            return l;
        }
    }
    return NULL;
}

static dk_status match_node(walk *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const rule *r = &rules[n->kind];
    const dk_op ours = l->wanted[0].op;
    if (l->plan_count != 1 || (ours != r->ops[0] && ours != r->ops[1])) {
        return dk_layer_fail(l, NULL, err, "is a %s, but the model goes on with %s", dk_op_name(ours),
                             where(w, n, n->y));
    }
    DK_TRY(match_feeds(w, n, l, r->feeds, err));
    return r->match(w, n, l, err);
}

static dk_status step(walk *w, const dk_graph_node *n, dk_error *err) {
    int *layer = &w->layers[n - w->g->nodes];
    if (n->why) {
        return dk_fail(err, n->status, "%s", n->why);
    }
    if (n->kind == DK_NODE_OTHER) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: is not read here", where(w, n, n->y));
    }
    if (w->fused[n - w->g->nodes]) {
        *layer = w->layers[n->feeds[0].node];
        return DK_OK;
    }
    if (n->kind == DK_NODE_SAME || n->kind == DK_NODE_PAD || n->kind == DK_NODE_DIMS) {
        return DK_OK;
    }
    dk_layer *l = next_layer(w);
    if (!l) {
        w->out->unused = n;
        return DK_OK;
    }
    DK_TRY(match_node(w, n, l, err));
    *layer = l->index;
    w->out->fresh = w->out->classes ? l->index : w->next;
    return DK_OK;
}

static dk_status start(walk *w, dk_error *err) {
    dk_net *net = w->net;
    const size_t nodes = (size_t)w->g->node_count + 1;
    w->layers = dk_arena_alloc(net->arena, nodes * sizeof *w->layers);
    w->fused = dk_arena_alloc(net->arena, nodes * sizeof *w->fused);
    w->out->rows = dk_arena_alloc(net->arena, (size_t)net->count * sizeof *w->out->rows);
    if (!w->layers || !w->fused || !w->out->rows) {
        return dk_no_memory(err, nodes * sizeof *w->layers, "the nodes of an import");
    }
    for (int i = 0; i < w->g->node_count; i++) {
        w->last_node = weighted(&w->g->nodes[i]) ? i : w->last_node;
    }
    for (int i = 0; i < net->count; i++) {
        w->last_layer = net->layers[i].param_count > 0 ? i : w->last_layer;
    }
    return DK_OK;
}

dk_status dk_import_match(dk_import *out, dk_net *net, const dk_graph *graph, dk_error *err) {
    walk w = {.net = net, .g = graph, .out = out, .last_node = -1, .last_layer = -1};
    *out = (dk_import){0};
    DK_TRY(start(&w, err));
    for (int i = 0; i < graph->node_count && !out->classes && !out->unused; i++) {
        DK_TRY(step(&w, &graph->nodes[i], err));
    }
    if (out->count == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: no %s of it gives weights to a layer of %s", graph->path,
                       graph->word, net->cfg->path);
    }
    while (out->fresh < net->count && net->layers[out->fresh].param_count == 0) {
        out->fresh++;
    }
    return DK_OK;
}
