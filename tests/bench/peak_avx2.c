/* AVX2 with FMA: twelve chains leave room in sixteen registers and hide five cycles of latency on two units. */
#include <immintrin.h>

#define CHAINS_OF bench_chains_avx2
#define LEVEL DK_ISA_AVX2
#define VECTOR_BYTES 32
#define CHAINS 12
#define MULTIPLY_ADD(x) _mm256_fmadd_ps(x, _mm256_set1_ps(.999f), _mm256_set1_ps(.001f))
#include "bench/peak_chains.h"
