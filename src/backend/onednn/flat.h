/* Loops over n floats in whatever layout, on all threads. */
#ifndef DK_BACKEND_ONEDNN_FLAT_H
#define DK_BACKEND_ONEDNN_FLAT_H

#include <stddef.h>

#include "backend/activation.h"

void dk_dnn_flat_act(dk_act act, const float *z, float *y, size_t n, int threads); /* y = act(z) */
void dk_dnn_flat_slope(dk_act act, const float *u, const float *dy, float *dz, size_t n,
                       int threads); /* dz = dy·act'; u is y where dk_act_from_value, else z */
void dk_dnn_flat_add(float *into, const float *from, size_t n, int threads); /* into += from */
void dk_dnn_flat_multiply(const float *a, const float *b, float *y, size_t n, int threads);

#endif
