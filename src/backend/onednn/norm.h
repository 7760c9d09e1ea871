/* Batch normalisation with its activation, over any layout of dk_dnn_planes: y = act(γ·(z − μ)/sqrt(σ² + ε) +
 * β). Used by the operation NORM and by CONV and DENSE with norm. z, y and their gradients share one layout and
 * type; statistics are floats.
 */
#ifndef DK_BACKEND_ONEDNN_NORM_H
#define DK_BACKEND_ONEDNN_NORM_H

#include "backend/onednn/layout.h"

typedef struct {
    dk_dnn_planes planes;
    dk_act act;
    float momentum;
    int threads;
    const dk_dnn_kernels *best; /* measures; what needs the activation may have to use the plain set */
    size_t kept, scratch;       /* bytes */
} dk_dnn_norm;

/* DK_EUNSUPPORTED for a layout that our kernels cannot see. */
DK_CHECKED dk_status dk_dnn_norm_plan(dk_dnn_norm *k, const dk_dnn *e, const dk_tensor *z, dk_act act,
                                      float momentum, dk_error *err);

/* Training: by the batch's statistics, which go into the rolling ones and, for backward, into kept. */
void dk_dnn_norm_forward(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y, void *kept,
                         void *scratch);
/* dz, and the gradients of scales and biases unless dw is NULL. */
void dk_dnn_norm_backward(const dk_dnn_norm *k, const dk_weights *w, const dk_weights *dw, const void *z,
                          const void *dy, void *dz, void *kept, void *scratch);
/* By the rolling statistics. Needs `kept` bytes for the call only. */
void dk_dnn_norm_infer(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y, void *kept);

/* "avx512" … : the set that runs. */
const char *dk_dnn_norm_name(const dk_dnn_norm *k);

#endif
