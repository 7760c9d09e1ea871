/* Convolutions of each channel by itself: output o is of channel o ÷ (y.c ÷ x.c). Filters are packed as [cells][y.c], so that
 * neighbouring threads read neighbouring values of everything. */
#include "backend/cuda/device/number.h"

#include "backend/cuda/device/column.h"

DK_KERNEL pack(int cells, int channels, const float *weights, float *packed) {
    DK_EACH(i, (size_t)cells * channels);
    packed[i] = weights[(i % channels) * cells + i / channels];
}

/* A thread has V neighbouring channels: more than one only where each has one filter. */
template <typename T, int V>
DK_KERNEL forward(dk_cuda_window w, size_t packs, const T *x, const float *packed, T *y) {
    DK_EACH(i, packs);
    typedef dk_pack<T, V> pack;
    const dk_place p = dk_place_of(i * V, w.y);
    const int c = p.c / (w.y.c / w.x.c);
    float sums[V] = {};
    for (int ky = 0; ky < w.kh; ky++) {
        const int row = p.h * w.stride_y + ky * w.dilation - w.top;
        for (int kx = 0; kx < w.kw && row >= 0 && row < w.x.h; kx++) {
            const int line = p.w * w.stride_x + kx * w.dilation - w.left;
            if (line < 0 || line >= w.x.w) {
                continue;
            }
            const pack from = dk_take<pack>(x + dk_at(w.x, p.n, c, row, line), 0);
            const float *filter = packed + (size_t)(ky * w.kw + kx) * w.y.c + p.c;
            for (int k = 0; k < V; k++) {
                sums[k] += filter[k] * dk_get(from.v + k);
            }
        }
    }
    pack to;
    for (int k = 0; k < V; k++) {
        dk_put(to.v + k, sums[k]);
    }
    dk_give(y, i, to);
}

template <typename T, int V>
DK_KERNEL back(dk_cuda_window w, size_t packs, const T *dy, const float *packed, T *dx) {
    DK_EACH(i, packs);
    typedef dk_pack<T, V> pack;
    const dk_place p = dk_place_of(i * V, w.x);
    const int each = w.y.c / w.x.c;
    float sums[V] = {};
    for (int ky = 0; ky < w.kh; ky++) {
        const int row = p.h + w.top - ky * w.dilation;
        const bool meets = row >= 0 && row % w.stride_y == 0 && row / w.stride_y < w.y.h;
        for (int kx = 0; kx < w.kw && meets; kx++) {
            const int line = p.w + w.left - kx * w.dilation;
            if (line < 0 || line % w.stride_x != 0 || line / w.stride_x >= w.y.w) {
                continue;
            }
            const T *from = dy + dk_at(w.y, p.n, p.c * each, row / w.stride_y, line / w.stride_x);
            const float *filter = packed + (size_t)(ky * w.kw + kx) * w.y.c + p.c * each;
            for (int o = 0; o < each; o++) {
                const pack d = dk_take<pack>(from + o, 0);
                for (int k = 0; k < V; k++) {
                    sums[k] += filter[o + k] * dk_get(d.v + k);
                }
            }
        }
    }
    pack to;
    for (int k = 0; k < V; k++) {
        dk_put(to.v + k, sums[k]);
    }
    dk_give(dx, i, to);
}

/* The sums of CELLS cells of the window, over the rows of one part. */
template <typename T, int CELLS>
DK_KERNEL weigh(dk_cuda_window w, dk_columns k, const T *x, const T *dy, float *table) {
    const dk_column_part p = dk_column_part_of(k);
    const int first = (int)blockIdx.z * CELLS, cells = w.kh * w.kw;
    float sums[CELLS] = {};
    for (size_t i = p.begin + threadIdx.y; p.c < k.channels && i < p.end; i += DK_LANES) {
        const dk_place at = dk_place_of(i * w.y.c + p.c, w.y);
        const float d = dk_get(dy + i * w.y.c + p.c);
        for (int j = 0; j < CELLS; j++) {
            const int row = at.h * w.stride_y + (first + j) / w.kw * w.dilation - w.top;
            const int line = at.w * w.stride_x + (first + j) % w.kw * w.dilation - w.left;
            if (row >= 0 && row < w.x.h && line >= 0 && line < w.x.w) {
                sums[j] += d * dk_get(x + dk_at(w.x, at.n, p.c / (w.y.c / w.x.c), row, line));
            }
        }
    }
    DK_COLUMN_SUMS(sums);
    for (int j = 0; threadIdx.y == 0 && p.c < k.channels && j < CELLS; j++) {
        table[((size_t)blockIdx.y * cells + first + j) * k.channels + p.c] = sums[j];
    }
}

