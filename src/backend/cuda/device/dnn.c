/* Convolutions by cuDNN where it takes them, through its older API, on rows (NHWC). Of each direction algorithm 1 only, which
 * its manual calls deterministic; float is multiplied as float, without TF32. It knows no padding but one that is equal on
 * both sides, and may work in MOST bytes of scratch: what it does not take is unfolded. Filters are packed to its order:
 * output, cell, channel of the group. */
#include <cudnn.h>
#include <stdlib.h>

#include "backend/cuda/device/conv.h"

enum { MOST = 64 << 20 };

static const cudnnConvolutionFwdAlgo_t FORWARD = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
static const cudnnConvolutionBwdDataAlgo_t BACK = CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
static const cudnnConvolutionBwdFilterAlgo_t WEIGH = CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;

/* What cuDNN is told of a plan; dx and dw are like x and w. */
struct dk_cuda_dnn {
    cudnnTensorDescriptor_t x, y;
    cudnnFilterDescriptor_t w;
    cudnnConvolutionDescriptor_t conv;
};

static dk_status check(cudnnStatus_t status, dk_error *err) {
    return status == CUDNN_STATUS_SUCCESS ? DK_OK
                                          : dk_fail(err, DK_EBACKEND, "engine cuda: a convolution: cuDNN: %s",
                                                    cudnnGetErrorString(status));
}

/* It is started by the first plan that asks for it. */
static bool start(dk_cuda *e) {
    if (dk_cuda_enter(e, NULL) != DK_OK) {
        return false;
    }
    if (e->dnn == NULL && cudnnCreate(&e->dnn) != CUDNN_STATUS_SUCCESS) {
        e->dnn = NULL;
        return false;
    }
    return cudnnSetStream(e->dnn, e->stream) == CUDNN_STATUS_SUCCESS;
}

static void close(dk_cuda *e) {
    if (e->dnn != NULL) {
        (void)cudnnDestroy(e->dnn);
    }
}

/* Whether as much padding at the end as at the beginning gives y's side. */
static bool even(int x, int y, int window, int stride, int dilation, int before) {
    const int room = x + 2 * before - (window - 1) * dilation - 1;
    return before >= 0 && room >= 0 && room / stride + 1 == y;
}

static cudnnStatus_t describe_tensor(cudnnTensorDescriptor_t *t, cudnnDataType_t type, dk_cuda_sides s) {
    const cudnnStatus_t status = cudnnCreateTensorDescriptor(t);
    return status != CUDNN_STATUS_SUCCESS
               ? status
               : cudnnSetTensor4dDescriptor(*t, CUDNN_TENSOR_NHWC, type, s.n, s.c, s.h, s.w);
}

static bool describe(const dk_cuda_plan *p, struct dk_cuda_dnn *d) {
    const dk_cuda_window *w = &p->conv.window;
    const bool bf16 = dk_cuda_is_bf16(p);
    const cudnnDataType_t type = bf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
    return describe_tensor(&d->x, type, w->x) == CUDNN_STATUS_SUCCESS &&
           describe_tensor(&d->y, type, w->y) == CUDNN_STATUS_SUCCESS &&
           cudnnCreateFilterDescriptor(&d->w) == CUDNN_STATUS_SUCCESS &&
           cudnnSetFilter4dDescriptor(d->w, type, CUDNN_TENSOR_NHWC, w->y.c, w->x.c / w->groups, w->kh,
                                      w->kw) == CUDNN_STATUS_SUCCESS &&
           cudnnCreateConvolutionDescriptor(&d->conv) == CUDNN_STATUS_SUCCESS &&
           cudnnSetConvolution2dDescriptor(d->conv, w->top, w->left, w->stride_y, w->stride_x, w->dilation,
                                           w->dilation, CUDNN_CROSS_CORRELATION,
                                           CUDNN_DATA_FLOAT) == CUDNN_STATUS_SUCCESS &&
           cudnnSetConvolutionGroupCount(d->conv, w->groups) == CUDNN_STATUS_SUCCESS &&
           cudnnSetConvolutionMathType(d->conv, bf16 ? CUDNN_TENSOR_OP_MATH : CUDNN_FMA_MATH) ==
               CUDNN_STATUS_SUCCESS;
}

/* Bytes that all directions of the plan want to work in; more than MOST where cuDNN refuses one. */
static size_t ask(const dk_cuda_plan *p, const struct dk_cuda_dnn *d) {
    const cudnnHandle_t h = p->engine->dnn;
    size_t most = 0, bytes = 0;
    if (cudnnGetConvolutionForwardWorkspaceSize(h, d->x, d->w, d->conv, d->y, FORWARD, &most) !=
        CUDNN_STATUS_SUCCESS) {
        return SIZE_MAX;
    }
    if (p->desc.train) {
        if (cudnnGetConvolutionBackwardFilterWorkspaceSize(h, d->x, d->y, d->conv, d->w, WEIGH, &bytes) !=
            CUDNN_STATUS_SUCCESS) {
            return SIZE_MAX;
        }
        most = bytes > most ? bytes : most;
    }
    if (p->desc.train && p->desc.wants_dx) {
        if (cudnnGetConvolutionBackwardDataWorkspaceSize(h, d->w, d->y, d->conv, d->x, BACK, &bytes) !=
            CUDNN_STATUS_SUCCESS) {
            return SIZE_MAX;
        }
        most = bytes > most ? bytes : most;
    }
    return most;
}

