/* What the groups of measurements share. Each group is a file: it prints a line per row, and adds an object per row
 * to the JSON. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "backend/backend.h"
#include "base/load.h"

/* What is at hand. Peaks are in GFLOP/s, by precision: of all threads, and of one; 0: not measured. */
typedef struct {
    char processor[160];
    int cores;
    dk_isa isa;
    double peak[DK_PRECISIONS], one[DK_PRECISIONS];
} bench_machine;

typedef struct {
    long threads, rounds;
    double seconds; /* per round and row */
    const char *json;
    const char *cfg;     /* of the loader and the program */
    const char *net;     /* of the steps: what a peer runs, too */
    const char *program; /* the darknet whose start is measured; NULL: it is not */
    const char *only;    /* see bench_wanted; NULL: everything */
    const char *backend; /* NULL: the default */
    bool cpu;       /* steps are timed by processor time, which busy neighbours disturb less (one thread) */
    long busy;      /* a process that keeps a core busy on purpose, which is no load of others; 0: none */
    char **command; /* instead of measuring: run it, and tell the load; ends with NULL */
    const bench_machine *machine;
} bench_arguments;

enum { BENCH_ROUNDS = 64 };

/* The middle one of n; sorts them. */
double bench_median(double *values, long n);

/* Seconds of processor time of this process, all its threads together. */
double bench_cpu(void);

/* Is what has this key asked for, or what begins with it? */
bool bench_wanted(const bench_arguments *a, const char *key);

/* steps.c: training (forward, backward, update) and prediction of the net on fixed random input. */
DK_CHECKED dk_status bench_steps(const bench_arguments *a, cJSON *json, dk_error *err);
/* loader.c: the loader alone, on one thread and on all cores, beside what training uses. */
DK_CHECKED dk_status bench_loader(const bench_arguments *a, cJSON *json, dk_error *err);
/* start.c: from the start of the program to its first step, and to the answer for one picture. */
DK_CHECKED dk_status bench_start(const bench_arguments *a, cJSON *json, dk_error *err);
/* watch.c: runs a->command. */
DK_CHECKED dk_status bench_watch(const bench_arguments *a, cJSON *json, dk_error *err);

/* machine.c: measures the peaks with so many threads (0: one per core); told, and into the JSON. */
DK_CHECKED dk_status bench_machine_look(bench_machine *m, int threads, dk_error *err);
void bench_machine_tell(const bench_machine *m, cJSON *json);

/* machine.c: around a row. Adds "others" (cores that other programs kept busy, which is returned), "loaded" (too many for the row to
 * be believed) and perhaps "busy" to its object; the end of a row ends its line with a mark, too. */
typedef struct {
    dk_load machine;
    double busy; /* seconds of processor time */
} bench_load;
bench_load bench_load_begin(const bench_arguments *a);
double bench_load_add(const bench_arguments *a, const bench_load *from, cJSON *o);
void bench_load_end(const bench_arguments *a, const bench_load *from, cJSON *o);

#endif
