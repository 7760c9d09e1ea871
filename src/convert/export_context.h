/* Between the files that write a network as an ONNX model. */
#ifndef DK_CONVERT_EXPORT_CONTEXT_H
#define DK_CONVERT_EXPORT_CONTEXT_H

#include "convert/export.h"
#include "convert/onnx_writer.h"

/* A layer's output in the model. */
typedef struct {
    const char *name;
    bool flat;          /* N, features in place of N, channels, rows, columns */
    const char *planes; /* the same as planes, once somebody has wanted it, or NULL */
} dk_export_value;

typedef struct {
    const dk_net *net;
    const dk_export_options *options;
    dk_onnx_writer *w;
    dk_arena *arena;         /* of names */
    dk_export_value *values; /* of all layers, and of the network's input at −1 */
} dk_export_context;

/* Writes what a layer does from its inputs to its value, whose name is set; it sets `flat`. */
typedef dk_status (*dk_export_write)(dk_export_context *c, const dk_layer *l, dk_error *err);
extern const dk_export_write dk_export_writers[DK_OP_COUNT];

/* "3_convolutional/what", or without what. NULL when memory is out: callers write "" then, and the end tells it. */
const char *dk_export_name(dk_export_context *c, const dk_layer *l, const char *what);

/* Input i of a layer as N, channels, rows, columns, or as N, features: reshaped where it is not that. */
const char *dk_export_planes(dk_export_context *c, const dk_layer *l, int i);
const char *dk_export_flat(dk_export_context *c, const dk_layer *l, int i);

/* A node of one input. */
void dk_export_node(dk_export_context *c, const char *op, const char *x, const char *y);

/* Values of a layer into host memory, which the arena keeps. DK_ENOMEM. */
DK_CHECKED dk_status dk_export_read(dk_export_context *c, const float *from, size_t n, float **out,
                                    dk_error *err);

/* ---- export_weighted.c ---- */
dk_status dk_export_conv(dk_export_context *c, const dk_layer *l, dk_error *err);
dk_status dk_export_dense(dk_export_context *c, const dk_layer *l, dk_error *err);
dk_status dk_export_norm(dk_export_context *c, const dk_layer *l, dk_error *err);

/* What stands between the weights' output x and the layer's value: its normalisation, unless it is folded, and its
 * activation. */
DK_CHECKED dk_status dk_export_end(dk_export_context *c, const dk_layer *l, const char *x, bool norm,
                                   dk_error *err);

#endif
