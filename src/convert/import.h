/* From a model to the parameters of a network. The model's nodes and the network's layers are walked side by side; they
 * must do the same, in the same order, fed by the same outputs. Batch normalisation is folded into most models: where the
 * network has it, it becomes the identity (statistics.h makes it live). */
#ifndef DK_CONVERT_IMPORT_H
#define DK_CONVERT_IMPORT_H

#include "convert/graph.h"
#include "net/net.h"

enum { DK_IMPORT_NORMS = 4 };

/* A layer with parameters, and where they come from. */
typedef struct {
    dk_layer *layer;
    const dk_graph_node *node;
    const dk_graph_value *weights; /* NULL: it only scales and shifts */
    const dk_graph_value *biases;  /* NULL: the node has none, they are 0 */
    const dk_graph_node
        *norms[DK_IMPORT_NORMS]; /* what scales and shifts behind the node, or the node itself */
    int norm_count;
    int stride, model_stride; /* of the window where they differ, else 0: same weights, another function */
    bool summed;              /* the network's input is grey: filters are summed over red, green and blue */
} dk_import_row;

typedef struct {
    dk_import_row *rows; /* in layer order */
    int count;
    int fresh;                    /* the first layer with parameters that keeps its own; net->count: none */
    const dk_graph_node *classes; /* the node whose outputs are not as many as that layer's, or NULL */
    const dk_graph_node *unused;  /* the first node that the network has no layer for, or NULL */
} dk_import;

/* Finds out what goes where, and changes nothing. The rows live in the net's arena.
 *
 * The classifier stays as it is when the model ends before it or has another number of classes. Errors name
 * node, tensor and the cfg's line. DK_ESHAPE: a layer is not what the node is (kind, window, padding
 * at the network's own size, groups, channels, activation, feeding layers). Another stride is no error: it is a way to
 * fit a network to another size of pictures, and the weights stay right. What a node was refused with: an operator that
 * is not known here, and the like. */
DK_CHECKED dk_status dk_import_match(dk_import *out, dk_net *net, const dk_graph *graph, dk_error *err);

/* Sets weights and biases. Normalisations are the model's own where it has them, else the identity; where the layer has
 * none, the model's are folded into its weights. A failure leaves the net half filled. */
DK_CHECKED dk_status dk_import_fill(const dk_import *import, dk_net *net, const dk_graph *graph,
                                    dk_error *err);

#endif
