/* Values in an engine's memory, which nobody but the engine may touch. What fails ends the program. */
#ifndef TESTS_SUPPORT_SPANS_H
#define TESTS_SUPPORT_SPANS_H

#include "net/net.h"

/* A copy of n values, good until four more are taken. */
const float *span_copy(dk_backend *be, const float *at, size_t n);
void span_put(dk_backend *be, float *at, const float *values, size_t n);
void span_fill(dk_backend *be, float *at, float value, size_t n);

/* The same of all parameters, or averages of them. */
const float *params_copy(const dk_net *net, const dk_params *params);

#endif
