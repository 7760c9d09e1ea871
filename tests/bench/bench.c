/* Measures the steps of cfg/mobilenet.cfg on fixed random input: training (forward, backward, update) in images/s,
 * prediction in milliseconds a picture; medians over rounds, each a median over steps. Decoding and augmentation are
 * not part of it. One row of the table is one measurement; each prints a line, and all go into one JSON object.
 * Usage: bench [-threads N] [-rounds N] [-seconds S] [-json FILE] [-cfg FILE] [-only KEY] [-clock cpu] */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/text.h"
#include "run/model.h"

typedef struct {
    const char *key, *name;
    int size, batch;
    bool train;
    const char *precision;
} row;

/* The one that takes the most memory is the first: its peak is the process's. */
static const row rows[] = {
    {"train_96_32", "training     96x96, batch 32", 96, 32, true, "f32"},
    {"train_96_32_bf16", "training     96x96, batch 32, bf16", 96, 32, true, "bf16"},
    {"train_48_32", "training     48x48, batch 32", 48, 32, true, "f32"},
    {"train_48_32_bf16", "training     48x48, batch 32, bf16", 48, 32, true, "bf16"},
    {"predict_96_1", "prediction   96x96, batch 1", 96, 1, false, "f32"},
    {"predict_96_1_bf16", "prediction   96x96, batch 1, bf16", 96, 1, false, "bf16"},
    {"predict_96_32", "prediction   96x96, batch 32", 96, 32, false, "f32"},
    {"predict_96_32_bf16", "prediction   96x96, batch 32, bf16", 96, 32, false, "bf16"},
    {"predict_224_1", "prediction 224x224, batch 1", 224, 1, false, "f32"},
    {"predict_224_1_bf16", "prediction 224x224, batch 1, bf16", 224, 1, false, "bf16"},
    {"predict_224_32", "prediction 224x224, batch 32", 224, 32, false, "f32"},
    {"predict_224_32_bf16", "prediction 224x224, batch 32, bf16", 224, 32, false, "bf16"},
};

typedef struct {
    long threads, rounds;
    double seconds;  /* per round and row */
    clockid_t clock; /* cpu: of the process's own work, which other programs disturb less (with one thread) */
    const char *json, *cfg, *only; /* only: the key of a row, or "" */
} arguments;

typedef struct {
    dk_model model;
    dk_solver *solver;
    float *pixels, *truth;
    uint64_t step;
} bench;

