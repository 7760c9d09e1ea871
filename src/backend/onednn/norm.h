/* Batch normalisation with its activation, over any layout of dk_dnn_planes: y = act(γ·(z − μ)/sqrt(σ² + ε) +
 * β). Used by the operation NORM and by CONV and DENSE with norm. z, y and their gradients share one layout and
 * type; statistics are floats.
 * A job is one of its three works over one tensor: measuring each image, merging what was measured, finishing each
 * image. dk_dnn_norm_run does it all with all threads; or the caller measures every image, when its values are still in
 * the cache, merges, and finishes every image: in any order, by any thread. */
#ifndef DK_BACKEND_ONEDNN_NORM_H
#define DK_BACKEND_ONEDNN_NORM_H

#include "backend/onednn/layout.h"

typedef struct {
    dk_dnn_planes planes;
    dk_act act;
    float momentum;
    dk_crew *crew;
    const dk_dnn_kernels *best; /* measures; what needs the activation may have to use the plain set */
    size_t kept, scratch;       /* bytes */
} dk_dnn_norm;

/* Values per channel, each padded to whole blocks, in kept. */
typedef struct {
    float *mean, *inverse, *scale, *shift, *tilt, *offset;
} dk_dnn_norm_table;

typedef struct dk_dnn_norm_passes dk_dnn_norm_passes;

typedef struct {
    const dk_dnn_norm_passes *passes;
    const dk_dnn_norm *norm;
    const dk_weights *w, *dw;
    const void *z, *dy;
    void *out; /* y or dz */
    dk_dnn_norm_table t;
    float *first, *second;  /* two sums of every image and channel */
    double *sums;           /* two of every channel */
    const dk_ranked *ranks; /* set by the caller: that measure together, NULL where none do */
} dk_dnn_norm_job;

/* DK_EUNSUPPORTED for a layout that our kernels cannot see. */
DK_CHECKED dk_status dk_dnn_norm_plan(dk_dnn_norm *k, const dk_dnn *e, const dk_tensor *z, dk_act act,
                                      float momentum, dk_error *err);

/* Training: by the batch's statistics, which go into the rolling ones and, for backward, into kept. */
dk_dnn_norm_job dk_dnn_norm_forward(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y,
                                    void *kept, void *scratch);
/* dz, and the gradients of scales and biases unless dw is NULL. */
dk_dnn_norm_job dk_dnn_norm_backward(const dk_dnn_norm *k, const dk_weights *w, const dk_weights *dw,
                                     const void *z, const void *dy, void *dz, void *kept, void *scratch);
/* By the rolling statistics. Needs `kept` bytes for the job only. */
dk_dnn_norm_job dk_dnn_norm_infer(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y,
                                  void *kept);

void dk_dnn_norm_run(dk_dnn_norm_job *j);
void dk_dnn_norm_measure(const dk_dnn_norm_job *j, int image);
void dk_dnn_norm_finish(const dk_dnn_norm_job *j, int image);
/* With all threads: the measuring and the finishing of all images, and what is between. */
void dk_dnn_norm_measure_all(dk_dnn_norm_job *j);
void dk_dnn_norm_merge(dk_dnn_norm_job *j);
void dk_dnn_norm_finish_all(dk_dnn_norm_job *j);

/* "avx512" … : the set that runs. */
const char *dk_dnn_norm_name(const dk_dnn_norm *k);

#endif
