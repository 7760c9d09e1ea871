/* The seam between what a layer means and how numbers are made. A layer describes an operation once per shape
 * (dk_plan_desc); the engine answers with a plan that says how many bytes it wants, is bound to memory, and
 * then runs forward and backward many times. A backend never reads a cfg; a layer never touches numbers.
 *
 * Layouts. Activations live in whatever layout the engine likes: plan() sees the layout of its inputs and
 * sets that of its output; layout NULL is plain NCHW float32. The type of the values is part of the layout.
 * The gradient of a tensor has the tensor's own layout. Parameters and their gradients are always plain
 * float32 in Darknet's file order (convolution OIHW, dense [outputs][inputs]).
 *
 * Gradients. backward overwrites dx and dw, never adds; whoever has two users sums (dk_backend.sum).
 * The order of life of a plan: plan → bind → (forward → backward)* → plan_free. */
#ifndef DK_BACKEND_BACKEND_H
#define DK_BACKEND_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/activation.h"
#include "backend/isa.h"
#include "backend/norm_eps.h"
#include "backend/precision.h"
#include "base/status.h"
#include "tensor/tensor.h"

/* clang-format off */
#define DK_OPS(X)                                                                                            \
    X(CONV, conv) X(DENSE, dense) X(POOL, pool) X(NORM, norm) X(ACT, act) X(ADD, add) X(MUL, mul)            \
    X(CONCAT, concat) X(SLICE, slice) X(RESAMPLE, resample) X(DROPOUT, dropout) X(SOFTMAX, softmax)          \
    X(LOSS, loss)
/* clang-format on */
typedef enum {
#define DK_OP_ENUM(upper, lower) DK_OP_##upper,
    DK_OPS(DK_OP_ENUM)
#undef DK_OP_ENUM
        DK_OP_COUNT
} dk_op;

/* "conv", "dense" … */
const char *dk_op_name(dk_op op);

typedef enum { DK_LOSS_SSE, DK_LOSS_SMOOTH } dk_loss_kind;

/* One operation. In all of them x are the inputs, y the output (its shape set by the layer, its layout by the
 * engine). `train` asks for backward, too; without it normalisation uses the rolling statistics and dropout is
 * the identity.
 *   CONV     y = act(norm(w ∗ x) | w ∗ x + b): cross-correlation, zero padding;
 *            out = (in + pads − dilation·(k−1) − 1)/stride + 1
 *   DENSE    y[n,o] = act(norm | Σ w[o,i]·x[n,i] + b[o]), i over c,h,w in that order; y is n,outputs,1,1
 *   POOL     largest (padding never wins) or mean of the cells inside the window
 *   NORM     batch normalisation per channel, then act
 *   ACT      y = act(x)
 *   ADD      y = act(x[0] + x[1] + …), y of x[0]'s shape; an input of another shape counts over the first
 *            min(c) channels and, where one side is k times the other, at every k-th cell of the larger
 *   MUL      y = act(x[0] · x[1]); x[1] has x[0]'s shape, or 1×1 per channel (scale_channels)
 *   CONCAT   channels of x[0], x[1], … one after the other
 *   SLICE    channels from … from + y.c − 1 of x[0]
 *   RESAMPLE every cell repeated stride×stride times (nearest), times scale
 *   DROPOUT  0 with probability p, else x/(1−p); the mask is dk_rng_at(args.key, logical NCHW index) < p, with n
 *            counted over all ranks
 *   SOFTMAX  y = exp(x/T)/Σ within each of `groups` equal runs of the flat c,h,w (spatial: over c at each h,w).
 *            With loss: also args.loss[n] = −Σ t·log y, and backward gives dx = (y·Σt − t)/T · scale from the
 *            truth (Σt over the group); without: the Jacobian times dy.
 *   LOSS     y = x; args.loss[n] = Σ |x−t|² (SSE) or Σ (|d|<1: d² else 2|d|−1) (SMOOTH); dx = the derivative / 2
 *            as Darknet counts it (x − t, or clipped to ±1), times u.loss.scale · args.scale */
