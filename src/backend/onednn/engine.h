/* What the files of this folder share: the engine, its plans, the table of operations, memory offsets.
 * A row of the table may refuse a description (DK_EUNSUPPORTED); then `fallback` has it done in float32, or by
 * the reference. */
#ifndef DK_BACKEND_ONEDNN_ENGINE_H
#define DK_BACKEND_ONEDNN_ENGINE_H

#include <dnnl.h>

#include "backend/memory.h"
#include "backend/onednn/kernels.h"
#include "base/crew.h"

typedef struct dk_dnn_layout dk_dnn_layout;

typedef struct {
    dk_backend seam; /* first: a dk_backend of this engine is one of these */
    dnnl_engine_t engine;
    dk_crew *crew;          /* shares out what is not the library's own */
    dnnl_stream_t *streams; /* one a thread */
    dk_backend *ref;
    dk_dnn_layout *layouts;                       /* every layout that a tensor may point to, until close */
    const dk_dnn_kernels *kernels[DK_PRECISIONS]; /* for strips of this type; NULL: this processor has none */
} dk_dnn;

typedef struct dk_dnn_op dk_dnn_op;

typedef struct {
    dk_plan seam; /* first: a dk_plan of this engine is one of these */
    const dk_dnn_op *op;
    dk_dnn *engine;
    dk_memory memory;
} dk_dnn_plan;

struct dk_dnn_op {
    size_t size; /* of the operation's own plan, which begins with a dk_dnn_plan */
    bool bf16;   /* takes inputs in bf16 */
    dk_status (*plan)(dk_dnn_plan *, const dk_plan_desc *, dk_error *);
    dk_status (*bind)(dk_dnn_plan *, dk_error *); /* optional: memory is set before */
    dk_status (*forward)(dk_dnn_plan *, const dk_args *, dk_error *);
    dk_status (*backward)(dk_dnn_plan *, const dk_args *, dk_error *);
    void (*free)(dk_dnn_plan *); /* optional: what the plan holds; must stand a half-made plan */
};

/* The rows: one a file. ACT is the ADD of one input. */
extern const dk_dnn_op dk_dnn_op_conv, dk_dnn_op_dense, dk_dnn_op_pool, dk_dnn_op_norm, dk_dnn_op_add,
    dk_dnn_op_mul, dk_dnn_op_concat, dk_dnn_op_slice, dk_dnn_op_resample, dk_dnn_op_dropout,
    dk_dnn_op_fallback;

/* DK_OK, or the error that a status of the library becomes; `what` names the operation. */
DK_CHECKED dk_status dk_dnn_check(dnnl_status_t status, const char *what, dk_error *err);

/* A description that this engine does not do itself. */
DK_CHECKED dk_status dk_dnn_refuse(const dk_plan_desc *desc, dk_error *err);

/* The input's gradient when it is wanted, else NULL. */
dk_tensor *dk_dnn_dx(const dk_args *a, int i);

dk_status dk_dnn_update(dk_backend *be, const dk_update *u, dk_error *err);
dk_status dk_dnn_blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err);
dk_status dk_dnn_squares(dk_backend *be, const float *values, size_t n, double *out, dk_error *err);

#endif
