/* Nodes and layers side by side. Layers that only pass their input on (dropout when predicting, a route to one layer) are
 * looked through, as graph.c does with such nodes. A PAD is part of the convolution behind it, an activation by itself
 * part of the layer before it when that has it; so are scales and shifts of channels, which its weights can take in.
 * What is behind a layer and part of it is read by nobody else. */
#include <string.h>

#include "convert/match.h"

static const char *where(const dk_match *w, const dk_graph_node *n, const dk_graph_value *v) {
    return dk_graph_where(w->g, n, v);
}

/* ---- feeding ---- */

int dk_match_through(const dk_net *net, int layer) {
    while (layer >= 0 && net->layers[layer].alias) {
        layer = net->layers[layer].from[0];
    }
    return layer;
}

/* The layer's inputs are the node's: side by side in their order, else in any. */
static dk_status match_feeds(const dk_match *w, const dk_graph_node *n, const dk_layer *l, dk_error *err) {
    bool used[DK_LAYER_INPUTS] = {false};
    for (int i = 0; i < n->x_count; i++) {
        const int from = n->feeds[i].node, wanted = from >= 0 ? w->layers[from] : from;
        int k = n->kind == DK_NODE_CONCAT ? i : 0;
        const int end = n->kind == DK_NODE_CONCAT && i < l->inputs ? i + 1 : l->inputs;
        while (k < end && (used[k] || dk_match_through(w->net, l->from[k]) != wanted)) {
            k++;
        }
        if (l->inputs != n->x_count || k >= end) {
            return dk_layer_fail(l, "from", err,
                                 "reads other layers than %s, whose input %d comes from layer %d",
                                 where(w, n, n->y), i, wanted);
        }
        used[k] = true;
    }
    return DK_OK;
}

/* ---- the walk ---- */

static bool weighted(const dk_graph_node *n) {
    return n->kind == DK_NODE_CONV || n->kind == DK_NODE_DENSE;
}

static bool counts(const dk_layer *l) {
    return !l->alias && !l->type->judges;
}

static bool layers_left(const dk_match *w) {
    int i = w->next;
    while (i < w->net->count && !counts(&w->net->layers[i])) {
        i++;
    }
    return i < w->net->count;
}

/* There is one. */
static dk_layer *next_layer(dk_match *w) {
    while (!counts(&w->net->layers[w->next])) {
        w->next++;
    }
    return &w->net->layers[w->next++];
}

static dk_status match_node(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_match_rule *r = &dk_match_rules[n->kind];
    const dk_op ours = l->wanted[0].op;
    if (l->plan_count != 1 || (ours != r->ops[0] && ours != r->ops[1])) {
        return dk_layer_fail(l, NULL, err, "is a %s, but the model goes on with %s", dk_op_name(ours),
                             where(w, n, n->y));
    }
    DK_TRY(match_feeds(w, n, l, err));
    return r->match(w, n, l, err);
}

static dk_status step(dk_match *w, const dk_graph_node *n, dk_error *err) {
    int *layer = &w->layers[n - w->g->nodes];
    if (n->kind != DK_NODE_SAME && n->kind != DK_NODE_PAD && n->kind != DK_NODE_NONE &&
        !w->fused[n - w->g->nodes] && !layers_left(w)) {
        w->out->unused = n;
        return DK_OK;
    }
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
    if (n->kind == DK_NODE_SAME || n->kind == DK_NODE_PAD || n->kind == DK_NODE_NONE) {
        return DK_OK;
    }
    dk_layer *l = next_layer(w);
    DK_TRY(match_node(w, n, l, err));
    *layer = l->index;
    w->out->fresh = w->out->classes ? l->index : w->next;
    return DK_OK;
}

static dk_status start(dk_match *w, dk_error *err) {
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
    dk_match w = {.net = net, .g = graph, .out = out, .last_node = -1, .last_layer = -1};
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