typedef struct {
    dk_op op;
    dk_precision precision; /* what the output should be held in; an engine may stay in float32 */
    bool train;
    bool wants_dx; /* false: nobody needs the gradient of any input */
    dk_act act;    /* applied last; CONV DENSE NORM ACT ADD MUL */
    dk_tensor *const *x;
    int inputs;
    dk_tensor *y; /* plan() sets y->layout */
    union {
        struct {
            int kh, kw, stride_y, stride_x, dilation, groups;
            int top, bottom, left, right; /* zero padding */
            bool norm;
            float momentum; /* of the rolling statistics: roll = momentum·roll + (1−momentum)·batch */
        } conv;
        struct {
            bool norm;
            float momentum;
        } dense;
        struct {
            int kh, kw, stride_y, stride_x, top, bottom, left, right;
            bool max; /* false: mean over the cells that are inside the picture */
        } pool;
        struct {
            float momentum;
        } norm;
        struct {
            int from;
        } slice;
        struct {
            int stride;
            float scale;
        } resample;
        struct {
            float probability;
        } dropout;
        struct {
            int groups;
            float temperature;
            bool spatial, loss;
        } softmax;
        struct {
            dk_loss_kind kind;
            float scale;
        } loss;
    } u;
} dk_plan_desc;

/* The trained values of an operation, or their gradients; what an operation does not have is NULL. c = output
 * channels. mean and variance are the rolling statistics (state: they have no gradient). */
typedef struct {
    float *weights, *biases, *scales, *mean, *variance;
} dk_weights;

/* The ranks that share each batch: picture i of this one is picture i·world + rank of the whole. total (NULL: none) sums over
 * all of them in place, so that normalisations measure the whole batch; what fails there shows when the ranks next agree. */
typedef struct {
    int rank, world;
    void (*total)(void *user, double *values, size_t n);
    void *user;
} dk_ranked;

/* One run. Not every operation needs everything. Tensors' data may differ from run to run, shapes and layouts not. */
typedef struct {
    dk_tensor *const *x;
    dk_tensor *y;
    dk_tensor *const *dx; /* backward: an entry is NULL when that gradient is not wanted */
    const dk_tensor *dy;
    const dk_weights *w;
    const dk_weights *dw;   /* backward: NULL when frozen */
    uint64_t version;       /* of w: engines repack and refold only when it has changed */
    const dk_tensor *truth; /* plain n,c,h,w like y; NULL when there is none */
    float *loss;            /* engine memory, n values */
    float scale;            /* what a loss multiplies its gradient with: 1 / pictures of the whole batch */
    uint64_t key;           /* of this run's random numbers */
    const dk_ranked *ranks; /* NULL: this one is alone */
} dk_args;

typedef struct dk_backend dk_backend;

/* What every engine's plan begins with; filled by plan(). Sizes in bytes; memory is aligned to 64. */
typedef struct {
    dk_backend *backend;
    char impl[48];          /* what runs it, for `network info`: "ref", "jit:avx512_core" … */
    dk_precision precision; /* of the output */
    size_t y_bytes;         /* the output: engines may pad it */
    size_t kept;            /* lives from forward to backward */
    size_t packed;          /* lives as long as the plan: repacked weights, folded biases */
    size_t scratch;         /* lives during one call, shared by all plans of a net */
} dk_plan;

typedef struct {
    void *kept, *packed, *scratch;
} dk_memory;

typedef enum { DK_RULE_SGD, DK_RULE_NESTEROV, DK_RULE_ADAM, DK_RULE_ADAMW } dk_rule;

/* One step of the optimiser over a span of n values. g is the gradient of the mean loss. t counts from 1.
 *   SGD       m = momentum·m + g + decay·w;  w −= rate·m
 *   NESTEROV  the same m;  w −= rate·(g + decay·w + momentum·m)
 *   ADAM      g += decay·w;  m, v the usual moments;  w −= rate · m̂/(sqrt(v̂) + eps)
 *   ADAMW     Adam without decay in g;  w −= rate·decay·w besides */
typedef struct {
    dk_rule rule;
    size_t n;
    float *w, *m, *v; /* v: Adam only */
    const float *g;
    float rate, decay, momentum, beta1, beta2, eps;
    long t;
} dk_update;

