/* The gradient of the weights of a 1×1 convolution in bf16: dw[o][i] = Σ over pixels of dy[o]·x[i], a product whose
 * sum runs over the pixels of all images. The library's is slow where they are few. The processor multiplies pairs
 * of neighbours in the sum, so pairs of pixels are brought side by side first, a chunk of pixels at a time. */
#ifndef DK_BACKEND_ONEDNN_GRADIENT_H
#define DK_BACKEND_ONEDNN_GRADIENT_H

#include "backend/onednn/layout.h"

typedef struct {
    dk_dnn_planes x, dy; /* blocks of 16 channels, all of them full */
    int chunk;           /* pixels; even */
    size_t scratch;      /* bytes */
} dk_dnn_gradient;

/* What the work is made of, where the processor has the instructions (gradient_avx512bf16.c). */
typedef struct {
    /* to[pixel/2][channel][pixel%2] of one block: `count` pixels from `first` on, over all images; an odd last one is
     * paired with 0. */
    void (*pair)(const dk_dnn_planes *p, const dk_bf16 *from, int block, size_t first, size_t count,
                 dk_bf16 *to);
    /* dw of 8 outputs and 16·blocks inputs (1 or 2 blocks, `apart` items from one to the next), rows `line` floats
     * apart: (add: dw +) Σ over pairs. dy points to the first of the outputs in its block. */
    void (*multiply)(const dk_bf16 *x, size_t apart, int blocks, const dk_bf16 *dy, int pairs, float *dw,
                     size_t line, bool add);
} dk_dnn_gradient_kernels;

extern const dk_dnn_gradient_kernels dk_dnn_gradient_avx512bf16;

/* False when these layouts are not for it; then g->chunk is 0. */
bool dk_dnn_gradient_plan(dk_dnn_gradient *g, const dk_tensor *x, const dk_tensor *dy);
/* dw: plain [o][i]. Every value is summed by one thread in one order, however many there are. */
void dk_dnn_gradient_run(const dk_dnn_gradient *g, dk_crew *crew, const void *x, const void *dy, float *dw,
                         void *scratch);

#endif
