/* A port brings an input into the layout that an operation works in, and its gradient back into the input's
 * own. Where the layouts agree it is nothing. Its bytes are in scratch. */
#ifndef DK_BACKEND_ONEDNN_PORT_H
#define DK_BACKEND_ONEDNN_PORT_H

#include "backend/onednn/layout.h"
#include "backend/onednn/primitive.h"

typedef struct {
    dk_dnn_primitive in, out;
    size_t in_at, out_at, pad_at; /* in scratch */
} dk_dnn_port;

/* Adds to the plan's scratch. */
DK_CHECKED dk_status dk_dnn_port_open(dk_dnn_port *p, dk_dnn_plan *plan, const dk_tensor *x,
                                      const dnnl_memory_desc_t *inside, bool train, dk_error *err);
void dk_dnn_port_free(dk_dnn_port *p);

/* x in the layout of the operation. */
DK_CHECKED dk_status dk_dnn_port_in(dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *x,
                                    const void **inside, dk_error *err);
/* Where the operation puts the gradient; then the way out. NULL dx: NULL, and nothing. */
void *dk_dnn_port_gradient(const dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *dx);
DK_CHECKED dk_status dk_dnn_port_out(dk_dnn_port *p, const dk_dnn_plan *plan, const dk_tensor *dx,
                                     dk_error *err);

#endif
