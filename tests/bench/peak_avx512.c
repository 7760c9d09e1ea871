/* AVX-512. */
#include <immintrin.h>

#define CHAINS_OF bench_chains_avx512
#define LEVEL DK_ISA_AVX512
#define VECTOR_BYTES 64
#define CHAINS 16
#define MULTIPLY_ADD(x) _mm512_fmadd_ps(x, _mm512_set1_ps(.999f), _mm512_set1_ps(.001f))
#include "bench/peak_chains.h"
