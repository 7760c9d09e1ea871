/* What a run tells its observers, from the numbers of the loop. */
#include <stdio.h>

#include "base/clock.h"
#include "run/trainer.h"

static double mean(double sum, long count) {
    return count > 0 ? sum / (double)count : 0;
}

/* What the task makes of a tally; the loss is the mean of its pictures. */
static dk_figures figures_of(const dk_trainer *t, const dk_tally *tally) {
    dk_figures f = dk_figures_none(t->task->figures);
    f.value[DK_FIGURE_LOSS] = mean(tally->loss, tally->images);
    t->task->learnt(tally, &f);
    return f;
}

/* Pictures learned from per second since the epoch began; validation does not count. */
static double images_per_second(const dk_trainer *t) {
    return t->epoch_learning > 0 ? (double)t->epoch_tally.images / t->epoch_learning : 0;
}

/* The steps and validations to come, at the pace of those done; larger pictures take longer. */
static double seconds_left(const dk_trainer *t) {
    const dk_settings *s = dk_trainer_settings(t);
    const double done = dk_stages_cost(&s->train.stages, t->step, t->steps, s->net.width);
    const double all = dk_stages_cost(&s->train.stages, t->steps, t->steps, s->net.width);
    const double per_epoch = mean(t->validating, t->epoch);
    return done > 0 ? t->learning * (all - done) / done + per_epoch * (t->epochs - t->epoch) : 0;
}

void dk_trainer_tell_begin(dk_trainer *t) {
    const dk_run_info info = {.folder = t->folder.path,
                              .name = t->folder.name,
                              .base = t->base,
                              .backup = t->checkpoints.folder,
                              .data = t->data,
                              .train = t->train,
                              .valid = t->valid,
                              .net = t->model.net,
                              .settings = dk_trainer_settings(t),
                              .figures = t->task->figures,
                              .steps = t->steps,
                              .batch = dk_trainer_batch(t),
                              .epochs = t->epochs,
                              .done = t->epoch,
                              .seed = t->model.seed};
    for (int i = 0; i < t->options->observer_count; i++) {
        const dk_observer *o = &t->options->observers[i];
        t->stop |= o->on_begin != NULL && !o->on_begin(o->user, &info);
    }
}

void dk_trainer_tell_step(dk_trainer *t) {
    const dk_step_event event = {.step = t->step,
                                 .epoch = (double)(t->step * dk_trainer_batch(t)) / t->train->count,
                                 .batch = figures_of(t, &t->step_tally),
                                 .running = figures_of(t, &t->epoch_tally),
                                 .rate = (double)t->rate,
                                 .images_per_second = images_per_second(t),
                                 .seconds = dk_clock_now() - t->began,
                                 .seconds_left = seconds_left(t)};
    for (int i = 0; i < t->options->observer_count; i++) {
        const dk_observer *o = &t->options->observers[i];
        t->stop |= o->on_step != NULL && !o->on_step(o->user, &event);
    }
}

dk_epoch_event dk_trainer_epoch_event(const dk_trainer *t, bool validated, bool best, bool reached) {
    return (dk_epoch_event){.epoch = t->epoch,
                            .step = t->step,
                            .train = figures_of(t, &t->epoch_tally),
                            .valid = validated ? &t->validation : NULL,
                            .best = best,
                            .best_epoch = t->early.best_epoch,
                            .best_value = t->early.best,
                            .rate = (double)t->rate,
                            .images_per_second = images_per_second(t),
                            .target = reached ? (double)dk_trainer_settings(t)->train.target_accuracy : 0,
                            .seconds = dk_clock_now() - t->began,
                            .valid_seconds = validated ? t->valid_seconds : 0,
                            .skipped = dk_trainer_skipped(t)};
}

void dk_trainer_tell_epoch(dk_trainer *t, const dk_epoch_event *event) {
    for (int i = 0; i < t->options->observer_count; i++) {
        const dk_observer *o = &t->options->observers[i];
        t->stop |= o->on_epoch != NULL && !o->on_epoch(o->user, event);
    }
}

static bool ended_early(const dk_trainer *t) {
    return t->step < t->steps && dk_early_stop_over(&t->early);
}

/* Why the run ended, in words, to room bytes of out. */
static const char *reason(const dk_trainer *t, dk_status status, char *out, size_t room) {
    if (status == DK_ESTOPPED) {
        return "interrupted";
    }
    if (status == DK_EPAUSED) {
        return "limit of time";
    }
    if (status != DK_OK) {
        return dk_status_name(status);
    }
    if (!ended_early(t)) {
        return "finished";
    }
    snprintf(out, room, "early stop: no progress in %d validations since epoch %d", t->early.waiting,
             t->early.progress_epoch);
    return out;
}

void dk_trainer_tell_end(dk_trainer *t, dk_status status) {
    char text[128];
    dk_error err = {0};
    const dk_checkpoints *const c = &t->checkpoints;
    const dk_end_event event = {.reason = reason(t, status, text, sizeof text),
                                .early_stop = status == DK_OK && ended_early(t),
                                .epochs = t->epoch,
                                .best_epoch = t->early.best_epoch,
                                .best = t->early.best,
                                .target = (double)dk_trainer_settings(t)->train.target_accuracy,
                                .target_seconds = t->reached,
                                .seconds = dk_clock_now() - t->began,
                                .best_weights = dk_checkpoint_written(c, DK_CHECKPOINT_BEST),
                                .last_weights = dk_checkpoint_written(c, DK_CHECKPOINT_LAST),
                                .final_weights = dk_checkpoint_written(c, DK_CHECKPOINT_FINAL)};
    if (dk_joined_leads(t) && dk_run_folder_ended(&t->folder, event.reason, &err) != DK_OK) {
        dk_warn(&t->options->log, "%s", err.text);
    }
    for (int i = 0; i < t->options->observer_count; i++) {
        const dk_observer *o = &t->options->observers[i];
        if (o->on_end != NULL) {
            o->on_end(o->user, &event);
        }
    }
}
