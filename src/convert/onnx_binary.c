/* Nodes of two inputs: of one value they are functions of it; with numbers for each channel they scale or shift it; of two
 * layers' outputs they are layers. */
#include <math.h>
#include <string.h>

#include "convert/onnx_context.h"

typedef struct {
    const char *op;
    float (*value)(float a, float b);
} operation;

static float sum(float a, float b) {
    return a + b;
}
static float difference(float a, float b) {
    return a - b;
}
static float product(float a, float b) {
    return a * b;
}
static float quotient(float a, float b) {
    return a / b;
}

static const operation operations[] = {{"Add", sum},      {"Sub", difference}, {"Mul", product},
                                       {"Div", quotient}, {"Min", fminf},      {"Max", fmaxf}};

static const operation *operation_of(const char *op) {
    const operation *o = operations;
    while (strcmp(o->op, op) != 0) {
        o++;
    }
    return o;
}

/* ---- numbers for each channel ---- */

/* Do the constant's dims reach along the channels of x alone? */
static bool is_per_channel(const dk_graph_value *k, const dk_graph_value *x) {
    const int channel = x->rank - 1; /* counted from the last dim, which is 1 */
    for (int i = 0; i < k->rank; i++) {
        if (k->dims[i] != (k->rank - i == channel ? x->dims[1] : 1)) {
            return false;
        }
    }
    return k->rank >= channel && k->rank <= x->rank;
}

static void give_norm(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n, int constant) {
    const char op = from->op[0]; /* A S M D */
    const dk_graph_value *k = dk_onnx_constant(c, dk_onnx_input(c->m, from, constant));
    if (!dk_onnx_take_planes(c, from, n, 1 - constant)) {
        return;
    }
    const bool inverse = op == 'D' && constant == 0;
    if (!is_per_channel(k, n->x[0]) || inverse || strcmp(from->op, "Min") == 0 ||
        strcmp(from->op, "Max") == 0) {
        char dims[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": takes the constant '%s' (%s); layers scale and shift by one number a channel",
                        k->name, dk_graph_dims(dims, k));
        return;
    }
    n->kind = DK_NODE_NORM;
    n->factor = op == 'S' && constant == 0 ? -1 : 1;
    n->takes_off = op == 'S' && constant == 1;
    n->divides = op == 'D';
    *(op == 'M' || op == 'D' ? &n->scales : &n->shifts) = k;
    dk_onnx_give_same(c, n);
}

/* ---- layers ---- */

static bool equal_dims(const dk_graph_value *a, const dk_graph_value *b) {
    return a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

static void give_sum(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n) {
    for (int i = 0; i < from->input_count; i++) {
        if (!dk_onnx_take_planes(c, from, n, i)) {
            return;
        }
        if (!equal_dims(n->x[0], n->x[i])) {
            char a[64], b[64];
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": adds %s and %s; layers add equal ones",
                            dk_graph_dims(a, n->x[0]), dk_graph_dims(b, n->x[i]));
            return;
        }
    }
    n->kind = DK_NODE_ADD;
    dk_onnx_give_same(c, n);
}

/* x[1] becomes the one with one value a channel. */
static void give_product(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n) {
    if (!dk_onnx_take_planes(c, from, n, 0) || !dk_onnx_take_planes(c, from, n, 1)) {
        return;
    }
    const dk_graph_value *x = n->x[0], *s = n->x[1];
    if (x->rank == 4 && x->dims[2] * x->dims[3] == 1) {
        n->x[0] = s;
        n->x[1] = x;
    }
    const dk_shape big = c->facts[n->x[0]->index].shape, small = c->facts[n->x[1]->index].shape;
    if (n->x[0]->rank != n->x[1]->rank || small.h != 1 || small.w != 1 || small.c != big.c) {
        char a[64], b[64];
        dk_graph_refuse(
            c->g, n, DK_EUNSUPPORTED,
            ": multiplies %s and %s; a layer multiplies each channel of one by one value of the other",
            dk_graph_dims(a, x), dk_graph_dims(b, s));
        return;
    }
    n->kind = DK_NODE_MUL;
    dk_onnx_give_same(c, n);
}

/* ---- which of these ---- */

static dk_status give_two(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                          const operation *o, const dk_onnx_value *a, const dk_onnx_value *b, dk_error *err) {
    if (!c->facts[a->index].known || !c->facts[b->index].known) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": reads what no earlier node gives as far as they are read");
    } else if (c->facts[a->index].base == c->facts[b->index].base) {
        return dk_onnx_give_function(c, n, &(dk_onnx_formula){.two = o->value, .x = a->index, .y = b->index},
                                     err);
    } else if (o->value == sum) {
        give_sum(c, from, n);
    } else if (o->value == product) {
        give_product(c, from, n);
    } else {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": works on two layers' outputs, which no layer does");
    }
    return DK_OK;
}

dk_status dk_onnx_fill_binary(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err) {
    const operation *o = operation_of(from->op);
    const dk_onnx_value *v[2];
    const dk_graph_value *k[2];
    dk_onnx_formula f = {.two = o->value};
    float *const numbers[] = {&f.a, &f.b};
    bool number[2] = {false, false};
    if (from->input_count != 2) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": has %d inputs; 2 are read", from->input_count);
        return DK_OK;
    }
    for (int i = 0; i < 2; i++) {
        v[i] = dk_onnx_input(c->m, from, i);
        k[i] = dk_onnx_constant(c, v[i]);
        DK_TRY(dk_onnx_scalar(c, v[i], &number[i], numbers[i], err));
        *(i == 0 ? &f.x : &f.y) = v[i] && !number[i] ? v[i]->index : -1;
    }
    if (!v[0] || !v[1] || (k[0] && k[1])) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": %s",
                        v[0] && v[1] ? "works on constants" : "lacks an input");
    } else if (!k[0] && !k[1]) {
        return give_two(c, from, n, o, v[0], v[1], err);
    } else if (!c->facts[v[k[0] ? 1 : 0]->index].known) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": reads what no earlier node gives as far as they are read");
    } else if (number[0] || number[1]) {
        return dk_onnx_give_function(c, n, &f, err);
    } else {
        give_norm(c, from, n, k[0] ? 0 : 1);
    }
    return DK_OK;
}

dk_status dk_onnx_fill_sum(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_error *err) {
    (void)err;
    give_sum(c, from, n);
    return DK_OK;
}
