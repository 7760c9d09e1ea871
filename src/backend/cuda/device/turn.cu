/* Order and type of a tensor, and of filters. */
#include "backend/cuda/device/number.h"

DK_DEVICE size_t place(dk_cuda_sides s, bool rows, dk_place p) {
    return rows ? dk_at(s, p.n, p.c, p.h, p.w) : (((size_t)p.n * s.c + p.c) * s.h + p.h) * s.w + p.w;
}

/* Threads follow the order of `to`, so that what is written stands side by side. */
DK_DEVICE dk_place place_in(dk_cuda_sides s, bool rows, size_t i) {
    if (rows) {
        return dk_place_of(i, s);
    }
    const size_t line = dk_quotient(i, s.w), plane = dk_quotient(line, s.h);
    return {(int)dk_quotient(plane, s.c), dk_rest(plane, s.c), dk_rest(line, s.h), dk_rest(i, s.w)};
}

DK_KERNEL turn(dk_cuda_sides s, dk_cuda_view from, dk_cuda_view to, size_t count) {
    DK_EACH(i, count);
    const size_t at = from.rows == to.rows ? i : place(s, from.rows, place_in(s, to.rows, i));
    const float v = from.bf16 ? dk_get((const dk_bf16 *)from.data + at) : ((const float *)from.data)[at];
    if (to.bf16) {
        dk_put((dk_bf16 *)to.data + i, v);
    } else {
        ((float *)to.data)[i] = v;
    }
}

template <typename T> DK_KERNEL pack(int cells, int each, size_t count, const float *w, T *to) {
    DK_EACH(i, count);
    const int c = dk_rest(i, each), cell = dk_rest(dk_quotient(i, each), cells);
    dk_put(to + i, w[(dk_quotient(i, each * cells) * each + c) * cells + cell]);
}

template <typename T> DK_KERNEL unpack(int cells, int each, size_t count, const T *from, float *w) {
    DK_EACH(i, count);
    const int cell = dk_rest(i, cells), c = dk_rest(dk_quotient(i, cells), each);
    w[i] = dk_get(from + (dk_quotient(i, each * cells) * cells + cell) * each + c);
}

void dk_cuda_turn(cudaStream_t s, dk_cuda_sides sides, dk_cuda_view from, dk_cuda_view to) {
    const size_t count = (size_t)sides.n * sides.c * sides.h * sides.w;
    DK_LAUNCH_EACH(turn, count, s, sides, from, to, count);
}

void dk_cuda_pack_filters(cudaStream_t s, int outputs, int cells, int each, const float *w, bool bf16,
                          void *to) {
    const size_t count = (size_t)outputs * cells * each;
    DK_TYPED(bf16, DK_LAUNCH_EACH(pack<T>, count, s, cells, each, count, w, (T *)to));
}

void dk_cuda_unpack_filters(cudaStream_t s, int outputs, int cells, int each, bool bf16, const void *from,
                            float *w) {
    const size_t count = (size_t)outputs * cells * each;
    DK_TYPED(bf16, DK_LAUNCH_EACH(unpack<T>, count, s, cells, each, count, (const T *)from, w));
}
