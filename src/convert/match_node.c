/* What a layer must have of the node that it is. What is behind a node and part of its layer is read by nobody else: an
 * activation when the layer has it, scales and shifts of channels, which its weights can take in. */
#include <string.h>

#include "convert/geometry.h"
#include "convert/match.h"

static const char *where(const dk_match *w, const dk_graph_node *n, const dk_graph_value *v) {
    return dk_graph_where(w->g, n, v);
}

static dk_status fail_act(const dk_match *w, const dk_graph_node *n, const dk_layer *l, const char *ours,
                          dk_error *err) {
    return dk_layer_fail(l, "activation", err, "activation=%s, but %s ends in %s", ours, where(w, n, n->y),
                         n->act);
}

/* That of the last node of what the layer is, or of an activation behind it. */
static dk_status match_act_from(const dk_match *w, const dk_graph_node *n, const dk_layer *l, dk_error *err) {
    const char *ours = dk_act_names[l->wanted[0].act];
    if (strcmp(ours, n->act) == 0) {
        return DK_OK;
    }
    const dk_graph_node *next = dk_graph_sole_reader(n);
    const bool behind = strcmp(n->act, dk_act_names[DK_ACT_LINEAR]) == 0 && n->kind != DK_NODE_ACT && next &&
                        next->kind == DK_NODE_ACT;
    if (!behind || strcmp(ours, next->act) != 0) {
        return fail_act(w, behind ? next : n, l, ours, err);
    }
    w->fused[next - w->g->nodes] = true;
    return DK_OK;
}

/* Of layers that are one node. */
static dk_status match_act(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    return match_act_from(w, n, l, err);
}

/* Does a normalisation by itself come next in the network? Then what scales behind a node is that. */
static bool norm_follows(const dk_match *w) {
    int i = w->next;
    while (i < w->net->count && w->net->layers[i].alias) {
        i++;
    }
    return i < w->net->count && w->net->layers[i].plan_count == 1 &&
           w->net->layers[i].wanted[0].op == DK_OP_NORM;
}

/* What scales and shifts behind a node with weights: part of its layer. Returns the last of them, or the node. */
static const dk_graph_node *take_norms(const dk_match *w, const dk_graph_node *n, dk_import_row *row) {
    const bool apart = norm_follows(w) && !row->layer->w.mean;
    for (dk_graph_node *next = dk_graph_sole_reader(n);
         next && next->kind == DK_NODE_NORM && !apart && row->norm_count < DK_IMPORT_NORMS &&
         strcmp(n->act, dk_act_names[DK_ACT_LINEAR]) == 0;
         next = dk_graph_sole_reader(n)) {
        row->norms[row->norm_count++] = next;
        w->fused[next - w->g->nodes] = true;
        n = next;
    }
    return n;
}

static int field(const dk_geometry *g, const dk_geometry_row *r) {
    int v = 0;
    memcpy(&v, (const char *)g + r->at, sizeof v);
    return v;
}

static dk_status fail_geometry(const dk_match *w, const dk_graph_node *n, const dk_layer *l,
                               const dk_geometry_row *r, const dk_geometry *theirs, dk_error *err) {
    const dk_geometry ours = dk_geometry_of_layer(l);
    const dk_padding *p = &n->feeds[0].padding;
    const bool dense = l->wanted[0].op == DK_OP_DENSE && r->key;
    char fits[32];
    if (r->kind == DK_GEOMETRY_PADDING && p->op && n->kind == DK_NODE_CONV) {
        return dk_layer_fail(
            l, r->key, err,
            "has %d %s, but %s has %d: %s %d %s pads %d,%d rows and %d,%d columns; %s fits that",
            field(&ours, r), r->what, where(w, n, n->weights ? n->weights : n->y), field(theirs, r),
            w->g->word, p->op->index, p->op->name, p->top, p->bottom, p->left, p->right,
            dk_geometry_pad_key(fits, w->g, p, theirs, l->x[0]->shape));
    }
    return dk_layer_fail(l, dense ? "output" : r->key, err, "has %d %s, but %s has %d", field(&ours, r),
                         r->what, where(w, n, n->weights ? n->weights : n->y), field(theirs, r));
}

