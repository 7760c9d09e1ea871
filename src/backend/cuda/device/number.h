/* Numbers of a tensor inside kernels: float, or dk_bf16 held as its bits; computed in float either way. Places of values
 * in a tensor of rows, and shares of the work. */
#ifndef DK_BACKEND_CUDA_NUMBER_H
#define DK_BACKEND_CUDA_NUMBER_H

#include <launch.h>

#include "backend/cuda/device/kernels.h"
#include "backend/precision.h"

DK_DEVICE float dk_get(const float *p) {
    return *p;
}

DK_DEVICE float dk_get(const dk_bf16 *p) {
    return dk_bf16_value(*p);
}

DK_DEVICE void dk_put(float *p, float value) {
    *p = value;
}

DK_DEVICE void dk_put(dk_bf16 *p, float value) {
    *p = dk_bf16_of(value);
}

/* V values that one instruction brings: 16 bytes where V·sizeof(T) is that, at a place that such bytes divide. */
template <typename T, int V> struct alignas(V * sizeof(T)) dk_pack { T v[V]; };

/* Pack i of those at p. */
template <typename P, typename T> DK_DEVICE P dk_take(const T *p, size_t i) {
    DK_ALIGNED(p, sizeof(P));
    return ((const P *)p)[i];
}

template <typename P, typename T> DK_DEVICE void dk_give(T *p, size_t i, const P &pack) {
    DK_ALIGNED(p, sizeof(P));
    ((P *)p)[i] = pack;
}

/* i / n and i mod n: 64-bit divisions take a hundred instructions, and are rarely needed. */
DK_DEVICE size_t dk_quotient(size_t i, int n) {
    return i >> 32 ? i / (unsigned)n : (unsigned)i / (unsigned)n;
}

DK_DEVICE int dk_rest(size_t i, int n) {
    return (int)(i >> 32 ? i % (unsigned)n : (unsigned)i % (unsigned)n);
}

/* Where value i of a tensor of rows is. */
struct dk_place {
    int n, c, h, w;
};

DK_DEVICE dk_place dk_place_of(size_t i, dk_cuda_sides s) {
    const size_t row = dk_quotient(i, s.c), line = dk_quotient(row, s.w);
    return {(int)dk_quotient(line, s.h), dk_rest(i, s.c), dk_rest(line, s.h), dk_rest(row, s.w)};
}

DK_DEVICE size_t dk_row(dk_cuda_sides s, int n, int h, int w) {
    return ((size_t)n * s.h + h) * s.w + w;
}

DK_DEVICE size_t dk_at(dk_cuda_sides s, int n, int c, int h, int w) {
    return dk_row(s, n, h, w) * s.c + c;
}

/* Value of this thread when each has one of `count`. */
#define DK_EACH(i, count)                                                                                    \
    const size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;                                          \
    if (i >= (count)) {                                                                                      \
        return;                                                                                              \
    }

enum { DK_THREADS = 256 };

static inline unsigned dk_blocks(size_t count) {
    return (unsigned)((count + DK_THREADS - 1) / DK_THREADS);
}

/* A kernel over each of `count` values, if there are any. */
#define DK_LAUNCH_EACH(kernel, count, stream, ...)                                                           \
    do {                                                                                                     \
        if ((count) > 0) {                                                                                   \
            DK_LAUNCH(kernel, dk_blocks(count), DK_THREADS, stream, __VA_ARGS__);                            \
        }                                                                                                    \
    } while (0)

/* The same call for T = float or dk_bf16. */
#define DK_TYPED(bf16, call)                                                                                 \
    do {                                                                                                     \
        if (bf16) {                                                                                          \
            typedef dk_bf16 T;                                                                               \
            call;                                                                                            \
        } else {                                                                                             \
            typedef float T;                                                                                 \
            call;                                                                                            \
        }                                                                                                    \
    } while (0)

/* Blocks that walk over channels: CHANNELS threads side by side read neighbours, LANES walk down the rows. */
enum { DK_CHANNELS = 32, DK_LANES = 8 };

static inline unsigned dk_channel_blocks(int channels) {
    return (unsigned)((channels + DK_CHANNELS - 1) / DK_CHANNELS);
}

#endif
