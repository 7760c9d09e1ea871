/* Loops over floats. The common activations are written out so that the compiler makes vectors of them; they
 * are bound by memory, so the plain instruction set is enough. */
#include "backend/onednn/flat.h"

/* y and z may be the same, which keeps the compiler from vectors unless it is told that order does not
 * matter. */
#define EACH(i, n) _Pragma("omp simd") for (size_t i = 0; i < (n); i++)

int dk_dnn_spans(size_t n) {
    return (int)((n + DK_DNN_SPAN - 1) / DK_DNN_SPAN);
}

dk_dnn_span dk_dnn_span_of(int i, size_t n) {
    const size_t at = (size_t)i * DK_DNN_SPAN;
    return (dk_dnn_span){at, n - at < DK_DNN_SPAN ? n - at : DK_DNN_SPAN};
}

const float *dk_dnn_span_in(const dk_dnn_kernels *k, const void *base, dk_dnn_span s, float *room) {
    const char *from = (const char *)base + s.at * k->item;
    if (k->widen == NULL) {
        return (const float *)(const void *)from;
    }
    k->widen(from, room, s.n);
    return room;
}

float *dk_dnn_span_out(const dk_dnn_kernels *k, void *base, dk_dnn_span s, float *room) {
    return k->narrow == NULL ? (float *)base + s.at : room;
}

void dk_dnn_span_put(const dk_dnn_kernels *k, void *base, dk_dnn_span s, const float *room) {
    if (k->narrow != NULL) {
        k->narrow(room, (char *)base + s.at * k->item, s.n);
    }
}

void dk_dnn_flat_act(dk_act act, const float *z, float *y, size_t n) {
    switch (act) {
    case DK_ACT_LINEAR:
        EACH(i, n) {
            y[i] = z[i];
        }
        break;
    case DK_ACT_RELU:
        EACH(i, n) {
            y[i] = z[i] > 0 ? z[i] : 0;
        }
        break;
    case DK_ACT_RELU6:
        EACH(i, n) {
            const float positive = z[i] > 0 ? z[i] : 0;
            y[i] = positive > 6 ? 6 : positive;
        }
        break;
    case DK_ACT_LEAKY:
        EACH(i, n) {
            y[i] = z[i] > 0 ? z[i] : .1f * z[i];
        }
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            y[i] = dk_act_value(act, z[i]);
        }
    }
}

void dk_dnn_flat_slope(dk_act act, const float *u, const float *dy, float *dz, size_t n) {
    switch (act) {
    case DK_ACT_LINEAR:
        EACH(i, n) {
            dz[i] = dy[i];
        }
        break;
    case DK_ACT_RELU:
        EACH(i, n) {
            dz[i] = u[i] > 0 ? dy[i] : 0;
        }
        break;
    case DK_ACT_RELU6:
        EACH(i, n) {
            dz[i] = (u[i] > 0) & (u[i] < 6) ? dy[i] : 0;
        }
        break;
    case DK_ACT_LEAKY:
        EACH(i, n) {
            dz[i] = u[i] > 0 ? dy[i] : .1f * dy[i];
        }
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            const float slope =
                dk_act_from_value(act) ? dk_act_slope_of_value(act, u[i]) : dk_act_slope(act, u[i]);
            dz[i] = dy[i] * slope;
        }
    }
}

void dk_dnn_flat_add(const float *a, const float *b, float *y, size_t n) {
    EACH(i, n) {
        y[i] = a[i] + b[i];
    }
}

void dk_dnn_flat_multiply(const float *a, const float *b, float *y, size_t n) {
    EACH(i, n) {
        y[i] = a[i] * b[i];
    }
}
