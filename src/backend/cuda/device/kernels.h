/* The kernels, as C sees them. Each call queues work on the stream and returns. Tensors are rows (NHWC) of float or, with
 * bf16, of dk_bf16; where it says plain, NCHW of float. Pointers are the device's. Sums go through tables that are added
 * up in one order, never through atomics, so that equal inputs give equal bits. */
#ifndef DK_BACKEND_CUDA_KERNELS_H
#define DK_BACKEND_CUDA_KERNELS_H

#include <driver_types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/activation.h"
#include "backend/norm_eps.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int n, c, h, w;
} dk_cuda_sides;

/* ---- turn.cu: order and type ---- */
typedef struct {
    void *data;
    bool rows, bf16; /* rows: NHWC, else NCHW */
} dk_cuda_view;
void dk_cuda_turn(cudaStream_t s, dk_cuda_sides sides, dk_cuda_view from, dk_cuda_view to);

/* Filters OIHW of `each` = I values a cell, in float, to O, cells, I. */
void dk_cuda_pack_filters(cudaStream_t s, int outputs, int cells, int each, const float *w, bool bf16,
                          void *to);
/* The reverse. */
void dk_cuda_unpack_filters(cudaStream_t s, int outputs, int cells, int each, bool bf16, const void *from,
                            float *w);

/* ---- norm.cu: the epilogue z = norm(r) | r + b | r, y = act(z), and back ---- */
/* One line a channel, arrays of `channels` floats after each other: z = scale·(inverse·(r − centre)) + offset. */
enum { DK_CUDA_LINE = 4 };

typedef struct {
    bool bf16;
    size_t rows;
    int channels;
    dk_act act;
    const float *lines;  /* NULL: no normalisation */
    const float *biases; /* NULL: none, or inside the lines */
} dk_cuda_epilogue;

/* Floats of the table that a sum over rows of each channel wants. */
size_t dk_cuda_table_size(size_t rows, int channels);
/* Lines and, where roll_mean is not NULL, new rolling statistics of the batch r. */
void dk_cuda_measure(cudaStream_t s, const dk_cuda_epilogue *e, const void *r, const float *scales,
                     const float *offsets, float *roll_mean, float *roll_variance, float momentum,
                     float *table, float *lines);
/* Lines of statistics that are known. */
void dk_cuda_lines(cudaStream_t s, int channels, const float *mean, const float *variance,
                   const float *scales, const float *offsets, float *lines);
void dk_cuda_finish(cudaStream_t s, const dk_cuda_epilogue *e, const void *r, void *y);
/* dr of dy, and the sums of dz and dz·x̂ of each channel (2·channels floats; NULL: not wanted, only without lines). `value`
 * is what the slope of act is told from: y, or r. */
typedef struct {
    const void *r, *y, *dy;
    void *dr;
    float *table, *sums;
    float *biases, *scales; /* their gradients; NULL: not wanted */
} dk_cuda_undoing;
void dk_cuda_undo(cudaStream_t s, const dk_cuda_epilogue *e, const dk_cuda_undoing *u);

/* ---- unfold.cu: windows of x as rows of a matrix, [n·y.h·y.w][groups][cells][channels of a group] ---- */
typedef struct {
    dk_cuda_sides x, y;
    int kh, kw, stride_y, stride_x, dilation, groups, top, left;
} dk_cuda_window;
void dk_cuda_unfold(cudaStream_t s, const dk_cuda_window *w, bool bf16, const void *x, void *columns);
/* Each cell of x gets the sum of where it stands in the columns. */
void dk_cuda_fold(cudaStream_t s, const dk_cuda_window *w, bool bf16, const void *columns, void *x);

/* ---- depthwise.cu: groups = x.c; packed filters are [cells][y.c] floats ---- */
void dk_cuda_pack_depthwise(cudaStream_t s, const dk_cuda_window *w, const float *weights, float *packed);
void dk_cuda_depthwise(cudaStream_t s, const dk_cuda_window *w, bool bf16, const void *x, const float *packed,
                       void *y);
void dk_cuda_depthwise_dx(cudaStream_t s, const dk_cuda_window *w, bool bf16, const void *dy,
                          const float *packed, void *dx);
size_t dk_cuda_depthwise_table(const dk_cuda_window *w); /* floats */
void dk_cuda_depthwise_dw(cudaStream_t s, const dk_cuda_window *w, bool bf16, const void *x, const void *dy,
                          float *table, float *dw);

