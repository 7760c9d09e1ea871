#include "backend/cuda/device/product.h"

static cudaDataType type_of(bool bf16) {
    return bf16 ? CUDA_R_16BF : CUDA_R_32F;
}

dk_status dk_cuda_multiply_rows(dk_cuda *e, const dk_cuda_product *k, const void *x, const void *w, void *y,
                                dk_error *err) {
    const float one = 1, zero = 0;
    const cudaDataType type = type_of(k->bf16);
    return dk_cuda_check_blas(cublasGemmEx(e->blas, CUBLAS_OP_T, CUBLAS_OP_N, k->outputs, (int)k->rows,
                                           k->inputs, &one, w, type, k->ldw, x, type, k->ldx, &zero, y, type,
                                           k->ldy, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                              "a product", err);
}

dk_status dk_cuda_multiply_back(dk_cuda *e, const dk_cuda_product *k, const void *dy, const void *w, void *dx,
                                dk_error *err) {
    const float one = 1, zero = 0;
    const cudaDataType type = type_of(k->bf16);
    return dk_cuda_check_blas(cublasGemmEx(e->blas, CUBLAS_OP_N, CUBLAS_OP_N, k->inputs, (int)k->rows,
                                           k->outputs, &one, w, type, k->ldw, dy, type, k->ldy, &zero, dx,
                                           type, k->ldx, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                              "a product", err);
}

dk_status dk_cuda_multiply_dw(dk_cuda *e, const dk_cuda_product *k, const void *x, const void *dy, float keep,
                              float *dw, dk_error *err) {
    const float one = 1;
    const cudaDataType type = type_of(k->bf16);
    return dk_cuda_check_blas(cublasGemmEx(e->blas, CUBLAS_OP_N, CUBLAS_OP_T, k->inputs, k->outputs,
                                           (int)k->rows, &one, x, type, k->ldx, dy, type, k->ldy, &keep, dw,
                                           CUDA_R_32F, k->ldw, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
                              "a product", err);
}
