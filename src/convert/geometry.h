/* What a weighted operation does to its input, in the same words for a node of a model and a layer. */
#ifndef DK_CONVERT_GEOMETRY_H
#define DK_CONVERT_GEOMETRY_H

#include "convert/padding.h"
#include "layer/layer.h"

typedef struct {
    int groups, inputs, outputs; /* channels: inputs of one group, all outputs */
    int kh, kw, stride_y, stride_x, dilation_y, dilation_x;
    int top, bottom, left, right; /* zero padding */
} dk_geometry;

/* Of a layer whose operation is CONV, POOL (no channels) or DENSE (a window as large as its input). */
dk_geometry dk_geometry_of_layer(const dk_layer *l);

/* Of a node with weights or windows, run on the layer's input. Zeros before it that are what SAME gives at the model's own size are
 * SAME at the layer's, too, unless the layer has them as they are. */
dk_geometry dk_geometry_of_node(const dk_graph *g, const dk_graph_node *n, const dk_layer *l);

/* What is padded, or there, behind the last window counts for nothing: takes it off the padding below and on the right,
 * which are negative then when the window ends before the input x does. Equal windows have equal padding after it. */
void dk_geometry_trim(dk_geometry *g, dk_shape x);

/* "pad=same", "padding=1", "no pad of a layer": what a layer must have for such a window behind PAD on the input x. */
const char *dk_geometry_pad_key(char out[32], const dk_graph *graph, const dk_padding *padding,
                                const dk_geometry *g, dk_shape x);

/* One thing that both have, for a comparison that can tell what differs. */
typedef struct {
    size_t at;              /* of an int in dk_geometry */
    const char *key, *what; /* the key of a cfg, and in words */
    enum {
        DK_GEOMETRY_WEIGHTS,
        DK_GEOMETRY_STRIDE,
        DK_GEOMETRY_PADDING
    } kind; /* what of an operation it is part of */
} dk_geometry_row;
extern const dk_geometry_row
    dk_geometry_rows[]; /* ends with key NULL; "filters" (of a connected layer: output) is last */

#endif
