#include "support/toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "image/image.h"
#include "run/model.h"
#include "support/spans.h"
#include "support/temp.h"

static const char *const labels[] = {"red", "green", "blue"};

static void draw(const char *set, int label, int i) {
    char path[64];
    dk_image *image = NULL;
    dk_rng rng = dk_rng_key((uint64_t)set[0], (uint64_t)label, (uint64_t)i, DK_RNG_TEST);
    snprintf(path, sizeof path, "%s/%s/%d.png", set, labels[label], i);
    temp_write(path, ""); /* makes the folder */
    if (dk_image_new(&image, 10, 10, 3, NULL) != DK_OK) {
        abort();
    }
    for (int k = 0; k < 10 * 10 * 3; k++) {
        image->pixels[k] = (uint8_t)(dk_rng_below(&rng, 150) + (k % 3 == label ? 60 : 0));
    }
    if (dk_image_save_png(image, path, NULL) != DK_OK) {
        abort();
    }
    dk_image_free(image);
}

void toy_write_cfg(const char *keys) {
    char text[2048], seed[64] = "";
    if (getenv("TEST_SEED") != NULL && strstr(keys, "seed=") == NULL) {
        snprintf(seed, sizeof seed, "seed=%s\n", getenv("TEST_SEED"));
    }
    snprintf(text, sizeof text,
             "[net]\nwidth=8\nheight=8\nchannels=3\nbatch=6\nlearning_rate=0.05\nmomentum=0.9\n%s%s\n"
             "[convolutional]\nfilters=6\nsize=3\nstride=2\npad=1\nactivation=leaky\n"
             "[avgpool]\n[connected]\noutput=3\nactivation=linear\n[softmax]\n",
             seed, keys);
    temp_write("toy.cfg", text);
}

void toy_write(const char *keys) {
    temp_write("toy.names", "red\ngreen\nblue\n");
    temp_write("toy.data", "classes=3\ntrain=train\nvalid=valid\nnames=toy.names\nlabels=toy.names\n"
                           "backup=weights\nresults=results\ntop=2\n");
    toy_write_cfg(keys);
    for (int label = 0; label < 3; label++) {
        for (int i = 0; i < 20; i++) {
            draw("train", label, i);
        }
        for (int i = 0; i < 5; i++) {
            draw("valid", label, i);
        }
    }
}

char toy_said[2048];

static void on_log(void *user, int level, const char *text) {
    (void)user, (void)level;
    const size_t at = strlen(toy_said);
    snprintf(toy_said + at, sizeof toy_said - at, "%s\n", text);
}

const dk_log toy_log = {on_log, NULL};

dk_status toy_train(dk_run_options o, const dk_observer *observer, dk_error *err) {
    o.data_path = "toy.data";
    o.cfg_path = "toy.cfg";
    o.backend = o.backend != NULL ? o.backend : "ref";
    o.threads = o.threads > 0 ? o.threads : 1;
    o.observers = observer;
    o.observer_count = 1;
    o.log = toy_log;
    toy_said[0] = '\0';
    *err = (dk_error){0};
    return dk_run_train(&o, err);
}

static bool goes_on(void *user, const dk_step_event *e) {
    return e->step != *(const long *)user;
}

dk_status toy_train_until(dk_run_options o, long step, dk_error *err) {
    return toy_train(o, &(dk_observer){.user = &step, .on_step = goes_on}, err);
}

float *toy_values(const char *path, size_t *first, size_t *count) {
    dk_model m = {0};
    dk_error err = {0};
    const dk_model_options o = {.cfg = "toy.cfg", .weights = path, .backend = "ref", .build = {.n = 1}};
    if (dk_model_open(&m, &o, &err) != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    *count = m.net->params->count;
    if (first != NULL) {
        *first = m.net->layers[2].params[0].offset;
    }
    float *values = malloc(*count * sizeof *values);
    memcpy(values, params_copy(m.net, m.net->params), *count * sizeof *values);
    dk_model_close(&m);
    return values;
}
