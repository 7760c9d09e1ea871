/* cuBLAS: products in loops. Operands and leading dimensions that its manual refuses are refused, and the workspace is left
 * full of what no number is. */
#include "sim.h"
#include "values.h"

#include <cublas_v2.h>

struct cublasContext {
    cudaStream_t stream;
    void *pad;
    size_t room;
};

static bool is_bf16(cudaDataType_t type) {
    return type == CUDA_R_16BF;
}

extern "C" {

cublasStatus_t cublasCreate_v2(cublasHandle_t *h) {
    *h = new cublasContext{nullptr, nullptr, 0};
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t h) {
    delete h;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t h, cudaStream_t s) {
    *h = {s, nullptr, 0}; /* forgets the workspace, as its manual says */
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t h, void *pad, size_t room) {
    h->pad = pad;
    h->room = room;
    return (uintptr_t)pad % 256 == 0 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

const char *cublasGetStatusString(cublasStatus_t status) {
    return status == CUBLAS_STATUS_NOT_SUPPORTED
               ? "the requested functionality is not supported"
               : "an unsupported value or parameter was passed to the function";
}

/* C (m × n) = alpha·op(A)·op(B) + beta·C, columns side by side. */
cublasStatus_t cublasGemmEx(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                            const void *alpha, const void *A, cudaDataType at, int lda, const void *B,
                            cudaDataType bt, int ldb, const void *beta, void *C, cudaDataType ct, int ldc,
                            cublasComputeType_t compute, cublasGemmAlgo_t) {
    const bool types = at == bt && (at == CUDA_R_32F || at == CUDA_R_16BF) && (ct == CUDA_R_32F || ct == at);
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    if (!types || compute != CUBLAS_COMPUTE_32F) {
        return CUBLAS_STATUS_NOT_SUPPORTED;
    }
    const int a_rows = ta == CUBLAS_OP_N ? m : k, b_rows = tb == CUBLAS_OP_N ? k : n;
    if (m < 0 || n < 0 || k < 0 || lda < a_rows || ldb < b_rows || ldc < m || lda < 1 || ldb < 1 || ldc < 1 ||
        A == nullptr || B == nullptr || C == nullptr || (uintptr_t)A % dk_sim_size(is_bf16(at)) != 0 ||
        (uintptr_t)B % dk_sim_size(is_bf16(bt)) != 0 || (uintptr_t)C % dk_sim_size(is_bf16(ct)) != 0) {
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    const float one = *(const float *)alpha, keep = *(const float *)beta;
    void *pad = h->pad;
    const size_t room = h->room;
    dk_sim_queue(h->stream, [=] {
        memset(pad, 0xff, room < 4096 ? room : 4096);
        for (size_t j = 0; j < (size_t)n; j++) {
            for (size_t i = 0; i < (size_t)m; i++) {
                double sum = 0;
                for (size_t l = 0; l < (size_t)k; l++) {
                    const size_t a = ta == CUBLAS_OP_N ? i + l * (size_t)lda : l + i * (size_t)lda;
                    const size_t b = tb == CUBLAS_OP_N ? l + j * (size_t)ldb : j + l * (size_t)ldb;
                    sum += (double)dk_sim_get(A, a, is_bf16(at)) * (double)dk_sim_get(B, b, is_bf16(bt));
                }
                const size_t c = i + j * (size_t)ldc;
                dk_sim_put(C, c, is_bf16(ct),
                           one * (float)sum + (keep == 0 ? 0 : keep * dk_sim_get(C, c, is_bf16(ct))));
            }
        }
    });
    return CUBLAS_STATUS_SUCCESS;
}
}
