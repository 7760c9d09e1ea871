/* Between the files that make a graph of an ONNX model. */
#ifndef DK_CONVERT_ONNX_CONTEXT_H
#define DK_CONVERT_ONNX_CONTEXT_H

#include "convert/onnx_graph.h"
#include "tensor/tensor.h"

/* How a node makes a number of each number: of one value with two numbers, or of two sides, of which one may be a number. */
typedef struct {
    float (*one)(float x, float a, float b); /* NULL: the other */
    float (*two)(float x, float y);
    int x, y; /* values; −1: the number a, or b */
    float a, b;
} dk_onnx_formula;

/* What is known of a value on the way. */
typedef struct {
    bool known;     /* its dims are */
    dk_shape shape; /* of the layer's output that it is, whatever its dims have become by reshapes */
    int base;       /* the value that it is a function of, each number by itself: often itself */
    float *samples; /* of that function, at dk_onnx_point; NULL: it is the base */
    const dk_onnx_formula *formula; /* its last step; NULL: it is the base */
    bool sayable;                   /* layers can compute it */
    int reads;                      /* inputs of nodes that it is */
    int64_t *ints;                  /* dims that were worked out; NULL: none */
    int int_count;
    const dk_graph_node *moved; /* what has changed the order of its numbers; NULL: nothing */
} dk_onnx_fact;

typedef struct {
    const dk_onnx *m;
    dk_graph *g;
    dk_onnx_fact *facts; /* of all values */
} dk_onnx_context;

/* Fills the node for one operator, or refuses it. Errors are those of a broken file. */
typedef dk_status (*dk_onnx_fill)(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                  dk_error *err);

/* An operator that is known: how it is read, and which attributes say nothing else. */
typedef struct {
    const char *op;
    dk_onnx_fill fill;      /* NULL: refused with `why` */
    const char *attributes; /* "alpha beta" */
    const char *why;
} dk_onnx_operator;
extern const dk_onnx_operator dk_onnx_operators[]; /* ends with op NULL */

/* ---- onnx_graph.c ---- */

/* Adds the value as the next input of the node, as a layer's output: a function of one becomes an activation. false and
 * refused: there is none, or it is a constant. */
bool dk_onnx_take(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_value *v);

/* The same for nodes that need not know the order of the numbers. */
bool dk_onnx_take_moved(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_value *v);

/* The same of input i, whose dims must be those of a layer's output: N, channels, rows, columns, or N, channels. */
bool dk_onnx_take_planes(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n, int i);

/* Sets the dims of the node's output, those of a layer's output: rank 2 or 4. */
void dk_onnx_give(const dk_onnx_context *c, dk_graph_node *n, int rank, int channels, int rows, int columns);

/* The same dims and values as the node's first input. */
void dk_onnx_give_same(const dk_onnx_context *c, dk_graph_node *n);

/* The graph's value of a constant, or NULL: it is none. */
const dk_graph_value *dk_onnx_constant(const dk_onnx_context *c, const dk_onnx_value *v);

/* Is it a constant of one number? Then *out is that. */
DK_CHECKED dk_status dk_onnx_scalar(const dk_onnx_context *c, const dk_onnx_value *v, bool *is, float *out,
                                    dk_error *err);

/* A number of an attribute, or what it is without. */
DK_CHECKED dk_status dk_onnx_int(const dk_onnx_node *n, const char *name, int absent, int *out,
                                 dk_error *err);
DK_CHECKED dk_status dk_onnx_float(const dk_onnx_node *n, const char *name, float absent, float *out,
                                   dk_error *err);

/* Whole numbers of an attribute, or of the constant input i (−1: none): at most `room`; *count −1: neither is there. */
DK_CHECKED dk_status dk_onnx_list(const dk_onnx_context *c, const dk_onnx_node *n, const char *name, int i,
                                  int64_t *out, int room, int *count, dk_error *err);

/* ---- onnx_settle.c: what functions of each number are as layers ---- */

enum { DK_ONNX_POINTS = 41 };
float dk_onnx_point(int i); /* where functions are sampled: −10 to 10 */

/* Makes the function that gives this value a node, if it is none yet; false and refused: no layers compute it. */
bool dk_onnx_settle(const dk_onnx_context *c, const dk_onnx_value *v);

/* Is the value a·base + b? */
bool dk_onnx_is_affine(const dk_onnx_context *c, int value, float *a, float *b);

/* The node gives a function of what its sides are one of. It takes no input: dk_onnx_settle does, where somebody reads it. */
DK_CHECKED dk_status dk_onnx_give_function(const dk_onnx_context *c, dk_graph_node *n,
                                           const dk_onnx_formula *formula, dk_error *err);

/* ---- onnx_function.c, onnx_binary.c: each number by itself ---- */

dk_status dk_onnx_fill_unary(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                             dk_error *err);
dk_status dk_onnx_fill_gelu(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_clip(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_binary(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err);
dk_status dk_onnx_fill_sum(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_error *err);

/* ---- onnx_weighted.c, onnx_pool.c, onnx_shape.c ---- */

dk_status dk_onnx_fill_conv(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_gemm(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_matmul(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err);
dk_status dk_onnx_fill_norm(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);

dk_status dk_onnx_fill_maxpool(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);
dk_status dk_onnx_fill_avgpool(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);
dk_status dk_onnx_fill_mean(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_resize(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err);
dk_status dk_onnx_fill_softmax(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);

dk_status dk_onnx_fill_concat(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err);
dk_status dk_onnx_fill_slice(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                             dk_error *err);
dk_status dk_onnx_fill_pad(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_error *err);
dk_status dk_onnx_fill_same(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);
dk_status dk_onnx_fill_flatten(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);
dk_status dk_onnx_fill_reshape(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);
dk_status dk_onnx_fill_squeeze(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err);
dk_status dk_onnx_fill_transpose(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                 dk_error *err);
dk_status dk_onnx_fill_constant(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                dk_error *err);
dk_status dk_onnx_fill_dims(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err);

/* Window, steps and padding of a Conv or a pool over its first input, which must have rows and columns, and the dims of
 * its output. Refused: others than layers have. */
DK_CHECKED dk_status dk_onnx_window(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                    int kh, int kw, int channels, dk_error *err);

#endif
