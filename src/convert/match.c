/* Operators and layers side by side. Layers that only pass their input on (dropout when predicting, a route to
 * one layer) and operators that do (RESHAPE …) are looked through on both sides. A PAD is part of the convolution behind it,
 * an activation by itself part of the layer before it when that has it. */
#include <string.h>

#include "convert/geometry.h"
#include "convert/import.h"

enum { NOTHING = -2, PICTURE = -1 };

/* A tensor, as far as the walk has come. */
typedef struct {
    int layer;                        /* whose output it is, PICTURE or NOTHING */
    dk_padding padding;               /* around that */
    const dk_tflite_tensor *constant; /* the values in the file that it is made of, or NULL */
    const dk_tflite_op *user;         /* the last operator that reads it */
    int uses;
} place;

typedef struct {
    dk_net *net;
    const dk_tflite *m;
    dk_import *out;
    place *places;           /* of all tensors */
    bool *fused;             /* per operator: an activation that the layer before it has */
    int next;                /* the layer to look at */
    int last_op, last_layer; /* the last ones with weights */
} walk;

/* "operator 3 CONV_2D ('name' 8x3x3x16)": where in the model. */
static const char *where(const walk *w, const dk_tflite_op *op, const dk_tflite_tensor *t) {
    char dims[64];
    const char *text =
        t ? dk_arena_format(w->net->arena, "%s operator %d %s ('%s'%s%s)", w->m->path, op->index, op->name,
                            t->name, t->rank > 0 ? " " : "", dk_tflite_dims(dims, t))
          : dk_arena_format(w->net->arena, "%s operator %d %s", w->m->path, op->index, op->name);
    return text ? text : op->name;
}

/* ---- feeding ---- */

static int through(const dk_net *net, int layer) {
    while (layer >= 0 && net->layers[layer].alias) {
        layer = net->layers[layer].from[0];
    }
    return layer;
}

static dk_status source(const walk *w, const dk_tflite_op *op, int input, place *out, dk_error *err) {
    const dk_tflite_tensor *t = dk_tflite_input(w->m, op, input);
    *out = t ? w->places[t->index] : (place){.layer = NOTHING};
    if (out->layer == NOTHING) {
        return dk_fail(err, DK_EFORMAT, "%s: input %d is no tensor that an earlier operator gives",
                       where(w, op, t), input);
    }
    return DK_OK;
}

/* Only convolutions take zeros around what they read. */
static dk_status fail_padded(const walk *w, const dk_tflite_op *op, const dk_tflite_op *pad, dk_error *err) {
    return dk_fail(err, DK_EUNSUPPORTED,
                   "%s reads what operator %d %s pads; only before a convolution is that read",
                   where(w, op, dk_tflite_output(w->m, op, 0)), pad->index, pad->name);
}

/* The layer's inputs are the operator's first `count`, in any order. */
static dk_status match_feeds(const walk *w, const dk_tflite_op *op, const dk_layer *l, int count,
                             dk_error *err) {
    bool used[DK_TFLITE_RANK] = {false};
    for (int i = 0; i < count; i++) {
        int k = 0;
        place from;
        DK_TRY(source(w, op, i, &from, err));
        const int wanted = from.layer;
        if (from.padding.op && op->kind != DK_TFLITE_CONV && op->kind != DK_TFLITE_DEPTHWISE) {
            return fail_padded(w, op, from.padding.op, err);
        }
        while (k < l->inputs && k < DK_TFLITE_RANK && (used[k] || through(w->net, l->from[k]) != wanted)) {
            k++;
        }
        if (l->inputs != count || k >= count) {
            return dk_layer_fail(l, "from", err,
                                 "reads other layers than %s, whose input %d comes from layer %d",
                                 where(w, op, dk_tflite_output(w->m, op, 0)), i, wanted);
        }
        used[k] = true;
    }
    return DK_OK;
}

/* ---- what a layer does ---- */

static dk_status fail_act(const walk *w, const dk_tflite_op *op, const dk_layer *l, const char *ours,
                          dk_error *err) {
    return dk_layer_fail(l, "activation", err, "activation=%s, but %s ends in %s", ours,
                         where(w, op, dk_tflite_output(w->m, op, 0)), dk_tflite_act_name(op->act));
}

