/* A model as the text of a cfg: a section a layer, each with a comment that names the node it is. */
#ifndef DK_CONVERT_WRITE_CFG_H
#define DK_CONVERT_WRITE_CFG_H

#include "base/text.h"
#include "convert/graph.h"

/* Errors name the first node that is no layer, and why: DK_EUNSUPPORTED, what the node was refused with. */
DK_CHECKED dk_status dk_graph_write_cfg(const dk_graph *g, dk_buffer *out, dk_error *err);

#endif
