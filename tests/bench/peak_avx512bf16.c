/* AVX512-BF16: pairs of bf16 are multiplied and added to a float. */
#include <immintrin.h>

#define CHAINS_OF bench_chains_avx512bf16
#define LEVEL DK_ISA_AVX512BF16
#define PRECISION DK_BF16
#define PRODUCTS 2
#define VECTOR_BYTES 64
#define CHAINS 16
#define ONES (__m512bh) _mm512_set1_epi16(0x3f80)
#define MULTIPLY_ADD(x) _mm512_dpbf16_ps(x, ONES, ONES)
#include "bench/peak_chains.h"
