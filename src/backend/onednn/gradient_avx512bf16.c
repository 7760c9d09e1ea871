/* The parts of the 1×1 weights' gradient for AVX512-BF16: a vector holds 16 channels of two pixels; its dot product
 * with a pair that is repeated 16 times adds two products to each of 16 sums. */
#include <immintrin.h>

#include "backend/onednn/gradient.h"

#define INLINE static inline __attribute__((always_inline))
enum { OUTPUTS = 8, PIXEL = 16, PAIR = 32 /* items */ };

/* Two runs of 16 items, one after the other, to 16 pairs. */
static const uint16_t turns[PAIR] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                     8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};

static void pair(const dk_dnn_planes *p, const dk_bf16 *from, int block, size_t first, size_t count,
                 dk_bf16 *to) {
    const __m512i order = _mm512_loadu_si512(turns);
    const size_t pixels = (size_t)p->pixels;
    size_t image = first / pixels, pixel = first % pixels;
    const dk_bf16 *strip = from + (size_t)block * p->block + image * p->image;
    for (size_t i = 0; i < count; i += 2) {
        __m256i two[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (size_t k = 0; k < 2 && i + k < count; k++) {
            two[k] = _mm256_loadu_si256((const __m256i_u *)(strip + pixel * PIXEL));
            if (++pixel == pixels) {
                pixel = 0;
                strip += p->image;
            }
        }
        const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(two[0]), two[1], 1);
        _mm512_storeu_si512(to + i * PIXEL, _mm512_permutexvar_epi16(order, both));
    }
}

INLINE void multiply_as(int blocks, const dk_bf16 *x, size_t apart, const dk_bf16 *dy, int pairs, float *dw,
                        size_t line, bool add) {
    __m512 sum[OUTPUTS][2];
    for (int o = 0; o < OUTPUTS; o++) {
        for (int b = 0; b < blocks; b++) {
            sum[o][b] = add ? _mm512_loadu_ps(dw + (size_t)o * line + b * 16) : _mm512_setzero_ps();
        }
    }
    for (int k = 0; k < pairs; k++, x += PAIR, dy += PAIR) {
        __m512bh in[2];
        for (int b = 0; b < blocks; b++) {
            in[b] = (__m512bh)_mm512_loadu_si512(x + (size_t)b * apart);
        }
        for (int o = 0; o < OUTPUTS; o++) {
            const __m512bh out =
                (__m512bh)_mm512_set1_epi32(*(const int __attribute__((may_alias)) *)(dy + 2 * o));
            for (int b = 0; b < blocks; b++) {
                sum[o][b] = _mm512_dpbf16_ps(sum[o][b], in[b], out);
            }
        }
    }
    for (int o = 0; o < OUTPUTS; o++) {
        for (int b = 0; b < blocks; b++) {
            _mm512_storeu_ps(dw + (size_t)o * line + b * 16, sum[o][b]);
        }
    }
}

static void multiply(const dk_bf16 *x, size_t apart, int blocks, const dk_bf16 *dy, int pairs, float *dw,
                     size_t line, bool add) {
    if (blocks == 2) {
        multiply_as(2, x, apart, dy, pairs, dw, line, add);
    } else {
        multiply_as(1, x, apart, dy, pairs, dw, line, add);
    }
}

const dk_dnn_gradient_kernels dk_dnn_gradient_avx512bf16 = {.pair = pair, .multiply = multiply};
