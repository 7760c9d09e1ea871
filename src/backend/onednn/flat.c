/* Loops over floats. The common activations are written out so that the compiler makes vectors of them; they
 * are bound by memory, so the plain instruction set is enough. */
#include "backend/onednn/flat.h"

#define ALL(n) for (size_t i = 0; i < (n); i++)

void dk_dnn_flat_act(dk_act act, const float *z, float *y, size_t n, int threads) {
    switch (act) {
    case DK_ACT_LINEAR:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            y[i] = z[i];
        }
        break;
    case DK_ACT_RELU:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            y[i] = z[i] > 0 ? z[i] : 0;
        }
        break;
    case DK_ACT_RELU6:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            const float positive = z[i] > 0 ? z[i] : 0;
            y[i] = positive > 6 ? 6 : positive;
        }
        break;
    case DK_ACT_LEAKY:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            y[i] = z[i] > 0 ? z[i] : .1f * z[i];
        }
        break;
    default:
#pragma omp parallel for num_threads(threads)
        ALL(n) {
            y[i] = dk_act_value(act, z[i]);
        }
    }
}

void dk_dnn_flat_slope(dk_act act, const float *u, const float *dy, float *dz, size_t n, int threads) {
    switch (act) {
    case DK_ACT_LINEAR:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            dz[i] = dy[i];
        }
        break;
    case DK_ACT_RELU:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            dz[i] = u[i] > 0 ? dy[i] : 0;
        }
        break;
    case DK_ACT_RELU6:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            dz[i] = (u[i] > 0) & (u[i] < 6) ? dy[i] : 0;
        }
        break;
    case DK_ACT_LEAKY:
#pragma omp parallel for simd num_threads(threads)
        ALL(n) {
            dz[i] = u[i] > 0 ? dy[i] : .1f * dy[i];
        }
        break;
    default:
#pragma omp parallel for num_threads(threads)
        ALL(n) {
            dz[i] =
                dy[i] * (dk_act_from_value(act) ? dk_act_slope_of_value(act, u[i]) : dk_act_slope(act, u[i]));
        }
    }
}

void dk_dnn_flat_add(float *into, const float *from, size_t n, int threads) {
#pragma omp parallel for simd num_threads(threads)
    ALL(n) {
        into[i] += from[i];
    }
}

void dk_dnn_flat_multiply(const float *a, const float *b, float *y, size_t n, int threads) {
#pragma omp parallel for simd num_threads(threads)
    ALL(n) {
        y[i] = a[i] * b[i];
    }
}
