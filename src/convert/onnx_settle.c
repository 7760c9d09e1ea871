/* Nodes that work on each number by itself. Exporters write one activation in many ways (x·sigmoid(x), x·tanh(softplus(x)),
 * min and max, Clip …); so a run of such nodes is sampled at some points, and the activation with the same values there is
 * what it is. What is a·x + b is a NORM that scales and shifts. What is neither may be one of these behind another: then
 * there is a value between, by which the rest is said. */
#include <math.h>

#include "backend/activation.h"
#include "convert/onnx_context.h"

#define NEAR 1e-5F /* of two functions, relative to 1 + |y| */

enum { SPAN = 16 }; /* nodes of the last of several functions, at most */

/* Away from the kinks of all activations, on both sides of each. */
float dk_onnx_point(int i) {
    const int steps = i - DK_ONNX_POINTS / 2; /* from the middle */
    return (float)steps * .5F + .137F;
}

/* ---- sampling ---- */

static float value_at(const dk_onnx_formula *f, float x, float y) {
    return f->one ? f->one(x, f->a, f->b) : f->two(f->x >= 0 ? x : f->a, f->y >= 0 ? y : f->b);
}

/* x, y: samples of the sides; NULL: a side is the base itself, or a number. */
static void sample(const dk_onnx_formula *f, const float *x, const float *y, float *out) {
    for (int i = 0; i < DK_ONNX_POINTS; i++) {
        out[i] = value_at(f, x ? x[i] : dk_onnx_point(i), y ? y[i] : dk_onnx_point(i));
    }
}

static const float *samples_of(const dk_onnx_context *c, int value) {
    return value >= 0 ? c->facts[value].samples : NULL;
}

/* ---- what it is ---- */

/* A function as a layer, of a value: an activation, or a·x + b. */
typedef struct {
    int from;
    bool affine;
    dk_act act;
    float a, b;
} form;

static bool is_near(float a, float b) {
    return fabsf(a - b) <= NEAR * (1 + fabsf(b));
}

static bool is_act(const float *samples, dk_act act) {
    int i = 0;
    while (i < DK_ONNX_POINTS && is_near(samples[i], dk_act_value(act, dk_onnx_point(i)))) {
        i++;
    }
    return i == DK_ONNX_POINTS;
}

static bool is_affine(const float *samples, float *a, float *b) {
    const int last = DK_ONNX_POINTS - 1;
    *a = (samples[last] - samples[0]) / (dk_onnx_point(last) - dk_onnx_point(0));
    *b = samples[0] - *a * dk_onnx_point(0);
    *b = fabsf(*b) < NEAR * (1 + fabsf(samples[0])) ? 0 : *b;
    int i = 0;
    while (i <= last && is_near(*a * dk_onnx_point(i) + *b, samples[i])) {
        i++;
    }
    return i > last;
}

bool dk_onnx_is_affine(const dk_onnx_context *c, int value, float *a, float *b) {
    const float *samples = c->facts[value].samples;
    *a = 1;
    *b = 0;
    return !samples || is_affine(samples, a, b);
}

static bool is_layer(const float *samples, form *out) {
    int act = 0;
    while (act < DK_ACT_COUNT && !is_act(samples, (dk_act)act)) {
        act++;
    }
    out->affine = act == DK_ACT_COUNT;
    out->act = (dk_act)act;
    return !out->affine || is_affine(samples, &out->a, &out->b);
}

/* ---- one behind another ---- */

/* The value v as a function of u, by the nodes between; false: it is one of other things, too. */
static bool sample_from(const dk_onnx_context *c, int u, int v, float out[DK_ONNX_POINTS]) {
    float all[SPAN][DK_ONNX_POINTS];
    bool known[SPAN] = {false};
    const int first = c->m->values[u].node + 1, last = c->m->values[v].node;
    for (int i = first; i <= last; i++) {
        const dk_onnx_value *y = dk_onnx_output(c->m, &c->m->nodes[i], 0);
        const dk_onnx_formula *f = y ? c->facts[y->index].formula : NULL;
        const int sides[] = {f ? f->x : -1, f ? f->y : -1};
        const float *samples[2] = {NULL, NULL};
        bool there = f != NULL;
        for (int k = 0; k < 2 && there; k++) {
            const int at = sides[k] >= 0 && sides[k] != u ? c->m->values[sides[k]].node - first : -1;
            there = sides[k] < 0 || sides[k] == u || (at >= 0 && known[at]);
            samples[k] = at >= 0 && there ? all[at] : NULL;
        }
        if (there) {
            sample(f, samples[0], samples[1], i == last ? out : all[i - first]);
        }
        known[i - first] = there;
    }
    return known[last - first];
}

