/* dk_train of include/darknet.h: a run of train.h with one observer that fills dk_progress. */
#include <stdlib.h>
#include <string.h>

#include "run/train.h"

/* An observer that turns events into dk_progress. */
typedef struct {
    const dk_train_options *options;
    dk_progress now;
} listener;

static bool tell(listener *l) {
    return l->options->on_progress == NULL || l->options->on_progress(l->options->user, &l->now) == 0;
}

static bool on_begin(void *user, const dk_run_info *run) {
    listener *l = user;
    l->now.steps = run->steps;
    return true;
}

static bool on_step(void *user, const dk_step_event *e) {
    listener *l = user;
    l->now.step = e->step;
    l->now.epoch = e->epoch;
    l->now.loss = dk_figures_get(&e->running, "loss");
    l->now.accuracy = dk_figures_get(&e->running, "accuracy");
    l->now.rate = e->rate;
    l->now.images_per_second = e->images_per_second;
    l->now.validated = 0;
    return tell(l);
}

static bool on_epoch(void *user, const dk_epoch_event *e) {
    listener *l = user;
    if (e->valid == NULL) {
        return true;
    }
    l->now.validated = 1;
    l->now.val_loss = dk_figures_get(e->valid, "loss");
    l->now.val_accuracy = dk_figures_get(e->valid, "accuracy");
    l->now.best = e->best_value;
    return tell(l);
}

/* Splits "net.key=value" and "data.key=value" into two lists that end with NULL. */
static dk_status split_set(const char *const *set, const char **net, const char **data, dk_error *err) {
    for (; set != NULL && *set != NULL; set++) {
        if (strncmp(*set, "net.", 4) == 0) {
            *net++ = *set + 4;
        } else if (strncmp(*set, "data.", 5) == 0) {
            *data++ = *set + 5;
        } else {
            return dk_fail(err, DK_EUSAGE,
                           "set '%s': begins neither with net. nor with data.; try net.batch=32", *set);
        }
    }
    *net = *data = NULL;
    return DK_OK;
}

dk_status dk_train(const dk_train_options *options, dk_progress *last, dk_error *err) {
    size_t count = 0;
    while (options->set != NULL && options->set[count] != NULL) {
        count++;
    }
    const char **set = calloc(2 * (count + 1), sizeof *set);
    if (set == NULL) {
        return dk_no_memory(err, 2 * (count + 1) * sizeof *set, "the list of settings");
    }
    listener l = {.options = options};
    const dk_observer observer = {.user = &l, .on_begin = on_begin, .on_step = on_step, .on_epoch = on_epoch};
    const dk_run_options run = {.data_path = options->data,
                                .cfg_path = options->cfg,
                                .weights = options->weights,
                                .backend = options->backend,
                                .threads = options->threads,
                                .seed = options->seed,
                                .max_memory = options->max_memory,
                                .set_net = set,
                                .set_data = set + count + 1,
                                .observers = &observer,
                                .observer_count = 1,
                                .log = options->log};
    dk_status status = split_set(options->set, set, set + count + 1, err);
    if (status == DK_OK) {
        status = dk_run_train(&run, err);
    }
    if (last != NULL) {
        *last = l.now;
    }
    free(set);
    return status;
}
