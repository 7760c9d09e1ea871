/* The heads of a net: layers that answer, layers that count a loss, and the parts of a picture's truth. Private to net/;
 * what others ask of heads is in net.h. */
#ifndef DK_NET_HEADS_H
#define DK_NET_HEADS_H

#include "net/net.h"

/* Lists answers, losses and truths; after all shapes are known. Answers stay alive to the end of a run. */
DK_CHECKED dk_status dk_net_find_heads(dk_net *net, dk_error *err);

/* Bytes of host memory that rows of several heads go through; 0 with one. */
size_t dk_net_heads_bytes(const dk_net *net);

/* Points the losses to their truth and writes it there; NULL: there is none in this run. */
DK_CHECKED dk_status dk_net_take_truth(dk_net *net, const float *truth, dk_error *err);

/* Had the last run a truth, and something that compares with it? */
bool dk_net_compared(const dk_net *net);

#endif