/* ---- pool.cu; kept: a winner's place in its plane, or how many cells count ---- */
void dk_cuda_pool(cudaStream_t s, const dk_cuda_window *w, bool max, bool bf16, const void *x, void *y,
                  int32_t *kept);
void dk_cuda_pool_back(cudaStream_t s, const dk_cuda_window *w, bool max, bool bf16, const void *dy,
                       const int32_t *kept, void *dx);

/* ---- map.cu ---- */
/* to = from, or to += from, on the grid that their shapes have in common (backend.h, ADD); with `set`, 0 elsewhere. */
void dk_cuda_meet(cudaStream_t s, bool bf16, bool set, dk_cuda_sides t, void *to, dk_cuda_sides f,
                  const void *from);
/* y = x · factor, which has x's shape or is one value for each n and c. */
void dk_cuda_multiply(cudaStream_t s, bool bf16, dk_cuda_sides x, bool each, const void *a,
                      const void *factor, void *y);
/* Of each n and c: the sum of a·b over the plane. */
void dk_cuda_products(cudaStream_t s, bool bf16, dk_cuda_sides x, const void *a, const void *b, void *sums);
/* Channels to_at … + count − 1 of `to` are those at from_at of `from`; rows have to_c and from_c channels. */
typedef struct {
    size_t rows;
    int count, to_c, to_at, from_c, from_at;
} dk_cuda_channels;
void dk_cuda_copy_channels(cudaStream_t s, dk_cuda_channels c, bool bf16, const void *from, void *to);
void dk_cuda_resample(cudaStream_t s, dk_cuda_sides x, int stride, float scale, bool bf16, const void *from,
                      void *to);
void dk_cuda_resample_back(cudaStream_t s, dk_cuda_sides x, int stride, float scale, bool bf16,
                           const void *dy, void *dx);
void dk_cuda_dropout(cudaStream_t s, dk_cuda_sides x, uint64_t key, float probability, bool bf16,
                     const void *from, void *to);

/* ---- answer.cu: softmax and losses, plain ---- */
typedef struct {
    int n;
    long runs, length, step, apart; /* of a picture; value i of run k is at k·apart + i·step */
    float temperature;
} dk_cuda_runs;
/* losses: n·runs floats, then summed into loss[n]; truth NULL: none of that. */
void dk_cuda_softmax(cudaStream_t s, dk_cuda_runs r, const float *x, const float *truth, float *y,
                     float *losses, float *loss);
/* With loss g is the truth: dx = (y·Σg − g)·scale/T; without it dy: dx = y·(g − Σ g·y)/T. */
void dk_cuda_softmax_back(cudaStream_t s, dk_cuda_runs r, bool loss, float scale, const float *y,
                          const float *g, float *dx);
void dk_cuda_loss(cudaStream_t s, int n, size_t each, bool smooth, const float *x, const float *truth,
                  float *loss);
void dk_cuda_loss_back(cudaStream_t s, size_t count, bool smooth, float scale, const float *x,
                       const float *truth, float *dx);

/* ---- update.cu ---- */
typedef struct {
    bool adam, apart; /* Nesterov's step, or AdamW's decay */
    float rate, decay, momentum, beta1, beta2, eps, m_scale, v_scale;
} dk_cuda_step;
/* Many parameters have few values: spans of one launch. `first` is the block that begins with this one. */
typedef struct {
    dk_cuda_step step;
    unsigned first;
    size_t n;
    float *w, *m, *v;
    const float *g;
} dk_cuda_span;
enum { DK_CUDA_SPANS = 32 }; /* a kernel takes 4 kB of arguments */
typedef struct {
    int count;
    unsigned blocks;
    dk_cuda_span span[DK_CUDA_SPANS];
} dk_cuda_spans;
void dk_cuda_spans_add(dk_cuda_spans *all, dk_cuda_span span);
void dk_cuda_update(cudaStream_t s, const dk_cuda_spans *all);
void dk_cuda_blend(cudaStream_t s, size_t n, float share, float *into, const float *from);
void dk_cuda_sum(cudaStream_t s, size_t n, bool bf16, void *into, const void *from);
enum { DK_CUDA_SQUARES = 2048 }; /* doubles of the table, whose sum is the answer */
void dk_cuda_squares(cudaStream_t s, size_t n, const float *values, double *table);

#ifdef __cplusplus
}
#endif

#endif