DK_KERNEL merge(int cells, dk_columns k, const float *table, float *dw) {
    DK_EACH(i, (size_t)cells * k.channels);
    double sum = 0;
    for (int part = 0; part < k.parts; part++) {
        sum += table[(size_t)part * cells * k.channels + i];
    }
    dw[(i % k.channels) * cells + i / k.channels] = (float)sum;
}

static dk_columns parts_of(const dk_cuda_window *w) {
    return dk_columns_of((size_t)w->y.n * w->y.h * w->y.w, w->y.c);
}

void dk_cuda_pack_depthwise(cudaStream_t s, const dk_cuda_window *w, const float *weights, float *packed) {
    const size_t count = (size_t)w->kh * w->kw * w->y.c;
    DK_LAUNCH_EACH(pack, count, s, w->kh * w->kw, w->y.c, weights, packed);
}

/* As many channels a thread as 16 bytes hold, or one. */
#define PACKED(kernel, sides, ...)                                                                           \
    do {                                                                                                     \
        const size_t count = (size_t)(sides).n * (sides).h * (sides).w * (sides).c;                          \
        if (w.x.c == w.y.c && w.x.c % (int)(16 / sizeof(T)) == 0) {                                          \
            const size_t packs = count / (16 / sizeof(T));                                                   \
            DK_LAUNCH_EACH((kernel<T, 16 / sizeof(T)>), packs, s, w, packs, __VA_ARGS__);                    \
        } else {                                                                                             \
            DK_LAUNCH_EACH((kernel<T, 1>), count, s, w, count, __VA_ARGS__);                                 \
        }                                                                                                    \
    } while (0)

void dk_cuda_depthwise(cudaStream_t s, const dk_cuda_window *window, bool bf16, const void *x,
                       const float *packed, void *y) {
    const dk_cuda_window w = *window;
    DK_TYPED(bf16, PACKED(forward, w.y, (const T *)x, packed, (T *)y));
}

void dk_cuda_depthwise_dx(cudaStream_t s, const dk_cuda_window *window, bool bf16, const void *dy,
                          const float *packed, void *dx) {
    const dk_cuda_window w = *window;
    DK_TYPED(bf16, PACKED(back, w.x, (const T *)dy, packed, (T *)dx));
}

size_t dk_cuda_depthwise_table(const dk_cuda_window *w) {
    return (size_t)parts_of(w).parts * w->kh * w->kw * w->y.c;
}

void dk_cuda_depthwise_dw(cudaStream_t s, const dk_cuda_window *window, bool bf16, const void *x,
                          const void *dy, float *table, float *dw) {
    const dk_cuda_window w = *window;
    const dk_columns k = parts_of(window);
    const int cells = w.kh * w.kw;
    dim3 grid = dk_column_grid(k);
    if (cells == 9) {
        DK_TYPED(bf16, DK_LAUNCH((weigh<T, 9>), grid, dk_column_block(), s, w, k, (const T *)x, (const T *)dy,
                                 table));
    } else {
        grid.z = (unsigned)cells;
        DK_TYPED(bf16, DK_LAUNCH((weigh<T, 1>), grid, dk_column_block(), s, w, k, (const T *)x, (const T *)dy,
                                 table));
    }
    const size_t count = (size_t)cells * w.y.c;
    DK_LAUNCH_EACH(merge, count, s, cells, k, table, dw);
}
