/* Between the walk over nodes and layers and what each kind of node must be equal in. */
#ifndef DK_CONVERT_MATCH_H
#define DK_CONVERT_MATCH_H

#include "convert/import.h"

typedef struct {
    dk_net *net;
    const dk_graph *g;
    dk_import *out;
    int *layers;               /* of all nodes: the layer that each is; only of those that were matched */
    bool *fused;               /* per node: part of the layer before it */
    int next;                  /* the layer to look at */
    int last_node, last_layer; /* the last ones with weights */
} dk_match;

/* Which operation a node may be, and what must be equal beside its feeds. */
typedef struct {
    dk_op ops[2];
    dk_status (*match)(dk_match *, const dk_graph_node *, dk_layer *, dk_error *);
} dk_match_rule;
extern const dk_match_rule dk_match_rules[DK_NODE_SAME]; /* of all kinds that may be layers */

/* The layer whose output this one is, through those that only pass it on; −1: the picture. */
int dk_match_through(const dk_net *net, int layer);

#endif
