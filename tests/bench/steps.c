/* The steps of a network on fixed random input: training (forward, backward, update) in images/s, prediction in
 * milliseconds a picture; medians over rounds, each a median over steps. Decoding and augmentation are not part of
 * it. One row of the table is one measurement. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/bench.h"

#include "base/clock.h"
#include "base/rng.h"
#include "run/model.h"

typedef struct {
    const char *key, *name;
    int size, batch;
    bool train;
    const char *precision;
    bool device; /* measured on engines that are cards, and nothing else is there */
} row;

/* The one that takes the most memory is the first: its peak is the process's. */
static const row rows[] = {
    {"train_96_32", "training     96x96, batch 32", 96, 32, true, "f32", false},
    {"train_96_32_bf16", "training     96x96, batch 32, bf16", 96, 32, true, "bf16", false},
    {"train_48_32", "training     48x48, batch 32", 48, 32, true, "f32", false},
    {"train_48_32_bf16", "training     48x48, batch 32, bf16", 48, 32, true, "bf16", false},
    {"predict_96_1", "prediction   96x96, batch 1", 96, 1, false, "f32", false},
    {"predict_96_1_bf16", "prediction   96x96, batch 1, bf16", 96, 1, false, "bf16", false},
    {"predict_96_32", "prediction   96x96, batch 32", 96, 32, false, "f32", false},
    {"predict_96_32_bf16", "prediction   96x96, batch 32, bf16", 96, 32, false, "bf16", false},
    {"predict_224_1", "prediction 224x224, batch 1", 224, 1, false, "f32", false},
    {"predict_224_1_bf16", "prediction 224x224, batch 1, bf16", 224, 1, false, "bf16", false},
    {"predict_224_32", "prediction 224x224, batch 32", 224, 32, false, "f32", false},
    {"predict_224_32_bf16", "prediction 224x224, batch 32, bf16", 224, 32, false, "bf16", false},
    {"card_train_512_bf16", "training     96x96, batch 512, bf16", 96, 512, true, "bf16", true},
    {"card_train_512", "training     96x96, batch 512", 96, 512, true, "f32", true},
    {"card_train_256_bf16", "training     96x96, batch 256, bf16", 96, 256, true, "bf16", true},
    {"card_train_256", "training     96x96, batch 256", 96, 256, true, "f32", true},
    {"card_train_64_bf16", "training     96x96, batch 64, bf16", 96, 64, true, "bf16", true},
    {"card_train_64", "training     96x96, batch 64", 96, 64, true, "f32", true},
    {"card_predict_1_bf16", "prediction   96x96, batch 1, bf16", 96, 1, false, "bf16", true},
    {"card_predict_256_bf16", "prediction   96x96, batch 256, bf16", 96, 256, false, "bf16", true},
};

typedef struct {
    dk_model model;
    dk_solver *solver;
    float *pixels, *truth, *read; /* read: losses or answers, so that a step ends when a card has done it */
    uint64_t step;
} bench;

enum { STEPS = 100000, WARM = 3 };

static dk_status prepare(bench *b, const row *r, const bench_arguments *a, dk_error *err) {
    const dk_model_options options = {
        .cfg = a->net,
        .precision = r->precision,
        .threads = (int)a->threads,
        .backend = a->backend,
        .seed = 1,
        .build = {.n = r->batch, .width = r->size, .height = r->size, .train = r->train},
    };
    DK_TRY(dk_model_open(&b->model, &options, err));
    const dk_net *net = b->model.net;
    const size_t n = (size_t)r->batch, inputs = n * dk_net_inputs(net), outputs = n * dk_net_outputs(net);
    b->pixels = malloc(inputs * sizeof *b->pixels);
    b->truth = calloc(outputs, sizeof *b->truth);
    b->read = malloc((outputs + n) * sizeof *b->read);
    if (!b->pixels || !b->truth || !b->read) {
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
        DK_TRY(dk_net_losses(b->model.net, b->read, err));
        return dk_solver_step(b->solver, NULL, err);
    }
    return dk_net_answers(b->model.net, b->read, err);
}

