/* Over spans of plain floats: a step of the optimiser (backend.h), blending, sums, and the sum of squares. */
#include "backend/cuda/device/number.h"

DK_DEVICE void sgd(const dk_cuda_span &k, size_t i) {
    const dk_cuda_step &u = k.step;
    const float d = k.g[i] + u.decay * k.w[i], moved = u.momentum * k.m[i] + d;
    k.m[i] = moved;
    k.w[i] -= u.rate * (u.apart ? d + u.momentum * moved : moved);
}

DK_DEVICE void adam(const dk_cuda_span &k, size_t i) {
    const dk_cuda_step &u = k.step;
    const float d = k.g[i] + (u.apart ? 0 : u.decay * k.w[i]);
    k.m[i] = u.beta1 * k.m[i] + (1 - u.beta1) * d;
    k.v[i] = u.beta2 * k.v[i] + (1 - u.beta2) * d * d;
    const float step = u.m_scale * k.m[i] / (sqrtf(u.v_scale * k.v[i]) + u.eps);
    k.w[i] -= u.rate * (step + (u.apart ? u.decay * k.w[i] : 0));
}

DK_KERNEL update(dk_cuda_spans all) {
    int at = 0;
    while (at + 1 < all.count && blockIdx.x >= all.span[at + 1].first) {
        at++;
    }
    const dk_cuda_span &k = all.span[at];
    const size_t i = (size_t)(blockIdx.x - k.first) * DK_THREADS + threadIdx.x;
    if (i < k.n && k.step.adam) {
        adam(k, i);
    } else if (i < k.n) {
        sgd(k, i);
    }
}

/* Equal values have the difference 0, so that they stay equal. */
DK_KERNEL blend(size_t n, float share, float *into, const float *from) {
    DK_EACH(i, n);
    into[i] += share * ((from != NULL ? from[i] : 0) - into[i]);
}

template <typename T> DK_KERNEL sum(size_t n, T *into, const T *from) {
    DK_EACH(i, n);
    dk_put(into + i, dk_get(into + i) + dk_get(from + i));
}

/* Thread k of all takes the values k, k + DK_CUDA_SQUARES, … */
DK_KERNEL squares(size_t n, const float *values, double *table) {
    DK_EACH(k, (size_t)DK_CUDA_SQUARES);
    double all = 0;
    for (size_t i = k; i < n; i += DK_CUDA_SQUARES) {
        all += (double)values[i] * (double)values[i];
    }
    table[k] = all;
}

void dk_cuda_spans_add(dk_cuda_spans *all, dk_cuda_span span) {
    span.first = all->blocks;
    all->blocks += dk_blocks(span.n);
    all->span[all->count++] = span;
}

void dk_cuda_update(cudaStream_t s, const dk_cuda_spans *all) {
    if (all->blocks > 0) {
        DK_LAUNCH(update, all->blocks, DK_THREADS, s, *all);
    }
}

void dk_cuda_blend(cudaStream_t s, size_t n, float share, float *into, const float *from) {
    DK_LAUNCH_EACH(blend, n, s, n, share, into, from);
}

void dk_cuda_sum(cudaStream_t s, size_t n, bool bf16, void *into, const void *from) {
    DK_TYPED(bf16, DK_LAUNCH_EACH(sum<T>, n, s, n, (T *)into, (const T *)from));
}

void dk_cuda_squares(cudaStream_t s, size_t n, const float *values, double *table) {
    DK_LAUNCH_EACH(squares, (size_t)DK_CUDA_SQUARES, s, n, values, table);
}
