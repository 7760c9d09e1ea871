/* Measures what docs/performance.md tells; medians over rounds. Prints a line per row, and writes all into one JSON
 * object.
 * Usage: bench [-threads N] [-rounds N] [-seconds S] [-json FILE] [-cfg FILE] [-program DARKNET] [-only KEY]
 *              [-clock cpu]
 * KEY is the beginning of what is measured: train, predict_96, loader … */
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
        } else if (strcmp(flag, "-clock") == 0 && strcmp(value, "cpu") == 0) {
            a->cpu = true;
        } else if (!(strcmp(flag, "-threads") == 0 && dk_text_int(value, &a->threads)) &&
                   !(strcmp(flag, "-rounds") == 0 && dk_text_int(value, &a->rounds)) &&
                   !(strcmp(flag, "-seconds") == 0 && dk_text_float(value, &a->seconds))) {
            return false;
        }
    }
    return argc % 2 == 1 && a->rounds >= 1 && a->rounds <= BENCH_ROUNDS;
}

bool bench_wanted(const bench_arguments *a, const char *key) {
    return a->only == NULL || strncmp(key, a->only, strlen(a->only)) == 0;
}

static dk_status run_all(const bench_arguments *a, cJSON *json, dk_error *err) {
    cJSON_AddStringToObject(json, "version", DK_VERSION);
    cJSON_AddStringToObject(json, "cfg", a->cfg);
    cJSON_AddStringToObject(json, "net", a->net);
    cJSON_AddNumberToObject(json, "threads", (double)a->threads);
    cJSON_AddNumberToObject(json, "rounds", (double)a->rounds);
    DK_TRY(bench_steps(a, json, err));
    if (bench_wanted(a, "loader")) {
        DK_TRY(bench_loader(a, json, err));
    }
    if (bench_wanted(a, "start")) {
        DK_TRY(bench_start(a, json, err));
    }
    char *text = a->json ? cJSON_Print(json) : NULL;
    const dk_status status = text ? dk_file_write(a->json, text, strlen(text), err) : DK_OK;
    cJSON_free(text);
    return status;
}

int main(int argc, char **argv) {
    bench_arguments a = {
        .rounds = 5, .seconds = 2, .cfg = "cfg/mobilenet.cfg", .net = "cfg/mobilenetv1.cfg"};
    dk_error err = {0};
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr,
                "usage: bench [-threads N] [-rounds 1..%d] [-seconds S] [-json FILE] [-cfg FILE] [-net FILE] "
                "[-program DARKNET] [-only KEY] [-clock cpu]\n",
                BENCH_ROUNDS);
        return 2;
    }
    cJSON *json = cJSON_CreateObject();
    const dk_status status = run_all(&a, json, &err);
    cJSON_Delete(json);
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    return status != DK_OK;
}
