/* Windows of a picture as rows of a matrix, so that a convolution is a product; and its reverse, where each cell of the
 * picture gathers what it gave, in one order. */
#include "backend/cuda/device/number.h"

/* A value of the columns: its group, cell of the window and channel of the group. */
struct column {
    int group, ky, kx, c;
};

DK_DEVICE column column_of(const dk_cuda_window &w, int at) {
    const int each = w.x.c / w.groups, c = at % each, cell = at / each % (w.kh * w.kw);
    return {at / each / (w.kh * w.kw), cell / w.kw, cell % w.kw, c};
}

DK_DEVICE dk_cuda_sides columns_of(const dk_cuda_window &w) {
    return {w.y.n, w.x.c * w.kh * w.kw, w.y.h, w.y.w};
}

template <typename T> DK_KERNEL unfold(dk_cuda_window w, size_t count, const T *x, T *columns) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, columns_of(w));
    const column k = column_of(w, p.c);
    const int row = p.h * w.stride_y + k.ky * w.dilation - w.top,
              line = p.w * w.stride_x + k.kx * w.dilation - w.left;
    const bool inside = row >= 0 && row < w.x.h && line >= 0 && line < w.x.w;
    dk_put(columns + i,
           inside ? dk_get(x + dk_at(w.x, p.n, k.group * (w.x.c / w.groups) + k.c, row, line)) : 0);
}

template <typename T> DK_KERNEL fold(dk_cuda_window w, size_t count, const T *columns, T *x) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, w.x);
    const int each = w.x.c / w.groups, cells = w.kh * w.kw;
    float sum = 0;
    for (int cell = 0; cell < cells; cell++) {
        const int row = p.h + w.top - cell / w.kw * w.dilation,
                  line = p.w + w.left - cell % w.kw * w.dilation;
        if (row < 0 || line < 0 || row % w.stride_y != 0 || line % w.stride_x != 0 ||
            row / w.stride_y >= w.y.h || line / w.stride_x >= w.y.w) {
            continue;
        }
        const size_t at = dk_row(w.y, p.n, row / w.stride_y, line / w.stride_x) * w.x.c * cells;
        sum += dk_get(columns + at + ((size_t)(p.c / each) * cells + cell) * each + p.c % each);
    }
    dk_put(x + i, sum);
}

void dk_cuda_unfold(cudaStream_t s, const dk_cuda_window *window, bool bf16, const void *x, void *columns) {
    const dk_cuda_window w = *window;
    const size_t count = (size_t)w.y.n * w.y.h * w.y.w * w.x.c * w.kh * w.kw;
    DK_TYPED(bf16, DK_LAUNCH_EACH(unfold<T>, count, s, w, count, (const T *)x, (T *)columns));
}

void dk_cuda_fold(cudaStream_t s, const dk_cuda_window *window, bool bf16, const void *columns, void *x) {
    const dk_cuda_window w = *window;
    const size_t count = (size_t)w.x.n * w.x.h * w.x.w * w.x.c;
    DK_TYPED(bf16, DK_LAUNCH_EACH(fold<T>, count, s, w, count, (const T *)columns, (T *)x));
}
