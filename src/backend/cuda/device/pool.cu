/* The largest or the mean of windows. Backward gathers: a cell looks at the windows that it stands in. */
#include "backend/cuda/device/number.h"

template <typename T>
DK_KERNEL pool(dk_cuda_window w, bool max, size_t count, const T *x, T *y, int32_t *kept) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, w.y);
    int best = -1, cells = 0;
    float largest = 0, sum = 0;
    for (int k = 0; k < w.kh * w.kw; k++) {
        const int row = p.h * w.stride_y - w.top + k / w.kw, line = p.w * w.stride_x - w.left + k % w.kw;
        if (row < 0 || row >= w.x.h || line < 0 || line >= w.x.w) {
            continue;
        }
        const float v = dk_get(x + dk_at(w.x, p.n, p.c, row, line));
        if (best < 0 || v > largest) {
            best = row * w.x.w + line;
            largest = v;
        }
        sum += v;
        cells++;
    }
    dk_put(y + i, max ? largest : sum / (float)cells);
    if (kept != NULL) {
        kept[i] = max ? best : cells;
    }
}

/* Windows from … to − 1 along an axis that have the cell `at` inside. */
DK_DEVICE int2 windows(int at, int before, int size, int stride, int windows) {
    const int last = (at + before) / stride, over = at + before - size;
    return {over < 0 ? 0 : over / stride + 1, last + 1 < windows ? last + 1 : windows};
}

template <typename T>
DK_KERNEL back(dk_cuda_window w, bool max, size_t count, const T *dy, const int32_t *kept, T *dx) {
    DK_EACH(i, count);
    const dk_place p = dk_place_of(i, w.x);
    const int2 rows = windows(p.h, w.top, w.kh, w.stride_y, w.y.h);
    const int2 lines = windows(p.w, w.left, w.kw, w.stride_x, w.y.w);
    float sum = 0;
    for (int row = rows.x; row < rows.y; row++) {
        for (int line = lines.x; line < lines.y; line++) {
            const size_t at = dk_at(w.y, p.n, p.c, row, line);
            const float d = dk_get(dy + at);
            sum += !max ? d / (float)kept[at] : kept[at] == p.h * w.x.w + p.w ? d : 0;
        }
    }
    dk_put(dx + i, sum);
}

void dk_cuda_pool(cudaStream_t s, const dk_cuda_window *window, bool max, bool bf16, const void *x, void *y,
                  int32_t *kept) {
    const dk_cuda_window w = *window;
    const size_t count = (size_t)w.y.n * w.y.c * w.y.h * w.y.w;
    DK_TYPED(bf16, DK_LAUNCH_EACH(pool<T>, count, s, w, max, count, (const T *)x, (T *)y, kept));
}

void dk_cuda_pool_back(cudaStream_t s, const dk_cuda_window *window, bool max, bool bf16, const void *dy,
                       const int32_t *kept, void *dx) {
    const dk_cuda_window w = *window;
    const size_t count = (size_t)w.x.n * w.x.c * w.x.h * w.x.w;
    DK_TYPED(bf16, DK_LAUNCH_EACH(back<T>, count, s, w, max, count, (const T *)dy, kept, (T *)dx));
}
