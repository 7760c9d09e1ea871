/* PAD operators: zeros around what a convolution reads. Keras writes its strided convolutions so: PAD, then a window
 * without padding of its own. */
#ifndef DK_CONVERT_PADDING_H
#define DK_CONVERT_PADDING_H

#include "convert/graph.h"

/* Adds what the node pads its input with. false, and refused (DK_EUNSUPPORTED): something else than 0..64 rows and
 * columns of zeros. */
bool dk_padding_add(dk_padding *padding, const dk_graph *g, dk_graph_node *n);

/* Is it what SAME would give this window? h, w: the input's rows and columns. */
bool dk_padding_is_same(const dk_padding *padding, const dk_graph_window *window, int h, int w);

/* TensorFlow's SAME along one axis: output = input / stride rounded up; of an odd number of cells one more is after. */
void dk_padding_same(int in, int window, int stride, int dilation, int *before, int *after);

#endif
