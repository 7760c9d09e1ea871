/* The epilogue and its way back. Statistics of a channel: each block takes some rows and tells mean and sum of squared
 * differences, which are put together in double by the rule of Chan, Golub & LeVeque (1979), in the order of the blocks. */
#include "backend/cuda/device/number.h"

#include "backend/activation_values.h"
#include "backend/cuda/device/column.h"

/* z of r: what one channel does to its sums. */
DK_DEVICE float line_at(dk_cuda_epilogue e, int c, float r) {
    if (e.lines == NULL) {
        return e.biases == NULL ? r : r + e.biases[c];
    }
    const float *l = e.lines + c;
    const size_t n = (size_t)e.channels;
    return l[2 * n] * (l[n] * (r - l[0])) + l[3 * n];
}

DK_DEVICE float hat(dk_cuda_epilogue e, int c, float r) {
    return e.lines[e.channels + c] * (r - e.lines[c]);
}

/* ---- forward ---- */
template <typename T> DK_KERNEL moments(const T *r, dk_columns k, float *table) {
    const dk_column_part p = dk_column_part_of(k);
    float shift = 0, sums[2] = {0, 0};
    if (p.c < k.channels && p.begin < p.end) {
        shift = dk_get(r + p.begin * k.channels + p.c);
        for (size_t row = p.begin + threadIdx.y; row < p.end; row += DK_LANES) {
            const float d = dk_get(r + row * k.channels + p.c) - shift;
            sums[0] += d;
            sums[1] += d * d;
        }
    }
    DK_COLUMN_SUMS(sums);
    if (threadIdx.y == 0 && p.c < k.channels) {
        const float n = p.begin < p.end ? (float)(p.end - p.begin) : 1;
        float *to = table + (size_t)blockIdx.y * 2 * k.channels + p.c;
        to[0] = shift + sums[0] / n;
        to[k.channels] = sums[1] - sums[0] * sums[0] / n;
    }
}

/* Mean and variance go behind the table of the parts. */
DK_KERNEL merge_moments(dk_columns k, float *table, const float *scales, const float *offsets, float *lines) {
    DK_EACH(c, (size_t)k.channels);
    const size_t n = (size_t)k.channels;
    double mean = 0, squares = 0, count = 0;
    for (int part = 0; part < k.parts; part++) {
        const size_t begin = part * k.each, end = begin + k.each < k.rows ? begin + k.each : k.rows;
        if (begin < end) {
            const double more = (double)(end - begin), off = table[part * 2 * n + c] - mean;
            squares += table[(part * 2 + 1) * n + c] + off * off * count * more / (count + more);
            mean += off * more / (count + more);
            count += more;
        }
    }
    const float variance = (float)fmax(squares / count, 0.);
    table[k.parts * 2 * n + c] = (float)mean;
    table[(k.parts * 2 + 1) * n + c] = variance;
    lines[c] = (float)mean;
    lines[n + c] = (float)(1 / sqrt((double)variance + (double)DK_NORM_EPS));
    lines[2 * n + c] = scales[c];
    lines[3 * n + c] = offsets[c];
}

/* dk_norm_roll, by one block: values that are all zero take the batch's. */
DK_KERNEL roll(int channels, const float *batch, float *mean, float *variance, float momentum) {
    DK_SHARED(int, used, DK_THREADS);
    int any = 0;
    for (int c = (int)threadIdx.x; c < channels; c += DK_THREADS) {
        any |= mean[c] != 0 || variance[c] != 0;
    }
    used[threadIdx.x] = any;
    DK_BARRIER();
    any = 0;
    for (int i = 0; i < DK_THREADS; i++) {
        any |= used[i];
    }
    const float keep = any ? momentum : 0;
    for (int c = (int)threadIdx.x; c < channels; c += DK_THREADS) {
        mean[c] = keep * mean[c] + (1 - keep) * batch[c];
        variance[c] = keep * variance[c] + (1 - keep) * batch[channels + c];
    }
}

