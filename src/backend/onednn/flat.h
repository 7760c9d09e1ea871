/* Loops over n floats, whatever they mean. Callers go through a tensor in spans that fit the first cache, so
 * that several of these in a row read memory once; spans are what threads share out. */
#ifndef DK_BACKEND_ONEDNN_FLAT_H
#define DK_BACKEND_ONEDNN_FLAT_H

#include <stddef.h>

#include "backend/activation.h"

typedef struct {
    size_t at, n;
} dk_dnn_span;

long dk_dnn_spans(size_t n);                  /* how many there are in n floats */
dk_dnn_span dk_dnn_span_of(long i, size_t n); /* the i-th */

void dk_dnn_flat_act(dk_act act, const float *z, float *y, size_t n); /* y = act(z); may be in place */
/* dz = dy·act'; u is y where dk_act_from_value, else z. */
void dk_dnn_flat_slope(dk_act act, const float *u, const float *dy, float *dz, size_t n);
void dk_dnn_flat_add(const float *a, const float *b, float *y, size_t n); /* y may be a */
void dk_dnn_flat_multiply(const float *a, const float *b, float *y, size_t n);

#endif
