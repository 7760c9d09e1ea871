/* Kernels of our own over strips, once in plain C and once per instruction set; the engine picks at run time.
 * A set works on items of one type, float or bf16; it computes in floats.
 * A strip is `pixels` runs of `lanes` neighbouring channels; a run begins `step` items after the one before.
 * Of the lanes only the first `valid` are channels: the rest is padding, which must stay 0. Vectors have
 * `width` lanes: the vector kernels want strips whose lanes are a multiple of it, and linear, relu, relu6 or
 * leaky. */
#ifndef DK_BACKEND_ONEDNN_KERNELS_H
#define DK_BACKEND_ONEDNN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "backend/activation.h"
#include "backend/isa.h"
#include "backend/precision.h"

typedef struct {
    int pixels, lanes, valid;
    size_t step;
} dk_dnn_strip;

/* Per lane: y = act(u), u = scale·(z − centre) + shift. Backward, with g = dy·act'(u):
 * dz = scale·g + tilt·(z − centre) + offset. */
typedef struct {
    const float *centre, *scale, *shift, *tilt, *offset;
} dk_dnn_lines;

/* One block of channels of a depthwise convolution: x and dy of all images; dw plain, [channel][kh][kw]. */
typedef struct {
    int images, lanes, valid, h, w, out_h, out_w, kh, kw, stride_y, stride_x, top, left, dilation;
    size_t x_image, y_image; /* items from one image to the next */
} dk_dnn_depthwise;

typedef struct dk_dnn_kernels dk_dnn_kernels;
struct dk_dnn_kernels {
    const char *name;
    dk_isa isa; /* whose instructions it is made of */
    int width;
    size_t item;                    /* bytes */
    const dk_dnn_kernels *narrower; /* the next set for strips that do not fit; NULL: this one takes all */
    /* Per lane the mean and Σ(z − mean)². */
    void (*measure)(const dk_dnn_strip *, const void *z, float *mean, float *squares);
    void (*apply)(const dk_dnn_strip *, const dk_dnn_lines *, dk_act, const void *z, void *y);
    /* Per lane Σ g and Σ g·(z − centre). */
    void (*sums)(const dk_dnn_strip *, const dk_dnn_lines *, dk_act, const void *z, const void *dy, float *g,
                 float *gz);
    void (*undo)(const dk_dnn_strip *, const dk_dnn_lines *, dk_act, const void *z, const void *dy, void *dz);
    /* dw[c,i,j] = Σ over images and outputs of dy · x: the gradient of a depthwise convolution's weights. */
    void (*depthwise)(const dk_dnn_depthwise *, const void *x, const void *dy, float *dw);
    /* n items to floats and back; NULL where items are floats. */
    void (*widen)(const void *from, float *to, size_t n);
    void (*narrow)(const float *from, void *to, size_t n);
    /* 16×16 weights w[o][i], rows `line` floats apart, to [i/2][o][i%2] or [o/2][i][o%2]; NULL: the set has none. */
    void (*pack_inputs)(const float *w, size_t line, dk_bf16 *tile);
    void (*pack_outputs)(const float *w, size_t line, dk_bf16 *tile);
};

extern const dk_dnn_kernels dk_dnn_base, dk_dnn_avx2, dk_dnn_avx512; /* of floats */
extern const dk_dnn_kernels dk_dnn_base_bf16, dk_dnn_avx512bf16;     /* of bf16 */

/* The best set up to this level; NULL: none does this type. */
const dk_dnn_kernels *dk_dnn_kernels_pick(dk_precision precision, dk_isa most);

/* The widest set, from `best` down, that can do these lanes and this activation. */
const dk_dnn_kernels *dk_dnn_kernels_for(const dk_dnn_kernels *best, int lanes, dk_act act);

#endif