/* Median seconds of a step over one round. */
static dk_status measure(bench *b, const bench_arguments *a, double *out, dk_error *err) {
    double *times = malloc(STEPS * sizeof *times);
    if (!times) {
        return dk_no_memory(err, STEPS * sizeof *times, "the times");
    }
    dk_status status = DK_OK;
    const double end = dk_clock_now() + a->seconds;
    long n = 0;
    while (status == DK_OK && n < STEPS && (n < 5 || dk_clock_now() < end)) {
        const double start = a->cpu ? bench_cpu() : dk_clock_now();
        status = step(b, err);
        times[n++] = (a->cpu ? bench_cpu() : dk_clock_now()) - start;
    }
    *out = bench_median(times, n);
    free(times);
    return status;
}

/* What a row comes to of the peak: the multiply-adds that `network info` counts, and twice as many more when training, for the
 * gradients of inputs and of weights. */
static void report_share(const row *r, const bench *b, const bench_arguments *a, double seconds, cJSON *o) {
    const bool device = b->model.backend->device; /* whose peak is not measured */
    const double peak = device ? 0 : a->machine->peak[b->model.net->context.precision];
    dk_net_info info;
    dk_net_describe(b->model.net, &info);
    const double gflop = 2e-9 * info.macs * (r->train ? 3 : 1);
    cJSON_AddNumberToObject(o, "gflop_per_picture", gflop);
    if (peak > 0) {
        const double share = gflop * r->batch / seconds / peak;
        printf("  %4.1f %% of peak", 100 * share);
        cJSON_AddNumberToObject(o, "share", share);
    }
}

static void report(const row *r, const bench *b, const bench_arguments *a, double *seconds,
                   const bench_load *load, cJSON *json) {
    const double middle = bench_median(seconds, a->rounds), best = seconds[0]; /* median sorts */
    const double bytes = (double)dk_net_bytes_sum(&b->model.net->bytes);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    cJSON *o = cJSON_AddObjectToObject(json, r->key);
    if (r->train) {
        printf("%-35s %9.1f images/s (best %.1f)", r->name, r->batch / middle, r->batch / best);
        cJSON_AddNumberToObject(o, "images_per_s", r->batch / middle);
        cJSON_AddNumberToObject(o, "peak_bytes", (double)use.ru_maxrss * 1024);
    } else {
        printf("%-35s %9.3f ms a picture (best %.3f)", r->name, 1e3 * middle / r->batch,
               1e3 * best / r->batch);
        cJSON_AddNumberToObject(o, "ms", 1e3 * middle / r->batch);
    }
    cJSON_AddNumberToObject(o, "bytes", bytes);
    report_share(r, b, a, middle, o);
    printf("  %.1f MB", bytes / 1e6);
    bench_load_end(a, load, o);
}

static dk_status run_row(const row *r, const bench_arguments *a, cJSON *json, dk_error *err) {
    bench b = {0};
    double seconds[BENCH_ROUNDS] = {0};
    dk_status status = prepare(&b, r, a, err);
    for (int i = 0; status == DK_OK && i < WARM; i++) {
        status = step(&b, err);
    }
    const bench_load load = bench_load_begin(a);
    for (long i = 0; status == DK_OK && i < a->rounds; i++) {
        status = measure(&b, a, &seconds[i], err);
    }
    if (status == DK_OK) {
        report(r, &b, a, seconds, &load, json);
    }
    dk_solver_close(b.solver);
    dk_model_close(&b.model);
    free(b.pixels);
    free(b.truth);
    free(b.read);
    return status;
}

static dk_status look(const bench_arguments *a, bool *bf16, bool *device, dk_error *err) {
    dk_backend *be = NULL;
    DK_TRY(dk_backend_open(&be, a->backend, 1, err));
    *bf16 = be->bf16;
    *device = be->device;
    dk_backend_close(be);
    return DK_OK;
}

dk_status bench_steps(const bench_arguments *a, cJSON *json, dk_error *err) {
    bool bf16 = false, device = false;
    DK_TRY(look(a, &bf16, &device, err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool wanted = rows[i].device == device && bench_wanted(a, rows[i].key);
        if (wanted && !bf16 && strcmp(rows[i].precision, "bf16") == 0) {
            printf("%-35s skipped: this processor or card has no bf16\n", rows[i].name);
        } else if (wanted) {
            const dk_status status = run_row(&rows[i], a, json, err);
            if (status == DK_ENOMEM && device) {
                printf("%-35s skipped: more than the card holds\n", rows[i].name);
            } else if (status != DK_OK) {
                return status;
            }
        }
    }
    return DK_OK;
}
