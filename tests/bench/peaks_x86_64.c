/* What an x86-64 processor may have. AMX is not among it: the tiles' peak is not measured. */
#include "bench/peak.h"

const bench_chains *const bench_peaks[] = {&bench_chains_avx512bf16, &bench_chains_avx512, &bench_chains_avx2,
                                           &bench_chains_base, NULL};
