/* Operators of one input that work on each number by itself: formulas, which onnx_settle.c reads. */
#include <math.h>
#include <string.h>

#include "convert/onnx_context.h"

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

static float gelu(float z, float a, float b) {
    (void)a, (void)b;
    return z / 2 * (1 + erff(z * .70710678F));
}
static float gelu_tanh(float z, float a, float b) {
    (void)a, (void)b;
    return z / 2 * (1 + tanhf(.79788456F * (z + .044715F * z * z * z)));
}
static float clipped(float z, float least, float most) {
    return fminf(fmaxf(z, least), most);
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
    dk_onnx_formula f = {
        .one = unary[k].value, .x = x->index, .a = unary[k].a_absent, .b = unary[k].b_absent};
    DK_TRY(unary[k].a ? dk_onnx_float(from, unary[k].a, f.a, &f.a, err) : DK_OK);
    DK_TRY(unary[k].b ? dk_onnx_float(from, unary[k].b, f.b, &f.b, err) : DK_OK);
    return dk_onnx_give_function(c, n, &f, err);
}

/* By the error function, or as Darknet has it. */
dk_status dk_onnx_fill_gelu(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_onnx_value *x = dk_onnx_input(c->m, from, 0);
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(from, "approximate", &a, err));
    if (!computed(c, n, x)) {
        return DK_OK;
    }
    const bool tanh = a.there && dk_pb_is(&a.s, "tanh");
    return dk_onnx_give_function(c, n, &(dk_onnx_formula){.one = tanh ? gelu_tanh : gelu, .x = x->index},
                                 err);
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
    return dk_onnx_give_function(
        c, n, &(dk_onnx_formula){.one = clipped, .x = x->index, .a = bounds[0], .b = bounds[1]}, err);
}