enum { ROUNDS = 64, STEPS = 100000, WARM = 3 };

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, long n) {
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

static dk_status prepare(bench *b, const row *r, const arguments *a, dk_error *err) {
    const dk_model_options options = {
        .cfg = a->cfg,
        .precision = r->precision,
        .threads = (int)a->threads,
        .seed = 1,
        .build = {.n = r->batch, .width = r->size, .height = r->size, .train = r->train},
    };
    DK_TRY(dk_model_open(&b->model, &options, err));
    const dk_net *net = b->model.net;
    const size_t n = (size_t)r->batch, inputs = n * dk_net_inputs(net), outputs = n * dk_net_outputs(net);
    b->pixels = malloc(inputs * sizeof *b->pixels);
    b->truth = calloc(outputs, sizeof *b->truth);
    if (!b->pixels || !b->truth) {
        return dk_no_memory(err, inputs * sizeof *b->pixels, "the input");
    }
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    for (size_t i = 0; i < inputs; i++) {
        b->pixels[i] = dk_rng_uniform(&rng, -1, 1);
    }
    for (size_t i = 0; i < n; i++) {
        b->truth[i * dk_net_outputs(net) + dk_rng_below(&rng, (uint32_t)dk_net_outputs(net))] = 1;
    }
    return r->train ? dk_solver_open(&b->solver, b->model.net, &b->model.settings.solver, STEPS, 1, err)
                    : DK_OK;
}

static dk_status step(bench *b, dk_error *err) {
    DK_TRY(dk_net_forward(b->model.net, b->pixels, b->solver ? b->truth : NULL, b->step++, err));
    if (b->solver) {
        DK_TRY(dk_net_backward(b->model.net, 0, err));
        DK_TRY(dk_solver_step(b->solver, NULL, err));
    }
    return DK_OK;
}

static double now(const arguments *a) {
    struct timespec t;
    clock_gettime(a->clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Median seconds of a step over one round. */
static dk_status measure(bench *b, const arguments *a, double *out, dk_error *err) {
    double *times = malloc(STEPS * sizeof *times);
    if (!times) {
        return dk_no_memory(err, STEPS * sizeof *times, "the times");
    }
    dk_status status = DK_OK;
    const double end = dk_clock_now() + a->seconds;
    long n = 0;
    while (status == DK_OK && n < STEPS && (n < 5 || dk_clock_now() < end)) {
        const double start = now(a);
        status = step(b, err);
        times[n++] = now(a) - start;
    }
    *out = median(times, n);
    free(times);
    return status;
}

static void report(const row *r, const bench *b, const arguments *a, double *seconds, cJSON *json) {
    const double middle = median(seconds, a->rounds), best = seconds[0]; /* median sorts */
    const double bytes = (double)dk_net_bytes_sum(&b->model.net->bytes);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    cJSON *o = cJSON_AddObjectToObject(json, r->key);
    if (r->train) {
        printf("%-36s %9.1f images/s (best %.1f)", r->name, r->batch / middle, r->batch / best);
        cJSON_AddNumberToObject(o, "images_per_s", r->batch / middle);
        cJSON_AddNumberToObject(o, "peak_bytes", (double)use.ru_maxrss * 1024);
    } else {
        printf("%-36s %9.3f ms a picture (best %.3f)", r->name, 1e3 * middle / r->batch,
               1e3 * best / r->batch);
        cJSON_AddNumberToObject(o, "ms", 1e3 * middle / r->batch);
    }
    printf("  %.1f MB\n", bytes / 1e6);
    fflush(stdout);
    cJSON_AddNumberToObject(o, "bytes", bytes);
}

static dk_status run_row(const row *r, const arguments *a, cJSON *json, dk_error *err) {
    bench b = {0};
    double seconds[ROUNDS] = {0};
    dk_status status = prepare(&b, r, a, err);
    for (int i = 0; status == DK_OK && i < WARM; i++) {
        status = step(&b, err);
    }
    for (long i = 0; status == DK_OK && i < a->rounds; i++) {
        status = measure(&b, a, &seconds[i], err);
    }
    if (status == DK_OK) {
        report(r, &b, a, seconds, json);
    }
    dk_solver_close(b.solver);
    dk_model_close(&b.model);
    free(b.pixels);
    free(b.truth);
    return status;
}

static dk_status has_bf16(bool *out, dk_error *err) {
    dk_backend *be = NULL;
    DK_TRY(dk_backend_open(&be, NULL, 1, err));
    *out = be->bf16;
    dk_backend_close(be);
    return DK_OK;
}

static bool read_arguments(int argc, char **argv, arguments *a) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *flag = argv[i], *value = argv[i + 1];
        if (strcmp(flag, "-json") == 0) {
            a->json = value;
        } else if (strcmp(flag, "-cfg") == 0) {
            a->cfg = value;
        } else if (strcmp(flag, "-clock") == 0 && strcmp(value, "cpu") == 0) {
            a->clock = CLOCK_PROCESS_CPUTIME_ID;
        } else if (strcmp(flag, "-only") == 0) {
            a->only = value;
        } else if (!(strcmp(flag, "-threads") == 0 && dk_text_int(value, &a->threads)) &&
                   !(strcmp(flag, "-rounds") == 0 && dk_text_int(value, &a->rounds)) &&
                   !(strcmp(flag, "-seconds") == 0 && dk_text_float(value, &a->seconds))) {
            return false;
        }
    }
    return argc % 2 == 1 && a->rounds >= 1 && a->rounds <= ROUNDS;
}

static dk_status run_all(const arguments *a, cJSON *json, dk_error *err) {
    cJSON_AddStringToObject(json, "version", DK_VERSION);
    cJSON_AddStringToObject(json, "cfg", a->cfg);
    cJSON_AddNumberToObject(json, "threads", (double)a->threads);
    cJSON_AddNumberToObject(json, "rounds", (double)a->rounds);
    bool bf16 = false;
    DK_TRY(has_bf16(&bf16, err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool wanted = strcmp(a->only, "") == 0 || strcmp(rows[i].key, a->only) == 0;
        if (wanted && !bf16 && strcmp(rows[i].precision, "bf16") == 0) {
            printf("%-36s skipped: this processor has no bf16\n", rows[i].name);
        } else if (wanted) {
            DK_TRY(run_row(&rows[i], a, json, err));
        }
    }
    char *text = a->json ? cJSON_Print(json) : NULL;
    const dk_status status = text ? dk_file_write(a->json, text, strlen(text), err) : DK_OK;
    cJSON_free(text);
    return status;
}

int main(int argc, char **argv) {
    arguments a = {
        .rounds = 5, .seconds = 2, .cfg = "cfg/mobilenet.cfg", .only = "", .clock = CLOCK_MONOTONIC};
    dk_error err = {0};
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr,
                "usage: bench [-threads N] [-rounds 1..%d] [-seconds S] [-json FILE] [-cfg FILE] [-only KEY] "
                "[-clock cpu]\n",
                ROUNDS);
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
