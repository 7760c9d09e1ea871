/* Sums, products, copies, larger pictures and dropout: each value by itself, but for the sums of a plane. */
#include "backend/cuda/device/number.h"

#include "backend/cuda/device/column.h"
#include "base/rng_at.h"

static size_t count_of(dk_cuda_sides s) {
    return (size_t)s.n * s.c * s.h * s.w;
}

/* The cell of the other, that has `other` along this axis, which meets cell i of mine; −1: none. */
DK_DEVICE int partner(int i, int mine, int other) {
    const int step = mine > other ? mine / other : 1, cell = i / step;
    return i % step != 0 || cell >= other ? -1 : cell * (other > mine ? other / mine : 1);
}

template <typename T>
DK_KERNEL meet(bool set, size_t count, dk_cuda_sides t, T *to, dk_cuda_sides f, const T *from) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, t);
    const int h = partner(p.h, t.h, f.h), w = partner(p.w, t.w, f.w);
    const float v = p.c < f.c && h >= 0 && w >= 0 ? dk_get(from + dk_at(f, p.n, p.c, h, w)) : 0;
    dk_put(to + i, set ? v : dk_get(to + i) + v);
}

template <typename T>
DK_KERNEL multiply(size_t count, dk_cuda_sides x, bool each, const T *a, const T *factor, T *y) {
    DK_EACH(i, count);
    const size_t at = each ? dk_quotient(i, x.c * x.h * x.w) * x.c + dk_rest(i, x.c) : i;
    dk_put(y + i, dk_get(a + i) * dk_get(factor + at));
}

/* A block has a picture's channels, and one part: the whole plane. */
template <typename T> DK_KERNEL products(dk_cuda_sides x, const T *a, const T *b, T *sums) {
    const int c = (int)(blockIdx.x * DK_CHANNELS + threadIdx.x), plane = x.h * x.w;
    const size_t first = (size_t)blockIdx.y * plane * x.c + c;
    float sum[1] = {0};
    for (int i = (int)threadIdx.y; c < x.c && i < plane; i += DK_LANES) {
        const size_t at = first + (size_t)i * x.c;
        sum[0] += dk_get(a + at) * dk_get(b + at);
    }
    DK_COLUMN_SUMS(sum);
    if (threadIdx.y == 0 && c < x.c) {
        dk_put(sums + (size_t)blockIdx.y * x.c + c, sum[0]);
    }
}

template <typename T> DK_KERNEL copy_channels(dk_cuda_channels k, size_t count, const T *from, T *to) {
    DK_EACH(i, count);
    const size_t row = dk_quotient(i, k.count), c = (size_t)dk_rest(i, k.count);
    to[row * k.to_c + k.to_at + c] = from[row * k.from_c + k.from_at + c];
}

template <typename T>
DK_KERNEL resample(size_t count, dk_cuda_sides x, int stride, float scale, const T *from, T *to) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, {x.n, x.c, x.h * stride, x.w * stride});
    dk_put(to + i, scale * dk_get(from + dk_at(x, p.n, p.c, p.h / stride, p.w / stride)));
}

template <typename T>
DK_KERNEL resample_back(size_t count, dk_cuda_sides x, int stride, float scale, const T *dy, T *dx) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, x);
    const dk_cuda_sides y = {x.n, x.c, x.h * stride, x.w * stride};
    float sum = 0;
    for (int k = 0; k < stride * stride; k++) {
        sum += dk_get(dy + dk_at(y, p.n, p.c, p.h * stride + k / stride, p.w * stride + k % stride));
    }
    dk_put(dx + i, scale * sum);
}

/* The mask counts in the order n,c,h,w. */
template <typename T>
DK_KERNEL dropout(size_t count, dk_cuda_sides x, uint64_t key, float probability, const T *from, T *to) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, x);
    const size_t logical = (((size_t)p.n * x.c + p.c) * x.h + p.h) * x.w + p.w;
    const float scale = 1 / (1 - probability);
    dk_put(to + i, dk_rng_unit_at(key, logical) < probability ? 0 : dk_get(from + i) * scale);
}

void dk_cuda_meet(cudaStream_t s, bool bf16, bool set, dk_cuda_sides t, void *to, dk_cuda_sides f,
                  const void *from) {
    const size_t count = count_of(t);
    DK_TYPED(bf16, DK_LAUNCH_EACH(meet<T>, count, s, set, count, t, (T *)to, f, (const T *)from));
}

void dk_cuda_multiply(cudaStream_t s, bool bf16, dk_cuda_sides x, bool each, const void *a,
                      const void *factor, void *y) {
    const size_t count = count_of(x);
    DK_TYPED(bf16,
             DK_LAUNCH_EACH(multiply<T>, count, s, count, x, each, (const T *)a, (const T *)factor, (T *)y));
}

void dk_cuda_products(cudaStream_t s, bool bf16, dk_cuda_sides x, const void *a, const void *b, void *sums) {
    DK_TYPED(bf16, DK_LAUNCH(products<T>, dim3(dk_channel_blocks(x.c), (unsigned)x.n), dk_column_block(), s,
                             x, (const T *)a, (const T *)b, (T *)sums));
}

void dk_cuda_copy_channels(cudaStream_t s, dk_cuda_channels c, bool bf16, const void *from, void *to) {
    const size_t count = c.rows * (size_t)c.count;
    DK_TYPED(bf16, DK_LAUNCH_EACH(copy_channels<T>, count, s, c, count, (const T *)from, (T *)to));
}

void dk_cuda_resample(cudaStream_t s, dk_cuda_sides x, int stride, float scale, bool bf16, const void *from,
                      void *to) {
    const size_t count = count_of(x) * stride * stride;
    DK_TYPED(bf16, DK_LAUNCH_EACH(resample<T>, count, s, count, x, stride, scale, (const T *)from, (T *)to));
}

void dk_cuda_resample_back(cudaStream_t s, dk_cuda_sides x, int stride, float scale, bool bf16,
                           const void *dy, void *dx) {
    const size_t count = count_of(x);
    DK_TYPED(bf16,
             DK_LAUNCH_EACH(resample_back<T>, count, s, count, x, stride, scale, (const T *)dy, (T *)dx));
}

void dk_cuda_dropout(cudaStream_t s, dk_cuda_sides x, uint64_t key, float probability, bool bf16,
                     const void *from, void *to) {
    const size_t count = count_of(x);
    DK_TYPED(bf16,
             DK_LAUNCH_EACH(dropout<T>, count, s, count, x, key, probability, (const T *)from, (T *)to));
}