/* What the last layer of it computes, and of which value: its base, or the nearest one between that layers compute. */
static bool say(const dk_onnx_context *c, int value, form *out) {
    const dk_onnx_fact *f = &c->facts[value];
    float samples[DK_ONNX_POINTS];
    out->from = f->base;
    if (is_layer(f->samples, out)) {
        return true;
    }
    const int node = c->m->values[value].node, end = node - SPAN > -1 ? node - SPAN : -1;
    for (int i = node - 1; i > end; i--) {
        const dk_onnx_value *u = dk_onnx_output(c->m, &c->m->nodes[i], 0);
        if (u && c->facts[u->index].sayable && c->facts[u->index].base == f->base &&
            sample_from(c, u->index, value, samples) && is_layer(samples, out)) {
            out->from = u->index;
            return true;
        }
    }
    return false;
}

dk_status dk_onnx_give_function(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_formula *formula,
                                dk_error *err) {
    form unused;
    const size_t bytes = DK_ONNX_POINTS * sizeof(float) + sizeof *formula;
    dk_onnx_formula f = *formula, *kept = dk_arena_alloc(c->g->arena, sizeof *kept);
    float *samples = dk_arena_alloc(c->g->arena, DK_ONNX_POINTS * sizeof *samples);
    if (!kept || !samples) {
        return dk_no_memory(err, bytes, "a function");
    }
    f.y = f.one ? -1 : f.y;
    const int x = f.x >= 0 ? f.x : f.y;
    *kept = f;
    sample(&f, samples_of(c, f.x), samples_of(c, f.y), samples);
    n->kind = DK_NODE_NONE;
    n->x[0] = &c->g->values[x];
    dk_onnx_give_same(c, n);
    c->facts[n->y->index].base = c->facts[x].base;
    c->facts[n->y->index].samples = samples;
    c->facts[n->y->index].formula = kept;
    c->facts[n->y->index].sayable = say(c, n->y->index, &unused);
    return DK_OK;
}

/* ---- as nodes ---- */

/* A factor behind an upsampling is part of it. */
static bool fold_factor(const dk_onnx_context *c, const form *f) {
    const int node = c->m->values[f->from].node;
    dk_graph_node *n = node >= 0 ? &c->g->nodes[node] : NULL;
    const bool folds = n && n->kind == DK_NODE_RESAMPLE && c->facts[f->from].reads == 1 &&
                       !c->m->values[f->from].answers && f->b == 0;
    if (folds) {
        n->factor *= f->a;
    }
    return folds;
}

static void become(const dk_onnx_context *c, dk_graph_node *n, const form *f) {
    n->x[0] = &c->g->values[f->from];
    n->x_count = 1;
    if (f->affine) {
        n->kind = fold_factor(c, f) ? DK_NODE_SAME : DK_NODE_NORM;
        n->factor = f->a;
        n->offset = f->b;
        return;
    }
    n->kind = f->act == DK_ACT_LINEAR ? DK_NODE_SAME : DK_NODE_ACT;
    n->act = dk_act_names[f->act];
}

/* Of several functions the last first. */
bool dk_onnx_settle(const dk_onnx_context *c, const dk_onnx_value *v) {
    form f;
    for (int value = v->index;; value = f.from) {
        const int node = c->m->values[value].node;
        dk_graph_node *n = node >= 0 ? &c->g->nodes[node] : NULL;
        if (!n || !c->facts[value].samples || n->kind != DK_NODE_NONE) {
            return !n || !n->why;
        }
        if (!say(c, value, &f)) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                            ": with what it reads it computes no activation that a layer has");
            return false;
        }
        become(c, n, &f);
    }
}
