/* Threads that run chains side by side. */
#include "bench/peak.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"

enum { BURSTS = 6 };
#define BURST .04 /* seconds */

typedef struct {
    const bench_chains *chains;
    long turns;
    double seconds; /* of processor time */
    float result;
    pthread_t thread;
} worker;

static void *burst(void *user) {
    worker *w = user;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    w->result = w->chains->run(w->turns);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    w->seconds = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    return NULL;
}

/* Turns that take as long as a burst should. */
static long turns_of(const bench_chains *chains) {
    worker w = {.chains = chains, .turns = 1000};
    while (burst(&w), w.seconds < BURST) {
        w.turns *= 2;
    }
    return w.turns;
}

static dk_status burst_all(worker *workers, int threads, dk_error *err) {
    int started = 0;
    while (started < threads &&
           pthread_create(&workers[started].thread, NULL, burst, &workers[started]) == 0) {
        started++;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    return started == threads ? DK_OK : dk_fail(err, DK_ENOMEM, "cannot start thread %d", started + 1);
}

static dk_status best_of(double *out, worker *workers, int threads, dk_error *err) {
    for (int n = 0; n < BURSTS; n++) {
        double flops = 0;
        DK_TRY(burst_all(workers, threads, err));
        for (int i = 0; i < threads; i++) {
            flops += workers[i].chains->flops * (double)workers[i].turns / workers[i].seconds;
        }
        *out = fmax(*out, 1e-9 * flops);
    }
    return DK_OK;
}

static const bench_chains *pick(dk_precision precision, dk_isa isa) {
    for (const bench_chains *const *c = bench_peaks; *c != NULL; c++) {
        if ((*c)->precision == precision && (*c)->isa <= isa) {
            return *c;
        }
    }
    return NULL;
}

dk_status bench_peak(double *out, dk_precision precision, dk_isa isa, int threads, dk_error *err) {
    const bench_chains *const chains = pick(precision, isa);
    *out = 0;
    if (chains == NULL || (precision == DK_BF16 && isa == DK_ISA_AMX)) {
        return DK_OK;
    }
    worker *workers = calloc((size_t)threads, sizeof *workers);
    if (workers == NULL) {
        return dk_no_memory(err, (size_t)threads * sizeof *workers, "threads");
    }
    const long turns = turns_of(chains);
    for (int i = 0; i < threads; i++) {
        workers[i] = (worker){.chains = chains, .turns = turns};
    }
    const dk_status status = best_of(out, workers, threads, err);
    free(workers);
    return status;
}