DK_KERNEL lines_of(int channels, const float *mean, const float *variance, const float *scales,
                   const float *offsets, float *lines) {
    DK_EACH(c, (size_t)channels);
    lines[c] = mean[c];
    lines[channels + c] = (float)(1 / sqrt((double)variance[c] + (double)DK_NORM_EPS));
    lines[2 * (size_t)channels + c] = scales[c];
    lines[3 * (size_t)channels + c] = offsets[c];
}

template <typename T, int V> DK_KERNEL finish(dk_cuda_epilogue e, size_t packs, const T *r, T *y) {
    DK_EACH(i, packs);
    dk_pack<T, V> p = dk_take<dk_pack<T, V>>(r, i);
    const int c = dk_rest(i * V, e.channels);
    for (int k = 0; k < V; k++) {
        dk_put(p.v + k, dk_act_value_of(e.act, line_at(e, c + k, dk_get(p.v + k))));
    }
    dk_give(y, i, p);
}

/* ---- back ---- */
/* What the slope is told from is y, or r by way of z; what nobody asks for is not read. */
DK_DEVICE float slope(dk_cuda_epilogue e, int c, float r, float y) {
    return dk_act_slope_at(e.act, dk_act_slope_from_value(e.act) ? y : line_at(e, c, r));
}

DK_DEVICE bool reads_y(dk_cuda_epilogue e) {
    return e.act != DK_ACT_LINEAR && dk_act_slope_from_value(e.act);
}

DK_DEVICE bool reads_r(dk_cuda_epilogue e) {
    return e.lines != NULL || !dk_act_slope_from_value(e.act);
}

template <typename T> DK_KERNEL undo_sums(dk_cuda_epilogue e, dk_cuda_undoing u, dk_columns k) {
    const dk_column_part p = dk_column_part_of(k);
    const T *rs = (const T *)u.r, *ys = (const T *)u.y, *dys = (const T *)u.dy;
    float sums[2] = {0, 0};
    for (size_t row = p.begin + threadIdx.y; p.c < k.channels && row < p.end; row += DK_LANES) {
        const size_t at = row * k.channels + p.c;
        const float r = reads_r(e) ? dk_get(rs + at) : 0, y = reads_y(e) ? dk_get(ys + at) : 0;
        const float dz = dk_get(dys + at) * slope(e, p.c, r, y);
        sums[0] += dz;
        if (e.lines != NULL) {
            sums[1] += dz * hat(e, p.c, r);
        } else if (u.dr != NULL) {
            dk_put((T *)u.dr + at, dz);
        }
    }
    DK_COLUMN_SUMS(sums);
    if (threadIdx.y == 0 && p.c < k.channels) {
        float *to = u.table + (size_t)blockIdx.y * 2 * k.channels + p.c;
        to[0] = sums[0];
        to[k.channels] = sums[1];
    }
}

DK_KERNEL merge_sums(dk_cuda_undoing u, dk_columns k) {
    DK_EACH(c, (size_t)k.channels);
    double sums[2] = {0, 0};
    for (size_t part = 0; part < (size_t)k.parts; part++) {
        sums[0] += u.table[part * 2 * k.channels + c];
        sums[1] += u.table[(part * 2 + 1) * k.channels + c];
    }
    if (u.sums != NULL) {
        u.sums[c] = (float)sums[0];
        u.sums[k.channels + c] = (float)sums[1];
    }
    if (u.biases != NULL) {
        u.biases[c] = (float)sums[0];
    }
    if (u.scales != NULL) {
        u.scales[c] = (float)sums[1];
    }
}

