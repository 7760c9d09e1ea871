/* The loader alone: 96×96 from JPEGs of 48×48, on one thread in pictures per second of processor time: with the cfg's
 * augmentation and with everything that there is; once decoding every picture, once with decoded ones kept, as
 * training keeps them; then on all cores, by the clock. Beside it what training uses, when that was measured. */
#include <stdio.h>

#include "bench/bench.h"
#include "bench/set.h"
#include "base/clock.h"
#include "data/truth.h"
#include "data/loader.h"
#include "run/model.h"

typedef struct {
    const char *key, *name;
    size_t cache; /* bytes */
    const char *const *set;
    bool all; /* cores */
} row;

static const char *const everything[] = {"mixup=1",          "cutmix=1",
                                         "blur_sigma=1.5",   "blur_probability=1",
                                         "gaussian_noise=8", "noise_probability=1",
                                         "colour_gamma=1.5", NULL};

static const row rows[] = {
    {"loader_recipe", "loader, the cfg's augmentation", 0, NULL, false},
    {"loader_recipe_kept", "  decoded pictures kept", 1 << 28, NULL, false},
    {"loader_recipe_all", "  and on all cores", 1 << 28, NULL, true},
    {"loader_everything", "loader, all augmentation", 0, everything, false},
    {"loader_everything_kept", "  decoded pictures kept", 1 << 28, everything, false},
    {"loader_everything_all", "  and on all cores", 1 << 28, everything, true},
};

enum { BATCH = 32, SIDE = 96, WARM = BENCH_PICTURES / BATCH + 4 };

static dk_status next(dk_stream *loader, int batches, dk_error *err) {
    dk_batch batch;
    for (int i = 0; i < batches; i++) {
        DK_TRY(dk_stream_next(loader, &batch, err));
    }
    return DK_OK;
}

/* Seconds of a batch, per round, as this clock has them. */
static dk_status measure(dk_stream *loader, double (*clock)(void), const bench_arguments *a, double *seconds,
                         dk_error *err) {
    DK_TRY(next(loader, WARM, err));
    for (long i = 0; i < a->rounds; i++) {
        const double began = clock();
        long batches = 0;
        while (clock() - began < a->seconds) {
            DK_TRY(next(loader, 4, err));
            batches += 4;
        }
        seconds[i] = (clock() - began) / (double)batches;
    }
    return DK_OK;
}

static void report(const row *r, double images, const bench_arguments *a, const bench_load *load,
                   cJSON *json) {
    const cJSON *training = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "train_96_32"), "images_per_s");
    cJSON *o = cJSON_AddObjectToObject(json, r->key);
    cJSON_AddNumberToObject(o, "images_per_s", images);
    printf("%-30s %9.0f images/s", r->name, images);
    if (training != NULL) {
        printf("  %.1f times what training uses", images / training->valuedouble);
        cJSON_AddNumberToObject(o, "of_training", images / training->valuedouble);
    }
    bench_load_end(a, load, o);
}

static dk_status run_row(const row *r, const dk_dataset *set, const bench_arguments *a, cJSON *json,
                         dk_error *err) {
    const dk_model_options options = {.cfg = a->cfg, .set = r->set};
    const bench_load load = bench_load_begin(a);
    double seconds[BENCH_ROUNDS];
    dk_stream *loader = NULL;
    dk_model model;
    dk_status status = dk_model_read(&model, &options, err);
    if (status == DK_OK) {
        const dk_settings *s = &model.settings;
        const dk_loader_conf conf = {.batch = BATCH,
                                     .channels = s->net.channels,
                                     .height = SIDE,
                                     .width = SIDE,
                                     .input = &s->input,
                                     .augment = &s->augment,
                                     .shuffle = true,
                                     .seed = 1,
                                     .threads = r->all ? a->machine->cores : 1,
                                     .cache = r->cache};
        status = dk_loader_open(&loader, set, &conf, err);
    }
    if (status == DK_OK) {
        status = measure(loader, r->all ? dk_clock_now : bench_cpu, a, seconds, err);
    }
    dk_stream_close(loader);
    dk_model_close(&model);
    if (status == DK_OK) {
        report(r, BATCH / bench_median(seconds, a->rounds), a, &load, json);
    }
    return status;
}

dk_status bench_loader(const bench_arguments *a, cJSON *json, dk_error *err) {
    bench_set files;
    dk_dataset *set = NULL;
    dk_status status = bench_set_make(&files, false, err);
    if (status == DK_OK) {
        status = dk_dataset_open(
            &set, files.few,
            &(dk_truth_conf){.kind = &dk_truth_class, .labels = files.names, .classes = BENCH_CLASSES}, err);
    }
    for (size_t i = 0; status == DK_OK && i < sizeof rows / sizeof *rows; i++) {
        status = run_row(&rows[i], set, a, json, err);
    }
    dk_dataset_close(set);
    bench_set_remove(&files);
    return status;
}
