/* How long the ranks take to sum floats, and nothing else: in buckets of a training's size, as float32 and as bf16. Rank 0 prints
 * a line a kind and size: kind, floats, then median, least and most milliseconds over the rounds.
 * Usage: DARKNET_MODULES=folder of darknet_mpi.so mpirun -n N sums [-rounds 9] FLOATS … */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "dist/comm.h"

enum { BUCKET = 1 << 20, MOST_ROUNDS = 1000 }; /* floats of a sum, as in run/joined.c */

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static dk_status sum(dk_comm *c, float *values, size_t n, bool bf16, dk_error *err) {
    for (size_t i = 0; i < n; i += BUCKET) {
        DK_TRY(c->kind->begin(c, values + i, n - i < BUCKET ? n - i : BUCKET, bf16, err));
    }
    return c->kind->finish(c, err);
}

/* The first round warms up. All begin together: the total before it is of one number. */
static dk_status measure(dk_comm *c, float *values, size_t n, bool bf16, long rounds, dk_error *err) {
    double times[MOST_ROUNDS];
    for (long i = -1; i < rounds; i++) {
        double ready = 1;
        memset(values, 0, n * sizeof *values);
        DK_TRY(c->kind->total(c, &ready, 1, err));
        const double began = dk_clock_now();
        DK_TRY(sum(c, values, n, bf16, err));
        if (i >= 0) {
            times[i] = 1e3 * (dk_clock_now() - began);
        }
    }
    qsort(times, (size_t)rounds, sizeof *times, by_value);
    if (c->rank == 0) {
        printf("%s %zu %.3f %.3f %.3f\n", bf16 ? "bf16" : "f32", n, times[rounds / 2], times[0],
               times[rounds - 1]);
    }
    return DK_OK;
}

static dk_status run(dk_comm *c, char **sizes, int count, long rounds, dk_error *err) {
    for (int i = 0; i < 2 * count; i++) {
        long n = 0;
        if (!dk_text_int(sizes[i / 2], &n) || n < 1) {
            return dk_fail(err, DK_EPARSE, "'%s' is no number of floats", sizes[i / 2]);
        }
        float *const values = malloc((size_t)n * sizeof *values);
        if (values == NULL) {
            return dk_no_memory(err, (size_t)n * sizeof *values, "what is summed");
        }
        const dk_status status = measure(c, values, (size_t)n, i % 2 == 1, rounds, err);
        free(values);
        DK_TRY(status);
    }
    return DK_OK;
}

int main(int argc, char **argv) {
    long rounds = 9;
    const bool told = argc > 2 && strcmp(argv[1], "-rounds") == 0;
    const int first = told ? 3 : 1;
    if (argc <= first || (told && !(dk_text_int(argv[2], &rounds) && rounds >= 1 && rounds <= MOST_ROUNDS)) ||
        !dk_comm_started()) {
        fprintf(stderr, "usage: mpirun -n N sums [-rounds 1..%d] FLOATS …\n", MOST_ROUNDS);
        return 2;
    }
    dk_error err = {0};
    dk_comm *c = NULL;
    dk_status status = dk_comm_mpi(&c, &err);
    if (status == DK_OK) {
        status = run(c, argv + first, argc - first, rounds, &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    dk_comm_close(c, status == DK_OK ? NULL : &err);
    return status != DK_OK;
}
