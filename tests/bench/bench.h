/* What the groups of measurements share. Each group is a file: it prints a line per row, and adds an object per row
 * to the JSON. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/status.h"

typedef struct {
    long threads, rounds;
    double seconds; /* per round and row */
    const char *json;
    const char *cfg;     /* of the loader and the program */
    const char *net;     /* of the steps: what a peer runs, too */
    const char *program; /* the darknet whose start is measured; NULL: it is not */
    const char *only;    /* see bench_wanted; NULL: everything */
    bool cpu; /* steps are timed by processor time, which busy neighbours disturb less (one thread) */
} bench_arguments;

enum { BENCH_ROUNDS = 64 };

/* The middle one of n; sorts them. */
double bench_median(double *values, long n);

/* Seconds of processor time of this process, all its threads together. */
double bench_cpu(void);

/* Is what has this key asked for? */
bool bench_wanted(const bench_arguments *a, const char *key);

/* steps.c: training (forward, backward, update) and prediction of the net on fixed random input. */
DK_CHECKED dk_status bench_steps(const bench_arguments *a, cJSON *json, dk_error *err);
/* loader.c: the loader alone, one thread, beside what training uses. */
DK_CHECKED dk_status bench_loader(const bench_arguments *a, cJSON *json, dk_error *err);
/* start.c: from the start of the program to its first step, and to the answer for one picture. */
DK_CHECKED dk_status bench_start(const bench_arguments *a, cJSON *json, dk_error *err);

#endif
