/* Processors for which there are no kernels of their own. */
#include "bench/peak.h"

const bench_chains *const bench_peaks[] = {&bench_chains_base, NULL};