/* The input's filters may be summed over red, green and blue; the classifier may have other classes; a window may move
 * by another stride, from which its padding follows. */
static dk_status match_geometry(dk_match *w, const dk_graph_node *n, const dk_layer *l, dk_import_row *row,
                                dk_error *err) {
    const dk_geometry theirs = dk_geometry_of_node(w->g, n, l);
    dk_geometry a = dk_geometry_of_layer(l), b = theirs;
    dk_geometry_trim(&a, l->x[0]->shape);
    dk_geometry_trim(&b, l->x[0]->shape);
    row->summed = dk_match_through(w->net, l->from[0]) == DK_GRAPH_PICTURE && a.inputs == 1 && b.inputs == 3;
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
static dk_status match_count(const dk_match *w, const dk_graph_node *n, const dk_layer *l,
                             const dk_import_row *row, dk_error *err) {
    const dk_geometry g = dk_geometry_of_layer(l);
    const size_t inputs = row->summed ? 3 : (size_t)g.inputs, cells = (size_t)g.kh * (size_t)g.kw;
    const size_t wanted = (size_t)g.outputs * inputs * cells, there = dk_graph_count(row->weights);
    return wanted == there ? DK_OK
                           : dk_layer_fail(l, NULL, err, "has %zu weights, but %s has %zu", wanted,
                                           where(w, n, row->weights), there);
}

/* Has all that scales and shifts as many numbers as the layer has channels? */
static dk_status check_norms(const dk_match *w, const dk_import_row *row, dk_error *err) {
    for (int i = 0; i < row->norm_count; i++) {
        const dk_graph_node *n = row->norms[i];
        const dk_graph_value *all[] = {n->scales, n->shifts, n->mean, n->variance};
        for (int k = 0; k < 4; k++) {
            if (all[k] && dk_graph_count(all[k]) != (size_t)row->layer->y->shape.c) {
                return dk_layer_fail(row->layer, NULL, err, "has %d channels, but %s has other ones",
                                     row->layer->y->shape.c, where(w, n, all[k]));
            }
        }
    }
    return DK_OK;
}

static dk_status match_weighted(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    dk_import_row row = {.layer = l, .node = n, .weights = n->weights, .biases = n->biases};
    DK_TRY(match_geometry(w, n, l, &row, err));
    if (w->out->classes) {
        return DK_OK;
    }
    DK_TRY(match_count(w, n, l, &row, err));
    DK_TRY(match_act_from(w, take_norms(w, n, &row), l, err));
    DK_TRY(check_norms(w, &row, err));
    if (row.biases && dk_graph_count(row.biases) != (size_t)l->y->shape.c) {
        return dk_fail(err, DK_EFORMAT, "%s: these biases are not one for each of %d outputs",
                       where(w, n, row.biases), l->y->shape.c);
    }
    w->out->rows[w->out->count++] = row;
    return DK_OK;
}

/* A scale and a shift of each channel by itself. */
static dk_status match_norm(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_import_row row = {.layer = l, .node = n, .norms = {n}, .norm_count = 1};
    DK_TRY(check_norms(w, &row, err));
    w->out->rows[w->out->count++] = row;
    return DK_OK;
}

/* Windows, of which nothing may differ. */
static dk_status match_pool(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_geometry theirs = dk_geometry_of_node(w->g, n, l);
    dk_geometry a = dk_geometry_of_layer(l), b = theirs;
    const bool max = l->wanted[0].u.pool.max;
    if (max != (n->kind == DK_NODE_MAX)) {
        return dk_layer_fail(l, NULL, err, "is %s, but the model goes on with %s",
                             max ? "the largest of each window" : "a mean", where(w, n, n->y));
    }
    dk_geometry_trim(&a, l->x[0]->shape);
    dk_geometry_trim(&b, l->x[0]->shape);
    for (const dk_geometry_row *r = dk_geometry_rows; r->what; r++) {
        if (field(&a, r) != field(&b, r)) {
            return fail_geometry(w, n, l, r, &theirs, err);
        }
    }
    return DK_OK;
}

static dk_status match_slice(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    if (l->wanted[0].u.slice.from != n->first || l->y->shape.c != n->count) {
        return dk_layer_fail(l, "groups", err, "takes %d channels from %d on, but %s takes %d from %d on",
                             l->y->shape.c, l->wanted[0].u.slice.from, where(w, n, n->y), n->count, n->first);
    }
    return DK_OK;
}

static dk_status match_resample(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const float difference = d->u.resample.scale - n->factor;
    if (d->u.resample.stride != n->times || !(difference * difference < 1e-10F)) {
        return dk_layer_fail(l, "stride", err,
                             "stride=%d scale=%g, but %s repeats %d times and multiplies by %g",
                             d->u.resample.stride, (double)d->u.resample.scale, where(w, n, n->y), n->times,
                             (double)n->factor);
    }
    return DK_OK;
}

/* Side by side: the feeds were all. */
static dk_status match_nothing(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    (void)w, (void)n, (void)l, (void)err;
    return DK_OK;
}

/* The mean over the whole picture, whatever its size, or of windows. */
static dk_status match_mean(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const bool ours = !d->u.pool.max && d->u.pool.kh == l->x[0]->shape.h && d->u.pool.kw == l->x[0]->shape.w;
    if (n->whole && !ours) {
        return dk_layer_fail(l, NULL, err,
                             "and %s, which is the mean over the whole picture: [avgpool] is that",
                             where(w, n, n->y));
    }
    return n->whole ? DK_OK : match_pool(w, n, l, err);
}

static dk_status match_sum(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    for (int i = 0; i < l->inputs; i++) {
        if (!dk_shape_equal(l->x[i]->shape, l->y->shape)) {
            return dk_layer_fail(l, NULL, err, "adds outputs of different shapes, but %s adds equal ones",
                                 where(w, n, n->y));
        }
    }
    return match_act(w, n, l, err);
}

static dk_status match_softmax(dk_match *w, const dk_graph_node *n, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const float difference = d->u.softmax.temperature * n->beta - 1;
    const bool cells = l->y->shape.h * l->y->shape.w > 1;
    if (d->u.softmax.groups != n->runs || (cells && d->u.softmax.spatial != n->spatial) ||
        !(difference * difference < 1e-10F)) {
        return dk_layer_fail(
            l, NULL, err,
            "groups=%d spatial=%d temperature=%g, but %s has groups %d, spatial %d and temperature %g",
            d->u.softmax.groups, d->u.softmax.spatial, (double)d->u.softmax.temperature, where(w, n, n->y),
            n->runs, n->spatial, 1 / (double)n->beta);
    }
    return DK_OK;
}

const dk_match_rule dk_match_rules[DK_NODE_SAME] = {
    [DK_NODE_CONV] = {{DK_OP_CONV, DK_OP_DENSE}, match_weighted},
    [DK_NODE_DENSE] = {{DK_OP_DENSE, DK_OP_CONV}, match_weighted},
    [DK_NODE_MAX] = {{DK_OP_POOL, DK_OP_POOL}, match_pool},
    [DK_NODE_MEAN] = {{DK_OP_POOL, DK_OP_POOL}, match_mean},
    [DK_NODE_NORM] = {{DK_OP_NORM, DK_OP_NORM}, match_norm},
    [DK_NODE_ADD] = {{DK_OP_ADD, DK_OP_ADD}, match_sum},
    [DK_NODE_MUL] = {{DK_OP_MUL, DK_OP_MUL}, match_act},
    [DK_NODE_CONCAT] = {{DK_OP_CONCAT, DK_OP_CONCAT}, match_nothing},
    [DK_NODE_SLICE] = {{DK_OP_SLICE, DK_OP_SLICE}, match_slice},
    [DK_NODE_RESAMPLE] = {{DK_OP_RESAMPLE, DK_OP_RESAMPLE}, match_resample},
    [DK_NODE_SOFTMAX] = {{DK_OP_SOFTMAX, DK_OP_SOFTMAX}, match_softmax},
    [DK_NODE_ACT] = {{DK_OP_ACT, DK_OP_ACT}, match_act},
};
