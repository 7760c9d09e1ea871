/* Products of matrices of rows by cuBLAS, whose own are of columns: a matrix of rows is the transpose of one of columns over
 * the same bytes. Values are float, in exact float arithmetic, or bf16 summed in float. ld*: values from row to row. */
#ifndef DK_BACKEND_CUDA_PRODUCT_H
#define DK_BACKEND_CUDA_PRODUCT_H

#include "backend/cuda/device/engine.h"

/* x: rows × inputs, w: outputs × inputs, y: rows × outputs. */
typedef struct {
    bool bf16;
    size_t rows;
    int inputs, outputs, ldx, ldw, ldy;
} dk_cuda_product;

/* y = x·wᵀ */
DK_CHECKED dk_status dk_cuda_multiply_rows(dk_cuda *e, const dk_cuda_product *k, const void *x, const void *w,
                                           void *y, dk_error *err);
/* dx = dy·w */
DK_CHECKED dk_status dk_cuda_multiply_back(dk_cuda *e, const dk_cuda_product *k, const void *dy,
                                           const void *w, void *dx, dk_error *err);
/* dw = keep·dw + dyᵀ·x, of floats */
DK_CHECKED dk_status dk_cuda_multiply_dw(dk_cuda *e, const dk_cuda_product *k, const void *x, const void *dy,
                                         float keep, float *dw, dk_error *err);

#endif