struct dk_backend {
    const char *name;
    void *state;
    int threads;
    bool bf16;      /* whether it can hold activations in bf16 on this processor or card */
    bool bf16_pays; /* and is faster then */
    bool device;    /* it computes beside the host's cores, which are then free for who feeds it */
    void (*close)(dk_backend *);
    /* alloc: aligned to 64, zeroed. DK_ENOMEM. */
    dk_status (*alloc)(dk_backend *, size_t bytes, void **out, dk_error *);
    void (*free)(dk_backend *, void *);
    /* The only ways in and out; the host's side is plain NCHW float32 of the tensor's shape. */
    dk_status (*write)(dk_backend *, dk_tensor *to, const float *host, dk_error *);
    dk_status (*read)(dk_backend *, float *host, const dk_tensor *from, dk_error *);
    /* Bytes that a tensor of this shape and layout takes. */
    size_t (*bytes)(dk_backend *, const dk_tensor *);
    /* Makes a plan. DK_EUNSUPPORTED names operation and engine. */
    dk_status (*plan)(dk_backend *, const dk_plan_desc *, dk_plan **, dk_error *);
    dk_status (*bind)(dk_plan *, const dk_memory *, dk_error *);
    dk_status (*forward)(dk_plan *, const dk_args *, dk_error *);
    dk_status (*backward)(dk_plan *, const dk_args *, dk_error *);
    void (*plan_free)(dk_plan *);
    /* into += from; equal shape and layout. */
    dk_status (*sum)(dk_backend *, dk_tensor *into, const dk_tensor *from, dk_error *);
    dk_status (*update)(dk_backend *, const dk_update *, dk_error *);
    /* into += share · (from − into), n values: equal spans stay equal bit by bit. from NULL counts as zeros. */
    dk_status (*blend)(dk_backend *, float *into, const float *from, size_t n, float share, dk_error *);
    /* *out = the sum of the squares of n values, in double; the number of threads changes no bit of it. */
    dk_status (*squares)(dk_backend *, const float *values, size_t n, double *out, dk_error *);
    /* Optional, both or none: host memory that write takes from, and read brings to, faster than from any other, aligned
     * to 64, not zeroed. DK_ENOMEM. NULL: any is as good. */
    dk_status (*host_alloc)(dk_backend *, size_t bytes, void **out, dk_error *);
    void (*host_free)(dk_backend *, void *);
    /* Optional: bytes that alloc can still give; 0: nobody knows. NULL: its memory is the host's. */
    size_t (*room)(dk_backend *);
};

/* A card that an engine can run on. */
typedef struct {
    char name[256], driver[32];
    size_t memory; /* bytes */
} dk_device;

/* An engine: one const row, dk_engine_NAME, in its folder. */
typedef struct {
    const char *name;
    dk_isa most;                                               /* instructions that it can use */
    dk_status (*open)(dk_backend **, int threads, dk_error *); /* DK_EUNSUPPORTED: not on this machine */
    /* Optional, for engines of which a machine can have several, counted from 0. open_device: "NAME:2". devices: at most
     * `room` of them, and how many there are; DK_EUNSUPPORTED as open. */
    dk_status (*open_device)(dk_backend **, int device, int threads, dk_error *);
    dk_status (*devices)(dk_device *, int room, int *count, dk_error *);
    bool (*likely)(void); /* optional: whether it is worth the time to open it where nobody asks for it */
} dk_engine;

/* Those of this build (engines.c), in the order of preference; both end with NULL. */
extern const dk_engine *const dk_engines[];
extern const char *const dk_engine_names[];

/* The most instructions that any of them can use. */
dk_isa dk_engines_isa(void);

/* Opens an engine by name, or by name and device ("cuda:1"); NULL is the first that this machine supports. threads ≤ 0: one per core. Unknown names are
 * errors that list the engines there are. */
DK_CHECKED dk_status dk_backend_open(dk_backend **out, const char *name, int threads, dk_error *err);

/* The same of any table, which ends with NULL. */
DK_CHECKED dk_status dk_engines_open(const dk_engine *const *engines, dk_backend **out, const char *name,
                                     int threads, dk_error *err);
void dk_backend_close(dk_backend *be); /* accepts NULL */

/* Where a picture of this rank stands in the whole batch. */
uint64_t dk_picture_of_all(const dk_args *a, size_t picture);

/* Rolling statistics after a batch: roll = momentum·roll + (1−momentum)·batch; rolling values that are all
 * zero (a fresh network) take the batch's as they are. Shared by the engines so that they agree. */
void dk_norm_roll(float *roll_mean, float *roll_variance, const float *mean, const float *variance,
                  int channels, float momentum);

#endif