static void release(dk_cuda_plan *p) {
    struct dk_cuda_dnn *d = p->conv.dnn;
    if (d == NULL) {
        return;
    }
    if (d->x != NULL) {
        (void)cudnnDestroyTensorDescriptor(d->x);
    }
    if (d->y != NULL) {
        (void)cudnnDestroyTensorDescriptor(d->y);
    }
    if (d->w != NULL) {
        (void)cudnnDestroyFilterDescriptor(d->w);
    }
    if (d->conv != NULL) {
        (void)cudnnDestroyConvolutionDescriptor(d->conv);
    }
    free(d);
    p->conv.dnn = NULL;
}

static bool takes(dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    if (!even(w->x.h, w->y.h, w->kh, w->stride_y, w->dilation, w->top) ||
        !even(w->x.w, w->y.w, w->kw, w->stride_x, w->dilation, w->left) || !start(p->engine)) {
        return false;
    }
    p->conv.dnn = calloc(1, sizeof *p->conv.dnn);
    if (p->conv.dnn != NULL && describe(p, p->conv.dnn)) {
        p->conv.pad = ask(p, p->conv.dnn);
        if (p->conv.pad <= MOST) {
            return true;
        }
    }
    release(p);
    return false;
}

static size_t filter_bytes(const dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    return (size_t)w->y.c * (size_t)(w->kh * w->kw) * (size_t)(w->x.c / w->groups) *
           (dk_cuda_is_bf16(p) ? sizeof(dk_bf16) : sizeof(float));
}

static void plan(dk_cuda_plan *p) {
    p->conv.pad_at = dk_cuda_reserve(p, p->conv.pad);
    p->seam.packed = filter_bytes(p);
    if (p->desc.train) {
        p->conv.filters_at = dk_cuda_reserve(p, filter_bytes(p));
    }
}

static void pack(const dk_cuda_plan *p, const float *weights, void *packed) {
    const dk_cuda_window *w = &p->conv.window;
    dk_cuda_pack_filters(p->engine->stream, w->y.c, w->kh * w->kw, w->x.c / w->groups, weights,
                         dk_cuda_is_bf16(p), packed);
}

static dk_status forward(dk_cuda_plan *p, const void *x, const void *filters, void *r, dk_error *err) {
    const struct dk_cuda_dnn *d = p->conv.dnn;
    const float one = 1, zero = 0;
    return check(cudnnConvolutionForward(p->engine->dnn, &one, d->x, x, d->w, filters, d->conv, FORWARD,
                                         dk_cuda_scratch(p, p->conv.pad_at), p->conv.pad, &zero, d->y, r),
                 err);
}

static dk_status back(dk_cuda_plan *p, const void *dr, const void *filters, void *dx, dk_error *err) {
    const struct dk_cuda_dnn *d = p->conv.dnn;
    const float one = 1, zero = 0;
    return check(cudnnConvolutionBackwardData(p->engine->dnn, &one, d->w, filters, d->y, dr, d->conv, BACK,
                                              dk_cuda_scratch(p, p->conv.pad_at), p->conv.pad, &zero, d->x,
                                              dx),
                 err);
}

/* dw comes in the type of the filters: bf16 sums are rounded once, at their end. */
static dk_status weigh(dk_cuda_plan *p, const void *x, const void *dr, float *dw, dk_error *err) {
    const struct dk_cuda_dnn *d = p->conv.dnn;
    const dk_cuda_window *w = &p->conv.window;
    const float one = 1, zero = 0;
    void *sums = dk_cuda_scratch(p, p->conv.filters_at);
    DK_TRY(check(cudnnConvolutionBackwardFilter(p->engine->dnn, &one, d->x, x, d->y, dr, d->conv, WEIGH,
                                                dk_cuda_scratch(p, p->conv.pad_at), p->conv.pad, &zero, d->w,
                                                sums),
                 err));
    dk_cuda_unpack_filters(p->engine->stream, w->y.c, w->kh * w->kw, w->x.c / w->groups, dk_cuda_is_bf16(p),
                           sums, dw);
    return DK_OK;
}

const dk_cuda_way dk_cuda_way_dnn = {
    .name = "dnn",
    .takes = takes,
    .plan = plan,
    .pack = pack,
    .forward = forward,
    .back = back,
    .weigh = weigh,
    .release = release,
    .close = close,
};
