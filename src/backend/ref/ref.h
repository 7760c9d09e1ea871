/* The engine `ref`: plain C loops that are the meaning of every operation; other engines are compared with
 * it. One file per operation; sums are taken in double. Activations are plain NCHW float32 (layout NULL).
 * Outside this folder only dk_engine_ref is used. */
#ifndef DK_BACKEND_REF_REF_H
#define DK_BACKEND_REF_REF_H

#include "backend/backend.h"

extern const dk_engine dk_engine_ref;

typedef struct {
    dk_plan plan;      /* first: a dk_plan of this engine is one of these */
    dk_plan_desc desc; /* x and y are NULL here: those tensors need not outlive plan() */
    dk_memory memory;
    bool norm, bias; /* of the epilogue (epilogue.h) */
    float momentum;  /* of the rolling statistics */
    dk_shape y;
    dk_shape x[]; /* desc.inputs of them */
} dk_ref_plan;

/* A row of the table of operations. */
typedef struct {
    void (*plan)(dk_ref_plan *); /* optional: bytes of kept and scratch */
    void (*forward)(const dk_ref_plan *, const dk_args *);
    void (*backward)(const dk_ref_plan *, const dk_args *);
} dk_ref_op;

#define DK_REF_OP(upper, lower) extern const dk_ref_op dk_ref_##lower;
DK_OPS(DK_REF_OP)
#undef DK_REF_OP

/* The gradient of input i as plain floats, or NULL when it is not wanted. */
float *dk_ref_dx(const dk_args *a, int i);

/* The engine's functions that have files of their own. */
dk_status dk_ref_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err);
void dk_ref_free(dk_backend *be, void *memory);
dk_status dk_ref_write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err);
dk_status dk_ref_read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err);
size_t dk_ref_bytes(dk_backend *be, const dk_tensor *t);
dk_status dk_ref_sum(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err);
dk_status dk_ref_update(dk_backend *be, const dk_update *u, dk_error *err);
dk_status dk_ref_blend(dk_backend *be, float *into, const float *from, size_t n, float share, dk_error *err);
dk_status dk_ref_squares(dk_backend *be, const float *values, size_t n, double *out, dk_error *err);

#endif
