/* Nodes that work on each number by itself. Exporters write one activation in many ways (x·sigmoid(x), x·tanh(softplus(x)),
 * min and max, Clip …); so a run of such nodes is sampled at some points, and the activation with the same values there is
 * what it is. What is a·x + b is a NORM that scales and shifts. */
#include <math.h>
#include <string.h>

#include "backend/activation.h"
#include "convert/onnx_context.h"

#define NEAR 1e-5F /* of two functions, relative to 1 + |y| */

/* Away from the kinks of all activations, on both sides of each. */
float dk_onnx_point(int i) {
    const int steps = i - DK_ONNX_POINTS / 2; /* from the middle */
    return (float)steps * .5F + .137F;
}

static float *new_samples(const dk_onnx_context *c, dk_error *err, dk_status *status) {
    float *s = dk_arena_alloc(c->g->arena, DK_ONNX_POINTS * sizeof *s);
    *status = s ? DK_OK : dk_no_memory(err, DK_ONNX_POINTS * sizeof *s, "a function");
    return s;
}

static float sample(const dk_onnx_context *c, int value, int i) {
    const dk_onnx_fact *f = &c->facts[value];
    return f->samples ? f->samples[i] : dk_onnx_point(i);
}

/* ---- what it is ---- */

static bool is_near(float a, float b) {
    return fabsf(a - b) <= NEAR * (1 + fabsf(b));
}

static bool is_act(const dk_onnx_fact *f, dk_act act) {
    int i = 0;
    while (i < DK_ONNX_POINTS && is_near(f->samples[i], dk_act_value(act, dk_onnx_point(i)))) {
        i++;
    }
    return i == DK_ONNX_POINTS;
}

bool dk_onnx_is_affine(const dk_onnx_context *c, int value, float *a, float *b) {
    const int last = DK_ONNX_POINTS - 1;
    const float first = sample(c, value, 0);
    *a = (sample(c, value, last) - first) / (dk_onnx_point(last) - dk_onnx_point(0));
    *b = first - *a * dk_onnx_point(0);
    *b = fabsf(*b) < NEAR * (1 + fabsf(first)) ? 0 : *b;
    int i = 0;
    while (i <= last && is_near(*a * dk_onnx_point(i) + *b, sample(c, value, i))) {
        i++;
    }
    return i > last;
}

/* A factor behind an upsampling is part of it. */
static bool fold_factor(const dk_onnx_context *c, const dk_onnx_fact *f, float a, float b) {
    const int node = c->m->values[f->base].node;
    dk_graph_node *n = node >= 0 ? &c->g->nodes[node] : NULL;
    const bool folds = n && n->kind == DK_NODE_RESAMPLE && c->facts[f->base].reads == 1 &&
                       !c->m->values[f->base].answers && b == 0;
    if (folds) {
        n->factor *= a;
    }
    return folds;
}

bool dk_onnx_settle(const dk_onnx_context *c, const dk_onnx_value *v) {
    const dk_onnx_fact *f = &c->facts[v->index];
    dk_graph_node *n = v->node >= 0 ? &c->g->nodes[v->node] : NULL;
    float a = 0, b = 0;
    if (!n || !f->samples || n->kind != DK_NODE_NONE) {
        return !n || !n->why;
    }
    n->x[0] = &c->g->values[f->base];
    n->x_count = 1;
    for (int act = 0; act < DK_ACT_COUNT; act++) {
        if (is_act(f, (dk_act)act)) {
            n->kind = act == DK_ACT_LINEAR ? DK_NODE_SAME : DK_NODE_ACT;
            n->act = dk_act_names[act];
            return true;
        }
    }
    if (!dk_onnx_is_affine(c, v->index, &a, &b)) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": with what it reads it computes no activation that a layer has");
        return false;
    }
    n->kind = fold_factor(c, f, a, b) ? DK_NODE_SAME : DK_NODE_NORM;
    n->factor = a;
    n->offset = b;
    return true;
}

/* ---- one input ---- */

void dk_onnx_give_function(const dk_onnx_context *c, dk_graph_node *n, int x, float *samples) {
    n->kind = DK_NODE_NONE;
    n->x[0] = &c->g->values[x];
    dk_onnx_give_same(c, n);
    c->facts[n->y->index].base = c->facts[x].base;
    c->facts[n->y->index].samples = samples;
}

/* Can it be one? */
static bool computed(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_value *x) {
    if (!x || c->g->values[x->index].constant || !c->facts[x->index].known) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": %s",
                        x && c->g->values[x->index].constant
                            ? "works on a constant"
                            : "reads what no earlier node gives as far as they are read");
        return false;
    }
    return true;
}

