/* The most that the processor multiplies and adds: what a row's speed is a share of. Chains of multiply-adds in registers, as
 * many as hide an instruction's latency; one file per instruction set, as kernels have it (cpu_*.c of backend/). */
#ifndef TESTS_BENCH_PEAK_H
#define TESTS_BENCH_PEAK_H

#include "backend/backend.h"

typedef struct {
    dk_isa isa;
    dk_precision precision;
    double flops;             /* of one turn: a multiply-add is two */
    float (*run)(long turns); /* the result keeps the compiler from leaving the work out */
} bench_chains;

/* The best first, ending with one without run; peaks_<machine>.c, of which the Makefile picks one. */
extern const bench_chains *const bench_peaks[];

extern const bench_chains bench_chains_base, bench_chains_avx2, bench_chains_avx512, bench_chains_avx512bf16;

/* GFLOP/s of so many threads at once with the instructions of a level: the best of several bursts, by the processor time of
 * each thread, which counts no time that other programs have. 0: nothing here measures that. */
DK_CHECKED dk_status bench_peak(double *out, dk_precision precision, dk_isa isa, int threads, dk_error *err);

#endif
