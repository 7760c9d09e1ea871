/* cuDNN's convolutions, in loops, with what its manual refuses refused. The workspace is filled with what no number is, and
 * floats are rounded to TF32 unless the multiplications are asked to be exact. */
#include "sim.h"
#include "values.h"

#include <cudnn.h>

#include <cstdlib>
#include <vector>

struct cudnnContext {
    cudaStream_t stream;
};

struct cudnnTensorStruct {
    bool bf16, rows;
    int n, c, h, w;
};

struct cudnnFilterStruct {
    bool bf16, rows;
    int k, c, h, w;
};

struct cudnnConvolutionStruct {
    int pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w, groups;
    cudnnMathType_t math;
};

/* A convolution of x to y with the filters w. */
struct shape {
    cudnnTensorStruct x, y;
    cudnnFilterStruct w;
    cudnnConvolutionStruct conv;
};

/* What is multiplied: TF32 has 10 bits behind the point. */
static float factor(const shape &s, const void *at, size_t i) {
    float v = dk_sim_get(at, i, s.x.bf16);
    if (!s.x.bf16 && s.conv.math != CUDNN_FMA_MATH) {
        uint32_t bits;
        memcpy(&bits, &v, sizeof bits);
        bits = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu;
        memcpy(&v, &bits, sizeof v);
    }
    return v;
}

/* Calls f with the places in x, w and y of every product. */
template <typename F> static void each_product(const shape &s, F f) {
    const cudnnConvolutionStruct &k = s.conv;
    const int outputs = s.y.c / k.groups;
    for (int n = 0; n < s.y.n; n++) {
        for (int cell = 0; cell < s.y.h * s.y.w; cell++) {
            for (int at = 0; at < s.w.h * s.w.w; at++) {
                const int h = cell / s.y.w * k.stride_h + at / s.w.w * k.dilation_h - k.pad_h,
                          w = cell % s.y.w * k.stride_w + at % s.w.w * k.dilation_w - k.pad_w;
                if (h < 0 || h >= s.x.h || w < 0 || w >= s.x.w) {
                    continue;
                }
                const size_t x = (((size_t)n * s.x.h + h) * s.x.w + w) * s.x.c;
                const size_t y = ((size_t)n * s.y.h * s.y.w + cell) * s.y.c;
                for (int o = 0; o < s.y.c; o++) {
                    const size_t filter = ((size_t)o * s.w.h * s.w.w + at) * s.w.c;
                    for (int c = 0; c < s.w.c; c++) {
                        f(x + o / outputs * s.w.c + c, filter + c, y + o);
                    }
                }
            }
        }
    }
}

static bool side_fits(int x, int y, int window, int pad, int stride, int dilation) {
    const int room = x + 2 * pad - (window - 1) * dilation - 1;
    return room >= 0 && room / stride + 1 == y;
}

static bool told(const char *what) {
    const char *text = getenv("DK_SIM_DNN");
    return text != nullptr && strcmp(text, what) == 0;
}

static cudnnStatus_t check(const shape &s) {
    const cudnnConvolutionStruct &k = s.conv;
    if (told("refuses") || s.x.bf16 != s.y.bf16 || s.x.bf16 != s.w.bf16 || !s.x.rows || !s.y.rows ||
        !s.w.rows || (s.x.bf16 && dk_sim_number("DK_SIM_CAPABILITY", 90) < 80)) {
        return CUDNN_STATUS_NOT_SUPPORTED;
    }
    return s.x.n == s.y.n && s.x.c == s.w.c * k.groups && s.y.c == s.w.k && s.w.k % k.groups == 0 &&
                   side_fits(s.x.h, s.y.h, s.w.h, k.pad_h, k.stride_h, k.dilation_h) &&
                   side_fits(s.x.w, s.y.w, s.w.w, k.pad_w, k.stride_w, k.dilation_w)
               ? CUDNN_STATUS_SUCCESS
               : CUDNN_STATUS_BAD_PARAM;
}

static size_t workspace(const shape &s) {
    return told("large") ? (64 << 20) + 1 : 1000 + (size_t)s.w.k * 4;
}