/* The operators of one input, with up to two numbers as attributes. */
static float relu(float z, float a, float b) {
    (void)a, (void)b;
    return z > 0 ? z : 0;
}
static float leaky(float z, float a, float b) {
    (void)b;
    return z > 0 ? z : a * z;
}
static float sigmoid(float z, float a, float b) {
    (void)a, (void)b;
    return 1 / (1 + expf(-z));
}
static float hard_sigmoid(float z, float a, float b) {
    return fminf(fmaxf(a * z + b, 0), 1);
}
static float hard_swish(float z, float a, float b) {
    (void)a, (void)b;
    return z * hard_sigmoid(z, 1 / 6.F, .5F);
}
static float hyperbolic(float z, float a, float b) {
    (void)a, (void)b;
    return tanhf(z);
}
static float elu(float z, float a, float b) {
    (void)b;
    return z > 0 ? z : a * expm1f(z);
}
static float selu(float z, float a, float b) {
    return b * elu(z, a, 0);
}
static float softplus(float z, float a, float b) {
    (void)a, (void)b;
    return fmaxf(z, 0) + log1pf(expf(-fabsf(z)));
}
static float mish(float z, float a, float b) {
    return z * tanhf(softplus(z, a, b));
}
static float error_function(float z, float a, float b) {
    (void)a, (void)b;
    return erff(z);
}
static float exponential(float z, float a, float b) {
    (void)a, (void)b;
    return expf(z);
}
static float negative(float z, float a, float b) {
    (void)a, (void)b;
    return -z;
}
static float magnitude(float z, float a, float b) {
    (void)a, (void)b;
    return fabsf(z);
}

static const struct {
    const char *op;
    float (*value)(float z, float a, float b);
    const char *a, *b; /* attributes */
    float a_absent, b_absent;
} unary[] = {
    {"Relu", relu, NULL, NULL, 0, 0},
    {"LeakyRelu", leaky, "alpha", NULL, .01F, 0},
    {"Sigmoid", sigmoid, NULL, NULL, 0, 0},
    {"HardSigmoid", hard_sigmoid, "alpha", "beta", .2F, .5F},
    {"HardSwish", hard_swish, NULL, NULL, 0, 0},
    {"Tanh", hyperbolic, NULL, NULL, 0, 0},
    {"Elu", elu, "alpha", NULL, 1, 0},
    {"Selu", selu, "alpha", "gamma", 1.67326319217681884765625F, 1.05070102214813232421875F},
    {"Softplus", softplus, NULL, NULL, 0, 0},
    {"Mish", mish, NULL, NULL, 0, 0},
    {"Erf", error_function, NULL, NULL, 0, 0},
    {"Exp", exponential, NULL, NULL, 0, 0},
    {"Neg", negative, NULL, NULL, 0, 0},
    {"Abs", magnitude, NULL, NULL, 0, 0},
};

dk_status dk_onnx_fill_unary(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                             dk_error *err) {
    const dk_onnx_value *x = dk_onnx_input(c->m, from, 0);
    size_t k = 0;
    while (strcmp(unary[k].op, from->op) != 0) {
        k++;
    }
    if (!computed(c, n, x)) {
        return DK_OK;
    }
    float a = unary[k].a_absent, b = unary[k].b_absent;
    DK_TRY(unary[k].a ? dk_onnx_float(from, unary[k].a, a, &a, err) : DK_OK);
    DK_TRY(unary[k].b ? dk_onnx_float(from, unary[k].b, b, &b, err) : DK_OK);
    dk_status status;
    float *s = new_samples(c, err, &status);
    for (int i = 0; s && i < DK_ONNX_POINTS; i++) {
        s[i] = unary[k].value(sample(c, x->index, i), a, b);
    }
    if (s) {
        dk_onnx_give_function(c, n, x->index, s);
    }
    return status;
}

/* Bounds are attributes before opset 11, then inputs. */
dk_status dk_onnx_fill_clip(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_onnx_value *x = dk_onnx_input(c->m, from, 0);
    float bounds[2] = {-INFINITY, INFINITY};
    DK_TRY(dk_onnx_float(from, "min", bounds[0], &bounds[0], err));
    DK_TRY(dk_onnx_float(from, "max", bounds[1], &bounds[1], err));
    for (int k = 0; k < 2; k++) {
        const dk_onnx_value *bound = dk_onnx_input(c->m, from, 1 + k);
        bool is = false;
        DK_TRY(dk_onnx_scalar(c, bound, &is, &bounds[k], err));
        if (bound && !is) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": its bound '%s' is not a number in the file",
                            bound->name);
        }
    }
    if (n->why || !computed(c, n, x)) {
        return DK_OK;
    }
    dk_status status;
    float *s = new_samples(c, err, &status);
    for (int i = 0; s && i < DK_ONNX_POINTS; i++) {
        s[i] = fminf(fmaxf(sample(c, x->index, i), bounds[0]), bounds[1]);
    }
    if (s) {
        dk_onnx_give_function(c, n, x->index, s);
    }
    return status;
}
