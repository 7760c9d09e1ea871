/* Over spans of plain floats: a step of the optimiser (backend.h), blending, sums, and the sum of squares. */
#include "backend/cuda/device/number.h"

DK_KERNEL sgd(dk_cuda_step u, size_t n, float *w, float *m, const float *g) {
    DK_EACH(i, n);
    const float d = g[i] + u.decay * w[i], moved = u.momentum * m[i] + d;
    m[i] = moved;
    w[i] -= u.rate * (u.apart ? d + u.momentum * moved : moved);
}

DK_KERNEL adam(dk_cuda_step u, size_t n, float *w, float *m, float *v, const float *g) {
    DK_EACH(i, n);
    const float d = g[i] + (u.apart ? 0 : u.decay * w[i]);
    m[i] = u.beta1 * m[i] + (1 - u.beta1) * d;
    v[i] = u.beta2 * v[i] + (1 - u.beta2) * d * d;
    const float step = u.m_scale * m[i] / (sqrtf(u.v_scale * v[i]) + u.eps);
    w[i] -= u.rate * (step + (u.apart ? u.decay * w[i] : 0));
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

void dk_cuda_update(cudaStream_t s, const dk_cuda_step *step, size_t n, float *w, float *m, float *v,
                    const float *g) {
    const dk_cuda_step u = *step;
    if (u.adam) {
        DK_LAUNCH_EACH(adam, n, s, u, n, w, m, v, g);
    } else {
        DK_LAUNCH_EACH(sgd, n, s, u, n, w, m, g);
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