static cudnnStatus_t ask(const shape &s, bool known, size_t *bytes) {
    const cudnnStatus_t status = known ? check(s) : CUDNN_STATUS_NOT_SUPPORTED;
    *bytes = status == CUDNN_STATUS_SUCCESS ? workspace(s) : 0;
    return status;
}

static size_t count(const cudnnTensorStruct &t) {
    return (size_t)t.n * t.c * t.h * t.w;
}

static size_t count(const cudnnFilterStruct &f) {
    return (size_t)f.k * f.c * f.h * f.w;
}

/* Queues to = alpha·sums + beta·to, where `add` adds up the sums. */
template <typename F>
static cudnnStatus_t run(cudnnHandle_t h, const shape &s, bool known, const void *a, const void *b, void *pad,
                         size_t room, const void *alpha, const void *beta, void *to, size_t values, F add) {
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    const cudnnStatus_t status = known ? check(s) : CUDNN_STATUS_NOT_SUPPORTED;
    if (status != CUDNN_STATUS_SUCCESS) {
        return status;
    }
    if (a == nullptr || b == nullptr || to == nullptr || pad == nullptr || room < workspace(s)) {
        return CUDNN_STATUS_BAD_PARAM;
    }
    if (((uintptr_t)a | (uintptr_t)b | (uintptr_t)to | (uintptr_t)pad) % 16 != 0) {
        return CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER;
    }
    const float scale = *(const float *)alpha, keep = *(const float *)beta;
    dk_sim_queue(h->stream, [=] {
        std::vector<double> sums(values);
        memset(pad, 0xff, room);
        add(sums);
        for (size_t i = 0; i < values; i++) {
            const float old = keep == 0 ? 0 : keep * dk_sim_get(to, i, s.x.bf16);
            dk_sim_put(to, i, s.x.bf16, scale * (float)sums[i] + old);
        }
    });
    return CUDNN_STATUS_SUCCESS;
}

template <typename T> static cudnnStatus_t make(T **out) {
    *out = new T{};
    return CUDNN_STATUS_SUCCESS;
}

template <typename T> static cudnnStatus_t destroy(T *t) {
    delete t;
    return CUDNN_STATUS_SUCCESS;
}

template <typename T>
static cudnnStatus_t set(T *t, cudnnTensorFormat_t format, cudnnDataType_t type, int a, int b, int h, int w) {
    if (type != CUDNN_DATA_FLOAT && type != CUDNN_DATA_BFLOAT16) {
        return CUDNN_STATUS_NOT_SUPPORTED;
    }
    *t = {type == CUDNN_DATA_BFLOAT16, format == CUDNN_TENSOR_NHWC, a, b, h, w};
    return a > 0 && b > 0 && h > 0 && w > 0 ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_BAD_PARAM;
}

extern "C" {

cudnnStatus_t cudnnCreate(cudnnHandle_t *h) {
    return told("missing") ? CUDNN_STATUS_NOT_INITIALIZED : make(h);
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t h) {
    return destroy(h);
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t h, cudaStream_t stream) {
    h->stream = stream;
    return CUDNN_STATUS_SUCCESS;
}

const char *cudnnGetErrorString(cudnnStatus_t status) {
    return status == CUDNN_STATUS_NOT_SUPPORTED ? "CUDNN_STATUS_NOT_SUPPORTED" : "CUDNN_STATUS_BAD_PARAM";
}

cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t *t) {
    return make(t);
}

cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t t) {
    return destroy(t);
}

cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t t, cudnnTensorFormat_t format,
                                         cudnnDataType_t type, int n, int c, int h, int w) {
    return set(t, format, type, n, c, h, w);
}

cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t *f) {
    return make(f);
}

cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t f) {
    return destroy(f);
}

cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t f, cudnnDataType_t type,
                                         cudnnTensorFormat_t format, int k, int c, int h, int w) {
    return set(f, format, type, k, c, h, w);
}

cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t *k) {
    return make(k);
}

cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t k) {
    return destroy(k);
}

cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t k, int pad_h, int pad_w,
                                              int stride_h, int stride_w, int dilation_h, int dilation_w,
                                              cudnnConvolutionMode_t mode, cudnnDataType_t type) {
    if (mode != CUDNN_CROSS_CORRELATION || type != CUDNN_DATA_FLOAT) {
        return CUDNN_STATUS_NOT_SUPPORTED;
    }
    *k = {pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w, 1, CUDNN_DEFAULT_MATH};
    return pad_h >= 0 && pad_w >= 0 && stride_h > 0 && stride_w > 0 && dilation_h > 0 && dilation_w > 0
               ? CUDNN_STATUS_SUCCESS
               : CUDNN_STATUS_BAD_PARAM;
}

cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t k, int groups) {
    k->groups = groups;
    return groups > 0 ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_BAD_PARAM;
}

cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t k, cudnnMathType_t math) {
    k->math = math;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(cudnnHandle_t, cudnnTensorDescriptor_t x,
                                                      cudnnFilterDescriptor_t w,
                                                      cudnnConvolutionDescriptor_t k,
                                                      cudnnTensorDescriptor_t y,
                                                      cudnnConvolutionFwdAlgo_t algo, size_t *bytes) {
    return ask({*x, *y, *w, *k}, algo == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, bytes);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(
    cudnnHandle_t, cudnnFilterDescriptor_t w, cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t k,
    cudnnTensorDescriptor_t dx, cudnnConvolutionBwdDataAlgo_t algo, size_t *bytes) {
    return ask({*dx, *dy, *w, *k}, algo == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, bytes);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(
    cudnnHandle_t, cudnnTensorDescriptor_t x, cudnnTensorDescriptor_t dy, cudnnConvolutionDescriptor_t k,
    cudnnFilterDescriptor_t dw, cudnnConvolutionBwdFilterAlgo_t algo, size_t *bytes) {
    return ask({*x, *dy, *dw, *k}, algo == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, bytes);
}

cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t h, const void *alpha, cudnnTensorDescriptor_t x_is,
                                      const void *x, cudnnFilterDescriptor_t w_is, const void *w,
                                      cudnnConvolutionDescriptor_t k, cudnnConvolutionFwdAlgo_t algo,
                                      void *pad, size_t room, const void *beta, cudnnTensorDescriptor_t y_is,
                                      void *y) {
    const shape s = {*x_is, *y_is, *w_is, *k};
    return run(h, s, algo == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, x, w, pad, room, alpha, beta,
               y, count(s.y), [=](std::vector<double> &sums) {
                   each_product(s, [&](size_t xi, size_t wi, size_t yi) {
                       sums[yi] += (double)factor(s, x, xi) * factor(s, w, wi);
                   });
               });
}

cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t h, const void *alpha, cudnnFilterDescriptor_t w_is,
                                           const void *w, cudnnTensorDescriptor_t dy_is, const void *dy,
                                           cudnnConvolutionDescriptor_t k, cudnnConvolutionBwdDataAlgo_t algo,
                                           void *pad, size_t room, const void *beta,
                                           cudnnTensorDescriptor_t dx_is, void *dx) {
    const shape s = {*dx_is, *dy_is, *w_is, *k};
    return run(h, s, algo == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, dy, w, pad, room, alpha, beta, dx, count(s.x),
               [=](std::vector<double> &sums) {
                   each_product(s, [&](size_t xi, size_t wi, size_t yi) {
                       sums[xi] += (double)factor(s, dy, yi) * factor(s, w, wi);
                   });
               });
}

cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t h, const void *alpha, cudnnTensorDescriptor_t x_is,
                                             const void *x, cudnnTensorDescriptor_t dy_is, const void *dy,
                                             cudnnConvolutionDescriptor_t k,
                                             cudnnConvolutionBwdFilterAlgo_t algo, void *pad, size_t room,
                                             const void *beta, cudnnFilterDescriptor_t dw_is, void *dw) {
    const shape s = {*x_is, *dy_is, *dw_is, *k};
    return run(h, s, algo == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, x, dy, pad, room, alpha, beta, dw,
               count(s.w), [=](std::vector<double> &sums) {
                   each_product(s, [&](size_t xi, size_t wi, size_t yi) {
                       sums[wi] += (double)factor(s, x, xi) * factor(s, dy, yi);
                   });
               });
}
}