/* The operator's own, or that of an activation behind it which alone reads it. */
static dk_status match_act(const walk *w, const dk_tflite_op *op, const dk_layer *l, dk_error *err) {
    const char *ours = dk_act_names[l->wanted[0].act];
    const place *y = &w->places[dk_tflite_output(w->m, op, 0)->index];
    if (strcmp(ours, dk_tflite_act_name(op->act)) == 0) {
        return DK_OK;
    }
    const bool behind =
        op->act == 0 && op->kind != DK_TFLITE_ACT && y->uses == 1 && y->user->kind == DK_TFLITE_ACT;
    if (!behind || strcmp(ours, dk_tflite_act_name(y->user->act)) != 0) {
        return fail_act(w, behind ? y->user : op, l, ours, err);
    }
    w->fused[y->user->index] = true;
    return DK_OK;
}

static int field(const dk_geometry *g, const dk_geometry_row *r) {
    int v = 0;
    memcpy(&v, (const char *)g + r->at, sizeof v);
    return v;
}

static dk_status fail_geometry(const walk *w, const dk_tflite_op *op, const dk_layer *l,
                               const dk_import_row *row, const dk_geometry_row *r, const dk_geometry *theirs,
                               dk_error *err) {
    const dk_geometry ours = dk_geometry_of_layer(l);
    const dk_padding *p = &w->places[dk_tflite_input(w->m, op, 0)->index].padding;
    const bool dense = l->wanted[0].op == DK_OP_DENSE && r->key;
    char fits[32];
    if (r->kind == DK_GEOMETRY_PADDING && p->op) {
        return dk_layer_fail(
            l, r->key, err,
            "has %d %s, but %s has %d: operator %d %s pads %d,%d rows and %d,%d columns; %s fits that",
            field(&ours, r), r->what, where(w, op, row->weights), field(theirs, r), p->op->index, p->op->name,
            p->top, p->bottom, p->left, p->right, dk_geometry_pad_key(fits, p, theirs, l->x[0]->shape));
    }
    return dk_layer_fail(l, dense ? "output" : r->key, err, "has %d %s, but %s has %d", field(&ours, r),
                         r->what, where(w, op, row->weights), field(theirs, r));
}

/* The input's filters may be summed over red, green and blue; the classifier may have other classes; a window may move
 * by another stride, from which its padding follows. */
static dk_status match_geometry(walk *w, const dk_tflite_op *op, const dk_layer *l, dk_import_row *row,
                                dk_error *err) {
    dk_geometry theirs;
    const dk_padding *padding = &w->places[dk_tflite_input(w->m, op, 0)->index].padding;
    DK_TRY(dk_geometry_of_op(w->m, op, row->weights, padding, l, &theirs, err));
    dk_geometry a = dk_geometry_of_layer(l), b = theirs;
    dk_geometry_trim(&a, l->x[0]->shape);
    dk_geometry_trim(&b, l->x[0]->shape);
    row->summed = through(w->net, l->from[0]) == PICTURE && a.inputs == 1 && b.inputs == 3;
    for (const dk_geometry_row *r = dk_geometry_rows; r->what; r++) {
        const bool differs = field(&a, r) != field(&b, r);
        const bool channels = r->at == offsetof(dk_geometry, inputs);
        const bool classes =
            r->at == offsetof(dk_geometry, outputs) && op->index == w->last_op && l->index == w->last_layer;
        if (differs && classes) {
            w->out->classes = op;
        } else if (differs && r->kind == DK_GEOMETRY_STRIDE) {
            row->stride = field(&a, r);
            row->model_stride = field(&b, r);
        } else if (r->kind == DK_GEOMETRY_PADDING && row->stride != 0) {
            continue;
        } else if (differs && !(channels && row->summed)) {
            return fail_geometry(w, op, l, row, r, &theirs, err);
        }
    }
    return DK_OK;
}

/* dk_import_fill moves as many values as the layer has. */
static dk_status match_count(const walk *w, const dk_tflite_op *op, const dk_layer *l,
                             const dk_import_row *row, dk_error *err) {
    const dk_geometry g = dk_geometry_of_layer(l);
    const size_t inputs = row->summed ? 3 : (size_t)g.inputs, cells = (size_t)g.kh * (size_t)g.kw;
    const size_t wanted = (size_t)g.outputs * inputs * cells, there = dk_tflite_count(row->weights);
    return wanted == there ? DK_OK
                           : dk_layer_fail(l, NULL, err, "has %zu weights, but %s has %zu", wanted,
                                           where(w, op, row->weights), there);
}

/* Input i; of one that DEQUANTIZE makes of values in the file, those. */
static const dk_tflite_tensor *constant(const walk *w, const dk_tflite_op *op, int i) {
    const dk_tflite_tensor *t = dk_tflite_input(w->m, op, i);
    const dk_tflite_tensor *of = t ? w->places[t->index].constant : NULL;
    return of ? of : t;
}

