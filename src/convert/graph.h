/* A model of any format as nodes that read each other's values: what the matching of operators to layers walks. A
 * format's own file (tflite_graph.c …) fills it in; what it cannot say of a node it refuses, and the walk that comes to
 * that node fails with the text: a part of a model that nobody wants may hold anything. */
#ifndef DK_CONVERT_GRAPH_H
#define DK_CONVERT_GRAPH_H

#include <stdbool.h>

#include "base/arena.h"
#include "image/warp.h"

enum { DK_GRAPH_RANK = 8, DK_GRAPH_PICTURE = -1, DK_GRAPH_NOTHING = -2 };

/* A tensor. */
typedef struct {
    const char *name, *type; /* printable: "conv1/weights", "float32" */
    int index;               /* among the graph's */
    int rank, dims[DK_GRAPH_RANK];
    bool constant;  /* its values stand in the file */
    bool answers;   /* the model gives it to whoever runs it */
    bool moved;     /* in another order than the layer's output that it is */
    const void *of; /* what the format has for it */
} dk_graph_value;

/* What a node does. DK_NODE_NORM scales and shifts each channel. DK_NODE_ACT is an activation by itself. DK_NODE_SAME passes
 * its first input on, as other dims or another number type. DK_NODE_PAD puts cells around it. DK_NODE_NONE works out what
 * other nodes have taken in already: dims of a reshape, the inside of an activation. */
typedef enum {
    DK_NODE_CONV,
    DK_NODE_DENSE,
    DK_NODE_MAX,  /* of each window */
    DK_NODE_MEAN, /* the same, over the cells inside the picture; or over all rows and columns */
    DK_NODE_NORM,
    DK_NODE_ADD,
    DK_NODE_MUL, /* x[1] has one value a channel */
    DK_NODE_CONCAT,
    DK_NODE_SLICE,
    DK_NODE_RESAMPLE,
    DK_NODE_SOFTMAX,
    DK_NODE_ACT,
    DK_NODE_SAME,
    DK_NODE_PAD,
    DK_NODE_NONE,
    DK_NODE_OTHER
} dk_node_kind;

typedef struct {
    int kh, kw, stride_y, stride_x, dilation_y, dilation_x;
} dk_graph_window;

/* How weights stand in the file: outputs, inputs of a group, rows and columns of the window. DK_ORDER_HWO is that of
 * depthwise ones, which have one input. */
typedef enum { DK_ORDER_OIHW, DK_ORDER_OHWI, DK_ORDER_HWO, DK_ORDER_IHWO } dk_weight_order;

typedef struct dk_graph_node dk_graph_node;

/* Rows and columns of zeros around a tensor, and which PAD put them there. */
typedef struct {
    int top, bottom, left, right;
    const dk_graph_node *op;  /* the last PAD, or NULL: none */
    const dk_graph_value *of; /* what it was before the first */
} dk_padding;

/* Where an input comes from: a node's index, or DK_GRAPH_PICTURE. */
typedef struct {
    int node;
    dk_padding padding;
} dk_graph_feed;

struct dk_graph_node {
    dk_node_kind kind;
    const char *name;  /* the operator: "CONV_2D" */
    const char *label; /* the node's own name, or NULL */
    int index;
    const dk_graph_value **x; /* inputs without weights; an entry is NULL when it is left out */
    int x_count;
    const dk_graph_value *y; /* NULL: it has no output */

    /* CONV, DENSE: biases NULL: it has none, they are 0. */
    const dk_graph_value *weights, *biases;
    dk_weight_order order;
    dk_graph_window window; /* of a CONV */
    int groups;             /* 0: as many as there are input channels */
    int inputs, outputs;    /* channels: inputs of one group; DENSE: all inputs */
    const char *act;        /* what it ends in, and what an ACT is: as a cfg calls it, or "none" … */
    bool same;              /* TensorFlow's padding: output = input / stride rounded up */
    bool ceil;              /* MAX, MEAN: a last window that begins inside counts, too */
    int pads[4]
            [2]; /* zeros before and after batch, rows, columns, channels: of a PAD, or of a window itself */
    float pad_value;
    bool mirrors; /* a PAD with other cells than zeros */
    bool whole;   /* MEAN: over the whole picture */

    /* NORM: (x − mean)/sqrt(variance + eps)·scales + shifts with statistics; without (mean NULL) factor·x·scales + offset +
     * shifts, where scales may divide and shifts be taken off. What is NULL is 1 or 0. */
    const dk_graph_value *scales, *shifts, *mean, *variance;
    float eps, factor, offset;
    bool divides, takes_off;

    int first, count; /* SLICE: channels */
    int times;        /* RESAMPLE: each cell, in rows and columns; times factor */
    float beta;       /* SOFTMAX: factor of its input */
    int runs;         /* SOFTMAX: equal runs of the input, each by itself */
    bool spatial;     /* SOFTMAX: over the channels of each cell */

    /* Set by dk_graph_resolve. */
    dk_graph_feed *feeds;  /* of x */
    int readers;           /* how many inputs of other nodes its output is */
    dk_graph_node *reader; /* the last of them */
    bool answers;          /* its output is the model's */

    const char *why; /* it cannot be read: the whole text; NULL: it can */
    dk_status status;
};

typedef struct dk_graph dk_graph;
struct dk_graph {
    dk_arena *arena; /* its own, or borrowed from the model */
    const char *path;
    const char *word; /* what the format calls a node: "operator" */
    int rows;         /* the index of rows among four dims; columns follow */
    dk_graph_value *values;
    dk_graph_node *nodes;
    int value_count, node_count;
    const dk_graph_value *input; /* the picture */
    bool tells_input;            /* the model says what pixels it wants, which is: */
    dk_input_conf input_conf;
    const char *pixels; /* else: what such models often want, for people */
    const void *model;
    /* All values of a constant as float32, in the file's order. */
    dk_status (*read)(const dk_graph *, const dk_graph_value *, float *out, dk_error *);
};

/* Finds out which node reads which, looking through SAME and PAD. DK_ENOMEM; nodes that cannot be read are refused. */
DK_CHECKED dk_status dk_graph_resolve(dk_graph *g, dk_error *err);

/* The node that alone reads what this one gives, or NULL. */
dk_graph_node *dk_graph_sole_reader(const dk_graph_node *n);

/* Refuses a node, the first time only: the text becomes "PATH operator 3 NAME…" with what is given behind it. */
void dk_graph_refuse(const dk_graph *g, dk_graph_node *n, dk_status status, const char *format, ...)
    DK_PRINTF(4, 5);

/* "PATH operator 3 CONV_2D ('name' 8x3x3x16)": where in the model; the value may be NULL. */
const char *dk_graph_where(const dk_graph *g, const dk_graph_node *n, const dk_graph_value *v);

/* "8x3x3x16" into out[64]; returns out. */
const char *dk_graph_dims(char out[64], const dk_graph_value *v);

/* Number of values; dims are checked so that this is right. */
size_t dk_graph_count(const dk_graph_value *v);

#endif
