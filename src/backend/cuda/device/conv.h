/* A way to do a convolution: a row, and a file. */
#ifndef DK_BACKEND_CUDA_CONV_H
#define DK_BACKEND_CUDA_CONV_H

#include "backend/cuda/device/engine.h"

typedef struct dk_cuda_way {
    const char *name; /* "cuda:NAME" in `network info` */
    bool (*takes)(dk_cuda_plan *);
    void (*plan)(dk_cuda_plan *); /* bytes; without packed ones the filters are taken as they are */
    void (*pack)(const dk_cuda_plan *, const float *weights, void *packed);
    dk_status (*forward)(dk_cuda_plan *, const void *x, const void *filters, void *r, dk_error *);
    dk_status (*back)(dk_cuda_plan *, const void *dr, const void *filters, void *dx, dk_error *);
    dk_status (*weigh)(dk_cuda_plan *, const void *x, const void *dr, float *dw, dk_error *); /* dw: OIHW */
    void (*release)(dk_cuda_plan *); /* what takes() has made; optional */
    void (*close)(dk_cuda *);        /* what the engine has of it; optional */
} dk_cuda_way;

extern const dk_cuda_way dk_cuda_way_pointwise, dk_cuda_way_depthwise, dk_cuda_way_dnn, dk_cuda_way_unfold;

#endif