static dk_status match_weighted(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    dk_import_row row = {.layer = l, .op = op, .weights = constant(w, op, 1), .biases = constant(w, op, 2)};
    if (!row.weights) {
        return dk_fail(err, DK_EFORMAT, "%s: has no weights", where(w, op, NULL));
    }
    DK_TRY(match_geometry(w, op, l, &row, err));
    if (w->out->classes) {
        return DK_OK;
    }
    DK_TRY(match_count(w, op, l, &row, err));
    DK_TRY(match_act(w, op, l, err));
    if (row.biases && dk_tflite_count(row.biases) != (size_t)l->y->shape.c) {
        return dk_fail(err, DK_EFORMAT, "%s: these biases are not one for each of %d outputs",
                       where(w, op, row.biases), l->y->shape.c);
    }
    w->out->rows[w->out->count++] = row;
    return DK_OK;
}

/* The mean over the whole picture. */
static dk_status match_pool(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const dk_tflite_tensor *x = dk_tflite_input(w->m, op, 0), *y = dk_tflite_output(w->m, op, 0);
    const bool theirs = x && y && x->rank == 4 && dk_tflite_count(y) == (size_t)x->dims[3];
    const bool ours = !d->u.pool.max && d->u.pool.kh == l->x[0]->shape.h && d->u.pool.kw == l->x[0]->shape.w;
    if (!theirs || !ours) {
        return dk_layer_fail(l, NULL, err, "and %s: only the mean over the whole picture is read",
                             where(w, op, y));
    }
    return DK_OK;
}

static dk_status match_sum(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    for (int i = 0; i < l->inputs; i++) {
        if (!dk_shape_equal(l->x[i]->shape, l->y->shape)) {
            return dk_layer_fail(l, NULL, err, "adds outputs of different shapes, but %s adds equal ones",
                                 where(w, op, dk_tflite_output(w->m, op, 0)));
        }
    }
    return match_act(w, op, l, err);
}

static dk_status match_alone(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    return match_act(w, op, l, err);
}

static dk_status match_softmax(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    const dk_plan_desc *d = &l->wanted[0];
    const float difference = d->u.softmax.temperature * op->beta - 1;
    if (d->u.softmax.groups != 1 || !(difference * difference < 1e-10F)) {
        return dk_layer_fail(l, NULL, err,
                             "groups=%d temperature=%g, but %s has one group and temperature %g",
                             d->u.softmax.groups, (double)d->u.softmax.temperature,
                             where(w, op, dk_tflite_output(w->m, op, 0)), 1 / (double)op->beta);
    }
    return DK_OK;
}

/* ---- the walk ---- */

/* Which operation an operator may be, how many outputs it reads, and what else must be equal. */
typedef struct {
    dk_op ops[2];
    int feeds;
    dk_status (*match)(walk *, const dk_tflite_op *, dk_layer *, dk_error *);
} rule;
static const rule rules[DK_TFLITE_OTHER] = {
    [DK_TFLITE_CONV] = {{DK_OP_CONV, DK_OP_DENSE}, 1, match_weighted},
    [DK_TFLITE_DEPTHWISE] = {{DK_OP_CONV, DK_OP_CONV}, 1, match_weighted},
    [DK_TFLITE_DENSE] = {{DK_OP_DENSE, DK_OP_CONV}, 1, match_weighted},
    [DK_TFLITE_MEAN_POOL] = {{DK_OP_POOL, DK_OP_POOL}, 1, match_pool},
    [DK_TFLITE_MEAN] = {{DK_OP_POOL, DK_OP_POOL}, 1, match_pool},
    [DK_TFLITE_ADD] = {{DK_OP_ADD, DK_OP_ADD}, 2, match_sum},
    [DK_TFLITE_SOFTMAX] = {{DK_OP_SOFTMAX, DK_OP_SOFTMAX}, 1, match_softmax},
    [DK_TFLITE_ACT] = {{DK_OP_ACT, DK_OP_ACT}, 1, match_alone},
};

