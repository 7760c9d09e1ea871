/* An activation is a short list of nodes. The formulas are those of backend/activation.h; where several would do, one that
 * readers with few operators have. */
#include "convert/onnx_act.h"

#include <stdio.h>
#include <string.h>

enum {
    X = 0,
    NONE = -1,
    NUMBER = -2
}; /* inputs: the activation's own; else the node of that number, from 1 */

/* A node: inputs a and b; a NUMBER stands for v[0], in Clip for both. Attributes take v[0] and v[1]. */
typedef struct {
    const char *op;
    int a, b;
    float v[2];
    const char *attributes[2];
} step;
enum { STEPS = 9 };

static const step programs[DK_ACT_COUNT][STEPS] = {
    [DK_ACT_LINEAR] = {{"Identity", X, NONE}},
    [DK_ACT_RELU] = {{"Relu", X, NONE}},
    /* Clip would be one node, but OpenCV 4.6 reads it with attributes alone, which opset 13 has not. */
    [DK_ACT_RELU6] = {{"HardSigmoid", X, NONE, {1 / 6.F, 0}, {"alpha", "beta"}}, {"Mul", 1, NUMBER, {6}}},
    [DK_ACT_LEAKY] = {{"LeakyRelu", X, NONE, {.1F}, {"alpha"}}},
    [DK_ACT_LOGISTIC] = {{"Sigmoid", X, NONE}},
    [DK_ACT_TANH] = {{"Tanh", X, NONE}},
    [DK_ACT_ELU] = {{"Elu", X, NONE, {1}, {"alpha"}}},
    [DK_ACT_SELU] = {{"Selu", X, NONE, {1.6732632423543773F, 1.0507009873554805F}, {"alpha", "gamma"}}},
    [DK_ACT_SWISH] = {{"Sigmoid", X, NONE}, {"Mul", X, 1}},
    [DK_ACT_MISH] = {{"Softplus", X, NONE}, {"Tanh", 1, NONE}, {"Mul", X, 2}},
    /* z·clip(z/2 + 1, 0, 1) */
    [DK_ACT_HARD_MISH] = {{"HardSigmoid", X, NONE, {.5F, 1}, {"alpha", "beta"}}, {"Mul", X, 1}},
    /* z/2·(1 + tanh(√(2/π)·z·(1 + .044715·z²))) */
    [DK_ACT_GELU] = {{"Mul", X, X},
                     {"Mul", 1, NUMBER, {.044715F}},
                     {"Add", 2, NUMBER, {1}},
                     {"Mul", 3, X},
                     {"Mul", 4, NUMBER, {.7978845608028654F}},
                     {"Tanh", 5, NONE},
                     {"Add", 6, NUMBER, {1}},
                     {"Mul", 7, X},
                     {"Mul", 8, NUMBER, {.5F}}},
    [DK_ACT_RAMP] = {{"Relu", X, NONE}, {"Mul", X, NUMBER, {.1F}}, {"Add", 1, 2}},
    [DK_ACT_RELIE] = {{"LeakyRelu", X, NONE, {.01F}, {"alpha"}}},
    [DK_ACT_HARDTAN] = {{"Clip", X, NUMBER, {-1, 1}}},
    /* HardSwish is of opset 14 */
    [DK_ACT_HARD_SWISH] = {{"HardSigmoid", X, NONE, {1 / 6.F, .5F}, {"alpha", "beta"}}, {"Mul", X, 1}},
    [DK_ACT_LOGGY] = {{"Mul", X, NUMBER, {.5F}}, {"Tanh", 1, NONE}},
};

static const char *value_name(char *out, size_t room, const char *name, int node) {
    snprintf(out, room, "%s/%d", name, node);
    return out;
}

static void put_number(dk_onnx_writer *w, const char *name, int node, int which, float v, char *out,
                       size_t room) {
    snprintf(out, room, "%s/%d/%s", name, node, which ? "max" : "number");
    dk_onnx_floats(w, out, NULL, 0, &v);
}

void dk_onnx_write_act(dk_onnx_writer *w, dk_act act, const char *x, const char *y, const char *name) {
    const step *s = programs[act];
    int count = 0;
    while (count < STEPS && s[count].op) {
        count++;
    }
    for (int i = 0; i < count; i++) {
        char node[160], numbers[2][176], input[160];
        const int inputs[] = {s[i].a, s[i].b};
        const int values = s[i].b != NUMBER ? 0 : strcmp(s[i].op, "Clip") == 0 ? 2 : 1;
        value_name(node, sizeof node, name, i + 1);
        for (int k = 0; k < values; k++) {
            put_number(w, name, i + 1, k, s[i].v[k], numbers[k], sizeof numbers[k]);
        }
        dk_onnx_begin(w, s[i].op, node);
        for (int k = 0; k < 2 && inputs[k] >= 0; k++) {
            dk_onnx_in(w, inputs[k] == X ? x : value_name(input, sizeof input, name, inputs[k]));
        }
        for (int k = 0; k < values; k++) {
            dk_onnx_in(w, numbers[k]);
        }
        for (int k = 0; k < 2 && s[i].attributes[k]; k++) {
            dk_onnx_attribute_float(w, s[i].attributes[k], s[i].v[k]);
        }
        dk_onnx_out(w, i == count - 1 ? y : node);
        dk_onnx_end(w);
    }
}
