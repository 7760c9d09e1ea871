/* What the files of this folder share: the engine, its plans, the table of operations. All of a plan's inputs are brought to
 * one form (port.c) before its operation sees them, and gradients back from it, so that an operation knows one type T of
 * rows, or plain floats. */
#ifndef DK_BACKEND_CUDA_ENGINE_H
#define DK_BACKEND_CUDA_ENGINE_H

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

#include "backend/cuda/device/kernels.h"
#include "backend/memory.h"

/* What a tensor is held in. Its layout points to one of these; NULL is plain. */
typedef enum { DK_CUDA_PLAIN, DK_CUDA_ROWS, DK_CUDA_ROWS_BF16, DK_CUDA_FORMS } dk_cuda_form;
dk_cuda_form dk_cuda_form_of(const dk_tensor *t);
void dk_cuda_set_form(dk_tensor *t, dk_cuda_form form);
size_t dk_cuda_bytes(dk_shape shape, dk_cuda_form form);
/* Whether both are the same bytes: with one channel, or one cell, the order of floats is no other. */
bool dk_cuda_same(dk_shape shape, dk_cuda_form a, dk_cuda_form b);

/* A way in: what is written waits here until the stream takes it, while the host goes on. */
typedef struct {
    void *host, *device;
    size_t host_bytes, device_bytes;
    cudaEvent_t copied, taken;
} dk_cuda_slot;

enum { DK_CUDA_SLOTS = 2 };

typedef struct {
    dk_backend seam; /* first: a dk_backend of this engine is one of these */
    char name[24];
    int card;
    cudaStream_t stream, copies; /* copies: from the host, beside the work */
    cublasHandle_t blas;
    void *blas_pad;
    struct cudnnContext *dnn;               /* NULL until a plan wants it (dnn.c) */
    dk_cuda_slot slots[DK_CUDA_SLOTS], out; /* out: the way to the host */
    int next_slot;
    double *squares;
    dk_cuda_spans steps;           /* of the optimiser, to be taken by the next entry */
    struct dk_cuda_pinned *pinned; /* blocks of host_alloc */
} dk_cuda;

typedef struct dk_cuda_plan dk_cuda_plan;

typedef struct {
    bool plain;   /* works on plain floats whatever is wished for */
    bool reads_x; /* backward looks at x, too */
    dk_status (*plan)(dk_cuda_plan *, const dk_plan_desc *, dk_error *); /* bytes; optional */
    dk_status (*forward)(dk_cuda_plan *, const dk_args *, dk_error *);
    dk_status (*backward)(dk_cuda_plan *, const dk_args *, dk_error *);
} dk_cuda_op;

#define DK_CUDA_OP(upper, lower) extern const dk_cuda_op dk_cuda_op_##lower;
DK_OPS(DK_CUDA_OP)
#undef DK_CUDA_OP

/* An input: how it comes, and where it lies in scratch in the plan's form when that is another. */
typedef struct {
    dk_shape shape;
    dk_cuda_form form;
    bool same;
    size_t x_at, dx_at;
    const void *x; /* of this run */
    void *dx;      /* NULL: not wanted */
} dk_cuda_port;

/* What follows an operation's sums (epilogue.c). */
typedef struct {
    bool norm, bias;
    float momentum;
    size_t lines_at, dr_at, table_at, sums_at;
} dk_cuda_tail;

/* How a convolution is done (conv.c). */
typedef struct {
    dk_cuda_window window; /* of `pictures` pictures */
    int pictures;          /* that are unfolded at once */
    size_t columns_at, filters_at, table_at;
    struct dk_cuda_dnn *dnn; /* what cuDNN is told, and bytes that it works in */
    size_t pad, pad_at;
    uint64_t version; /* of the packed filters */
    bool packed;
} dk_cuda_conv;

struct dk_cuda_plan {
    dk_plan seam; /* first: a dk_plan of this engine is one of these */
    const dk_cuda_op *op;
    const struct dk_cuda_way *way; /* of a convolution */
    dk_cuda *engine;
    dk_memory memory;
    dk_plan_desc desc; /* x and y are NULL here: those tensors need not outlive plan() */
    dk_shape y;
    dk_cuda_form form;
    dk_cuda_tail tail;
    dk_cuda_conv conv;
    size_t losses_at;
    dk_cuda_port port[]; /* desc.inputs of them */
};

static inline dk_cuda_sides dk_cuda_sides_of(dk_shape s) {
    return (dk_cuda_sides){s.n, s.c, s.h, s.w};
}

static inline bool dk_cuda_is_bf16(const dk_cuda_plan *p) {
    return p->form == DK_CUDA_ROWS_BF16;
}

static inline void *dk_cuda_scratch(const dk_cuda_plan *p, size_t at) {
    return (char *)p->memory.scratch + at;
}

/* Reserves bytes of the plan's scratch; their place. */
static inline size_t dk_cuda_reserve(dk_cuda_plan *p, size_t bytes) {
    return dk_piece(&p->seam.scratch, bytes);
}

/* DK_OK, or "engine cuda: WHAT: what the runtime says". */
DK_CHECKED dk_status dk_cuda_check(cudaError_t error, const char *what, dk_error *err);
DK_CHECKED dk_status dk_cuda_check_blas(cublasStatus_t status, const char *what, dk_error *err);

/* conv.c */
void dk_cuda_conv_free(dk_cuda_plan *p);
void dk_cuda_conv_close(dk_cuda *e);

/* port.c */
void dk_cuda_ports_plan(dk_cuda_plan *p, const dk_plan_desc *d);
void dk_cuda_ports_in(dk_cuda_plan *p, const dk_args *a);
void dk_cuda_ports_aim(dk_cuda_plan *p, const dk_args *a); /* where dx goes */
void dk_cuda_ports_out(dk_cuda_plan *p, const dk_args *a);

/* memory.c */
dk_status dk_cuda_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err);
void dk_cuda_free(dk_backend *be, void *memory);
dk_status dk_cuda_host_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err);
void dk_cuda_host_free(dk_backend *be, void *memory);
size_t dk_cuda_room(dk_backend *be);

/* staging.c */
DK_CHECKED dk_status dk_cuda_staging_open(dk_cuda *e, dk_error *err);
void dk_cuda_staging_close(dk_cuda *e);
dk_status dk_cuda_write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err);
dk_status dk_cuda_read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err);
/* `bytes` of the device to the host, after all that is queued. */
DK_CHECKED dk_status dk_cuda_fetch(dk_cuda *e, void *host, const void *device, size_t bytes, dk_error *err);

/* spans.c */
dk_status dk_cuda_update_span(dk_backend *be, const dk_update *u, dk_error *err);
dk_status dk_cuda_blend_span(dk_backend *be, float *into, const float *from, size_t n, float share,
                             dk_error *err);
dk_status dk_cuda_sum_tensors(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err);
dk_status dk_cuda_squares_of(dk_backend *be, const float *values, size_t n, double *out, dk_error *err);

/* Every entry of the seam: the card is chosen for each thread of the host, and steps that wait are taken. */
DK_CHECKED dk_status dk_cuda_enter(dk_cuda *e, dk_error *err);
/* What was queued since is taken, or was refused. */
DK_CHECKED dk_status dk_cuda_leave(const char *what, dk_error *err);

/* The module's doors (module.h). */
dk_status dk_cuda_open(dk_backend **out, int card, int threads, dk_error *err);
dk_status dk_cuda_cards(dk_device *list, int room, int *count, dk_error *err);

#endif
