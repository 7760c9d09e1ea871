/* Windows of a model in the words of a cfg. */
#ifndef DK_CONVERT_WINDOW_KEY_H
#define DK_CONVERT_WINDOW_KEY_H

#include "convert/graph.h"

enum { DK_WINDOW_SIDE = 63 }; /* of layers, at most */

/* The padding of a convolution with a square window, as a line: "pad=same\n", or nothing for none. false: no layer has
 * it. */
bool dk_window_pad_key(char out[32], const dk_graph *g, const dk_graph_node *n);

/* The padding of a [maxpool] or [local_avgpool] that has the node's windows, or −1: none has. */
int dk_window_pool_padding(const dk_graph *g, const dk_graph_node *n);

#endif