/* dr = γ·s·(dz − dβ/m − x̂·dγ/m), or dz without normalisation. */
template <typename T, int V> DK_KERNEL undo(dk_cuda_epilogue e, dk_cuda_undoing u, size_t packs) {
    DK_EACH(i, packs);
    typedef dk_pack<T, V> pack;
    pack r = {}, y = {};
    if (reads_r(e)) {
        r = dk_take<pack>((const T *)u.r, i);
    }
    if (reads_y(e)) {
        y = dk_take<pack>((const T *)u.y, i);
    }
    pack d = dk_take<pack>((const T *)u.dy, i);
    const int first = dk_rest(i * V, e.channels), n = e.channels;
    const float share = 1 / (float)e.rows;
    for (int k = 0; k < V; k++) {
        const int c = first + k;
        const float rk = dk_get(r.v + k);
        float dz = dk_get(d.v + k) * slope(e, c, rk, dk_get(y.v + k));
        if (e.lines != NULL) {
            const float steep = e.lines[2 * (size_t)n + c] * e.lines[n + c];
            dz = steep * (dz - u.sums[c] * share - hat(e, c, rk) * u.sums[n + c] * share);
        }
        dk_put(d.v + k, dz);
    }
    dk_give((T *)u.dr, i, d);
}

/* ---- from C ---- */
size_t dk_cuda_table_size(size_t rows, int channels) {
    return ((size_t)dk_columns_of(rows, channels).parts + 1) * 2 * (size_t)channels;
}

void dk_cuda_measure(cudaStream_t s, const dk_cuda_epilogue *e, const void *r, const float *scales,
                     const float *offsets, float *roll_mean, float *roll_variance, float momentum,
                     float *table, float *lines) {
    const dk_columns k = dk_columns_of(e->rows, e->channels);
    DK_TYPED(e->bf16, DK_LAUNCH(moments<T>, dk_column_grid(k), dk_column_block(), s, (const T *)r, k, table));
    DK_LAUNCH_EACH(merge_moments, (size_t)e->channels, s, k, table, scales, offsets, lines);
    const float *batch = table + (size_t)k.parts * 2 * k.channels;
    if (roll_mean != NULL) {
        DK_LAUNCH(roll, 1, DK_THREADS, s, e->channels, batch, roll_mean, roll_variance, momentum);
    }
}

void dk_cuda_lines(cudaStream_t s, int channels, const float *mean, const float *variance,
                   const float *scales, const float *offsets, float *lines) {
    DK_LAUNCH_EACH(lines_of, (size_t)channels, s, channels, mean, variance, scales, offsets, lines);
}

/* As many values at once as 16 bytes hold, where no pack crosses from one row to the next. */
#define PACKED(kernel, e, s, ...)                                                                            \
    do {                                                                                                     \
        const size_t count = (e).rows * (size_t)(e).channels;                                                \
        if ((e).channels % (int)(16 / sizeof(T)) == 0) {                                                     \
            const size_t packs = count / (16 / sizeof(T));                                                   \
            DK_LAUNCH_EACH((kernel<T, 16 / sizeof(T)>), packs, s, __VA_ARGS__);                              \
        } else {                                                                                             \
            const size_t packs = count;                                                                      \
            DK_LAUNCH_EACH((kernel<T, 1>), packs, s, __VA_ARGS__);                                           \
        }                                                                                                    \
    } while (0)

void dk_cuda_finish(cudaStream_t s, const dk_cuda_epilogue *epilogue, const void *r, void *y) {
    const dk_cuda_epilogue e = *epilogue;
    DK_TYPED(e.bf16, PACKED(finish, e, s, e, packs, (const T *)r, (T *)y));
}

void dk_cuda_undo(cudaStream_t s, const dk_cuda_epilogue *epilogue, const dk_cuda_undoing *undoing) {
    const dk_cuda_epilogue e = *epilogue;
    const dk_cuda_undoing u = *undoing;
    const dk_columns k = dk_columns_of(e.rows, e.channels);
    const bool sums = e.lines != NULL || u.biases != NULL;
    if (sums) {
        DK_TYPED(e.bf16, DK_LAUNCH(undo_sums<T>, dk_column_grid(k), dk_column_block(), s, e, u, k));
        DK_LAUNCH_EACH(merge_sums, (size_t)e.channels, s, u, k);
    }
    if (u.dr != NULL && (e.lines != NULL || !sums)) {
        DK_TYPED(e.bf16, PACKED(undo, e, s, e, u, packs));
    }
}
