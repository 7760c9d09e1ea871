/* What ACT, ADD and MUL share: r from inputs of one shape, then y = act(r), span by span in one layout and type. */
#ifndef DK_BACKEND_ONEDNN_POINTWISE_H
#define DK_BACKEND_ONEDNN_POINTWISE_H

#include "backend/onednn/flat.h"
#include "backend/onednn/port.h"

typedef struct {
    dk_dnn_plan plan;
    dk_act act;
    bool keep; /* r must be kept for the slopes */
    int inputs;
    size_t count; /* items of the layout, padding counted */
    const dk_dnn_kernels *items;
    dk_dnn_port *ports;
    const void **x; /* the inputs of this run in the common layout */
    void **dx;      /* and where their gradients go */
} dk_dnn_pointwise;

/* Chooses the layout (the first input's that is not plain). Refuses an activation that would make padding
 * other than 0, and shapes that differ. */
DK_CHECKED dk_status dk_dnn_pointwise_plan(dk_dnn_pointwise *p, const dk_plan_desc *d, dk_error *err);
void dk_dnn_pointwise_free(dk_dnn_plan *plan);

DK_CHECKED dk_status dk_dnn_pointwise_in(dk_dnn_pointwise *p, const dk_args *a, dk_error *err);
void dk_dnn_pointwise_gradients(dk_dnn_pointwise *p, const dk_args *a);
DK_CHECKED dk_status dk_dnn_pointwise_out(dk_dnn_pointwise *p, const dk_args *a, dk_error *err);

/* Where r goes, and what the slopes are told from: kept, or y itself. */
void *dk_dnn_pointwise_sums(const dk_dnn_pointwise *p, const dk_args *a);

#endif
