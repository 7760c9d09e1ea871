/* Items of the vector kernels: bf16, by the instructions of AVX512-BF16 (which round to nearest even, and take
 * subnormal numbers for 0). */
#include <immintrin.h>

#include "backend/onednn/vector.h"
#include "backend/precision.h"

typedef dk_bf16 item;

INLINE vec get(const item *from) {
    const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i_u *)from));
    return (vec)_mm512_slli_epi32(wide, 16);
}

INLINE void put(item *to, vec v) {
    _mm256_storeu_si256((__m256i_u *)to, (__m256i)_mm512_cvtneps_pbh((__m512)v));
}

static void widen(const void *from, float *to, size_t n) {
    const item *items = from;
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        store(to + i, get(items + i));
    }
    for (; i < n; i++) {
        to[i] = dk_bf16_value(items[i]);
    }
}

static void narrow(const float *from, void *to, size_t n) {
    item *items = to;
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        put(items + i, load(from + i));
    }
    for (; i < n; i++) {
        items[i] = dk_bf16_of(from[i]);
    }
}

/* Two runs of 16 floats as 32 items, one run after the other. */
INLINE __m512i join(const float *first, const float *second) {
    return (__m512i)_mm512_cvtne2ps_pbh((__m512)load(second), (__m512)load(first));
}

static void pack_outputs(const float *w, size_t line, dk_bf16 *tile) {
    static const uint16_t turns[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                       8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    const __m512i order = _mm512_loadu_si512(turns);
    for (int o = 0; o < 16; o += 2, w += 2 * line) {
        _mm512_storeu_si512(tile + o * 16, _mm512_permutexvar_epi16(order, join(w, w + line)));
    }
}

static void pack_inputs(const float *w, size_t line, dk_bf16 *tile) {
    uint32_t pairs[16][8]; /* of each output */
    const __m512i far = _mm512_setr_epi32(0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120);
    for (int o = 0; o < 16; o += 2, w += 2 * line) {
        _mm512_storeu_si512(pairs[o], join(w, w + line));
    }
    for (int i = 0; i < 8; i++) {
        _mm512_storeu_si512(tile + i * 32, _mm512_i32gather_epi32(far, (const int *)&pairs[0][i], 4));
    }
}

#define PACK_INPUTS pack_inputs
#define PACK_OUTPUTS pack_outputs
#define WIDEN widen
#define NARROW narrow
