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

#define WIDEN widen
#define NARROW narrow