static bool weighted(const dk_tflite_op *op) {
    return op->kind < DK_TFLITE_SAME && rules[op->kind].match == match_weighted;
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

static dk_status match_op(walk *w, const dk_tflite_op *op, dk_layer *l, dk_error *err) {
    const rule *r = &rules[op->kind];
    const dk_op ours = l->wanted[0].op;
    if (l->plan_count != 1 || (ours != r->ops[0] && ours != r->ops[1])) {
        return dk_layer_fail(l, NULL, err, "is a %s, but the model goes on with %s", dk_op_name(ours),
                             where(w, op, dk_tflite_output(w->m, op, 0)));
    }
    DK_TRY(match_feeds(w, op, l, r->feeds, err));
    return r->match(w, op, l, err);
}

static bool same_dims(const dk_tflite_tensor *a, const dk_tflite_tensor *b) {
    return a && b && a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

/* RESHAPE, DEQUANTIZE and their like, and an activation that the layer has. */
static dk_status pass_on(walk *w, const dk_tflite_op *op, const dk_tflite_tensor *y, dk_error *err) {
    place from, *to = &w->places[y->index];
    const dk_tflite_tensor *x = dk_tflite_input(w->m, op, 0);
    if (x && x->data && same_dims(x, y)) {
        to->constant = x;
        return DK_OK;
    }
    DK_TRY(source(w, op, 0, &from, err));
    if (from.padding.op && !same_dims(x, y)) {
        return fail_padded(w, op, from.padding.op, err);
    }
    to->layer = from.layer;
    to->padding = from.padding;
    return DK_OK;
}

static dk_status pad(walk *w, const dk_tflite_op *op, place *y, dk_error *err) {
    place from;
    DK_TRY(source(w, op, 0, &from, err));
    y->layer = from.layer;
    y->padding = from.padding;
    return dk_padding_add(&y->padding, w->m, op, err);
}

static dk_status step(walk *w, const dk_tflite_op *op, dk_error *err) {
    const dk_tflite_tensor *t = dk_tflite_output(w->m, op, 0);
    if (!t || op->kind == DK_TFLITE_OTHER) {
        return dk_fail(err, t ? DK_EUNSUPPORTED : DK_EFORMAT, "%s: %s", where(w, op, t),
                       t ? "is not read here" : "has no output");
    }
    place *y = &w->places[t->index];
    if (op->kind == DK_TFLITE_SAME || w->fused[op->index]) {
        return pass_on(w, op, t, err);
    }
    if (op->kind == DK_TFLITE_PAD) {
        return pad(w, op, y, err);
    }
    if (op->kind == DK_TFLITE_DIMS) {
        return DK_OK;
    }
    dk_layer *l = next_layer(w);
    if (!l) {
        w->out->unused = op;
        return DK_OK;
    }
    DK_TRY(match_op(w, op, l, err));
    y->layer = l->index;
    y->padding = (dk_padding){0};
    w->out->fresh = w->out->classes ? l->index : w->next;
    return DK_OK;
}

/* Who reads which tensor. */
static void count_uses(walk *w) {
    for (int i = 0; i < w->m->op_count; i++) {
        const dk_tflite_op *op = &w->m->ops[i];
        for (int k = 0; k < (int)op->inputs.count; k++) {
            const dk_tflite_tensor *t = dk_tflite_input(w->m, op, k);
            if (t) {
                w->places[t->index].uses++;
                w->places[t->index].user = op;
            }
        }
    }
}

static dk_status start(walk *w, dk_error *err) {
    const dk_tflite *m = w->m;
    dk_net *net = w->net;
    const size_t tensors = (size_t)m->tensor_count, ops = (size_t)m->op_count;
    w->places = dk_arena_alloc(net->arena, tensors * sizeof *w->places);
    w->fused = dk_arena_alloc(net->arena, (ops + 1) * sizeof *w->fused);
    w->out->rows = dk_arena_alloc(net->arena, (size_t)net->count * sizeof *w->out->rows);
    if (!w->places || !w->fused || !w->out->rows) {
        return dk_no_memory(err, tensors * sizeof *w->places, "the tensors of an import");
    }
    memset(w->fused, 0, ops * sizeof *w->fused);
    for (int i = 0; i < m->tensor_count; i++) {
        w->places[i] = (place){.layer = i == m->input ? PICTURE : NOTHING};
    }
    count_uses(w);
    for (int i = 0; i < m->op_count; i++) {
        w->last_op = weighted(&m->ops[i]) ? i : w->last_op;
    }
    for (int i = 0; i < net->count; i++) {
        w->last_layer = net->layers[i].param_count > 0 ? i : w->last_layer;
    }
    return DK_OK;
}

dk_status dk_import_match(dk_import *out, dk_net *net, const dk_tflite *model, dk_error *err) {
    walk w = {.net = net, .m = model, .out = out, .last_op = -1, .last_layer = -1};
    *out = (dk_import){0};
    DK_TRY(start(&w, err));
    for (int i = 0; i < model->op_count && !out->classes && !out->unused; i++) {
        DK_TRY(step(&w, &model->ops[i], err));
    }
    if (out->count == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: no operator of it gives weights to a layer of %s", model->path,
                       net->cfg->path);
    }
    while (out->fresh < net->count && net->layers[out->fresh].param_count == 0) {
        out->fresh++;
    }
    return DK_OK;
}
