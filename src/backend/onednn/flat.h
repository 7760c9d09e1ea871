/* Loops over n floats, whatever they mean; spans of bf16 are brought to floats for them. Callers go through a tensor in spans that fit the first cache, so
 * that several of these in a row read memory once; spans are what threads share out. */
#ifndef DK_BACKEND_ONEDNN_FLAT_H
#define DK_BACKEND_ONEDNN_FLAT_H

#include <stddef.h>

#include "backend/activation.h"
#include "backend/onednn/kernels.h"

#define DK_DNN_SPAN 4096 /* values */

typedef struct {
    size_t at, n;
} dk_dnn_span;

int dk_dnn_spans(size_t n);                  /* how many there are in n values */
dk_dnn_span dk_dnn_span_of(int i, size_t n); /* the i-th */

/* A span of a tensor whose items are those of k, as floats: where it lies, or widened into room (DK_DNN_SPAN). */
const float *dk_dnn_span_in(const dk_dnn_kernels *k, const void *base, dk_dnn_span s, float *room);
/* Where to write the floats of a span: where it lies, or room; then the way into the tensor. */
float *dk_dnn_span_out(const dk_dnn_kernels *k, void *base, dk_dnn_span s, float *room);
void dk_dnn_span_put(const dk_dnn_kernels *k, void *base, dk_dnn_span s, const float *room);

void dk_dnn_flat_act(dk_act act, const float *z, float *y, size_t n); /* y = act(z); may be in place */
/* dz = dy·act'; u is y where dk_act_from_value, else z. */
void dk_dnn_flat_slope(dk_act act, const float *u, const float *dy, float *dz, size_t n);
void dk_dnn_flat_add(const float *a, const float *b, float *y, size_t n); /* y may be a */
void dk_dnn_flat_multiply(const float *a, const float *b, float *y, size_t n);

#endif
