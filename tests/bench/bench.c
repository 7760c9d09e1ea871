/* Measures what docs/performance.md tells; medians over rounds. Prints a line per row, and writes all into one JSON
 * object.
 * Usage: bench [-threads N] [-rounds N] [-seconds S] [-json FILE] [-cfg FILE] [-program DARKNET] [-only KEY,…]
 *              [-backend NAME] [-clock cpu] [-busy PROCESS]
 *       bench [-busy PROCESS] -json FILE -watch COMMAND [WORD …]
 * KEY is the beginning of what is measured, or several: train,predict_96 or loader … PROCESS keeps a core busy on purpose. The
 * second form runs a peer, and measures the load alone. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "darknet.h"

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, long n) {
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

double bench_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool read_arguments(int argc, char **argv, bench_arguments *a) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *flag = argv[i], *value = argv[i + 1];
        if (strcmp(flag, "-watch") == 0) {
            a->command = &argv[i + 1];
            return true;
        }
        if (strcmp(flag, "-json") == 0) {
            a->json = value;
        } else if (strcmp(flag, "-cfg") == 0) {
            a->cfg = value;
        } else if (strcmp(flag, "-net") == 0) {
            a->net = value;
        } else if (strcmp(flag, "-program") == 0) {
            a->program = value;
        } else if (strcmp(flag, "-only") == 0) {
            a->only = value;
        } else if (strcmp(flag, "-backend") == 0) {
            a->backend = value;
        } else if (strcmp(flag, "-clock") == 0 && strcmp(value, "cpu") == 0) {
            a->cpu = true;
        } else if (!(strcmp(flag, "-threads") == 0 && dk_text_int(value, &a->threads)) &&
                   !(strcmp(flag, "-rounds") == 0 && dk_text_int(value, &a->rounds)) &&
                   !(strcmp(flag, "-busy") == 0 && dk_text_int(value, &a->busy)) &&
                   !(strcmp(flag, "-seconds") == 0 && dk_text_float(value, &a->seconds))) {
            return false;
        }
    }
    return argc % 2 == 1 && a->rounds >= 1 && a->rounds <= BENCH_ROUNDS;
}

bool bench_wanted(const bench_arguments *a, const char *key) {
    const char *at = a->only;
    while (at != NULL && strncmp(key, at, strcspn(at, ",")) != 0) {
        at = strchr(at, ',');
        at += at != NULL ? 1 : 0;
    }
    return a->only == NULL || at != NULL;
}

static dk_status measure_all(const bench_arguments *a, cJSON *json, dk_error *err) {
    cJSON_AddStringToObject(json, "version", DK_VERSION);
    cJSON_AddStringToObject(json, "cfg", a->cfg);
    cJSON_AddStringToObject(json, "net", a->net);
    cJSON_AddNumberToObject(json, "threads", (double)a->threads);
    cJSON_AddNumberToObject(json, "rounds", (double)a->rounds);
    bench_machine_tell(a->machine, json);
    DK_TRY(bench_steps(a, json, err));
    if (bench_wanted(a, "loader")) {
        DK_TRY(bench_loader(a, json, err));
    }
    return bench_wanted(a, "start") ? bench_start(a, json, err) : DK_OK;
}

static dk_status run(bench_arguments *a, cJSON *json, dk_error *err) {
    bench_machine machine;
    if (a->command != NULL) {
        DK_TRY(bench_watch(a, json, err));
    } else {
        DK_TRY(bench_machine_look(&machine, (int)a->threads, err));
        a->machine = &machine;
        DK_TRY(measure_all(a, json, err));
    }
    char *text = a->json ? cJSON_Print(json) : NULL;
    const dk_status status = text ? dk_file_write(a->json, text, strlen(text), err) : DK_OK;
    cJSON_free(text);
    return status;
}

int main(int argc, char **argv) {
    bench_arguments a = {.rounds = 5, .seconds = 2, .cfg = "cfg/mobilenet.cfg", .net = "cfg/mobilenetv1.cfg"};
    dk_error err = {0};
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr,
                "usage: bench [-threads N] [-rounds 1..%d] [-seconds S] [-json FILE] [-cfg FILE] [-net FILE] "
                "[-program DARKNET] [-backend NAME] [-only KEY,…] [-clock cpu] [-busy PROCESS]\n"
                "       bench [-busy PROCESS] -json FILE -watch COMMAND [WORD …]\n",
                BENCH_ROUNDS);
        return 2;
    }
    cJSON *json = cJSON_CreateObject();
    const dk_status status = run(&a, json, &err);
    cJSON_Delete(json);
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    return status != DK_OK;
}
