/* The training run, as a story:
 *
 *     step       parts of a batch: load → forward → backward, gradients adding up; then the solver moves
 *     end_epoch  validate; save a new best; a row for log.csv; save `_last`; tell the observers
 *     phase      where the size or the frozen layers change, another net over the same parameters (phase.h)
 *     learn      steps until all are done, patience is used up or somebody wants to stop; save `_final`
 *     run        tell the beginning and the end; save `_last` after an interruption
 *
 * Step s uses samples s·batch … of the loader's endless order. An epoch ends with the step that uses its last
 * picture; a run that ends within an epoch ends that epoch early, so that its last weights are validated,
 * too. Making everything ready is trainer.c. */
#include <math.h>

#include "base/clock.h"
#include "run/class_weights.h"
#include "run/evaluate.h"
#include "run/phase.h"
#include "run/resume.h"
#include "run/trainer.h"

/* Somebody asked for it: a signal, or an observer. */
static bool wants_stop(const dk_trainer *t) {
    return t->stop || (t->options->stop != NULL && atomic_load(t->options->stop) != 0);
}

/* Loss and right answers of the part that just went forward; of a mixed target the largest share counts. */
static dk_status count_part(dk_trainer *t, const dk_batch *batch, dk_error *err) {
    const int classes = t->data->conf.classes;
    DK_TRY(dk_net_answers(t->model.net, t->answers, err));
    DK_TRY(dk_net_losses(t->model.net, t->losses, err));
    for (int i = 0; i < batch->count; i++) {
        const size_t row = (size_t)i * (size_t)classes;
        t->step_tally.hits += dk_top_1(t->answers + row, classes) == dk_top_1(batch->truth + row, classes);
        t->step_tally.loss +=
            (double)t->losses[i] / (t->class_weights != NULL ? (double)t->row_weights[i] : 1);
    }
    t->step_tally.images += batch->count;
    return DK_OK;
}

static dk_status check_diverged(const dk_trainer *t, const char *what, double loss, dk_error *err) {
    if (isfinite(loss)) {
        return DK_OK;
    }
    const char *last = dk_checkpoint_written(&t->checkpoints, DK_CHECKPOINT_LAST);
    return dk_fail(
        err, DK_EDIVERGED,
        "the %s loss is %s at step %ld (rate %g): training diverged; try a smaller learning_rate or a "
        "longer burn_in; last good weights: %s",
        what, isnan(loss) ? "not a number" : "infinite", t->step + 1, (double)t->rate,
        last != NULL ? last : "none were saved yet");
}

/* One part of a step. Weights of classes act through the targets; the loss that is told is without them. */
static dk_status learn_part(dk_trainer *t, int part, uint64_t key, dk_error *err) {
    dk_batch batch = {0};
    DK_TRY(dk_loader_next(t->train_loader, &batch, err));
    const float *truth = batch.truth;
    if (t->class_weights != NULL) {
        dk_class_weights_apply(t->class_weights, t->data->conf.classes, batch.count, batch.truth, t->targets,
                               t->row_weights);
        truth = t->targets;
    }
    DK_TRY(dk_net_forward(t->model.net, batch.pixels, truth, key, err));
    DK_TRY(count_part(t, &batch, err));
    return dk_net_backward(t->model.net, part, err);
}

/* One step of the solver: `subdivisions` parts, whose gradients add up. */
static dk_status step(dk_trainer *t, dk_error *err) {
    const int parts = dk_trainer_settings(t)->net.subdivisions;
    const double began = dk_clock_now();
    t->step_tally = (dk_tally){0};
    for (int part = 0; part < parts; part++) {
        const uint64_t key = (uint64_t)t->step * (uint64_t)parts + (uint64_t)part;
        DK_TRY(learn_part(t, part, key, err));
    }
    DK_TRY(check_diverged(t, "training", t->step_tally.loss, err));
    DK_TRY(dk_solver_step(t->solver, &t->rate, err));
    if (t->ema != NULL) {
        DK_TRY(dk_ema_step(t->ema, err));
    }
    t->step++;
    t->epoch_tally.loss += t->step_tally.loss;
    t->epoch_tally.hits += t->step_tally.hits;
    t->epoch_tally.images += t->step_tally.images;
    t->learning += dk_clock_now() - began;
    t->epoch_learning += dk_clock_now() - began;
    return DK_OK;
}

/* Keeps an answer, and lets an interruption end a validation, too. */
static dk_status keep_answer(void *user, int picture, int truth, const float *scores, dk_error *err) {
    dk_trainer *t = user;
    if (wants_stop(t)) {
        return dk_fail(err, DK_ESTOPPED, "stopped while validating");
    }
    if (!dk_trainer_keeps_answers(t)) {
        return DK_OK;
    }
    return dk_predictions_add(&t->predictions, t->valid->samples[picture].path, truth, scores, err);
}

/* Measures the net of now; *best: it is the best so far, and saved as such. */
static dk_status validate(dk_trainer *t, bool *best, dk_error *err) {
    const double began = dk_clock_now();
    dk_predictions_reset(&t->predictions);
    const dk_status measured =
        dk_evaluate_set(t->valid_net, t->valid_loader, t->valid, &t->metrics, keep_answer, t, err);
    DK_TRY(
        check_diverged(t, "validation", measured == DK_EDIVERGED ? NAN : dk_metrics_loss(&t->metrics), err));
    DK_TRY(measured);
    dk_trainer_leave_answers(t);
    t->validated = t->epoch;
    t->valid_seconds = dk_clock_now() - began;
    t->validating += t->valid_seconds;
    *best = dk_early_stop_tell(&t->early, t->epoch,
                               t->early.metric == DK_METRIC_VAL_LOSS ? dk_metrics_loss(&t->metrics)
                                                                     : dk_metrics_top1(&t->metrics));
    return *best ? dk_checkpoint_save(&t->checkpoints, DK_CHECKPOINT_BEST, dk_trainer_outcome(t),
                                      dk_trainer_seen(t), err)
                 : DK_OK;
}

/* Is the validation that was just made the first with target_accuracy? */
static bool reach_target(dk_trainer *t) {
    const double target = (double)dk_trainer_settings(t)->train.target_accuracy;
    if (target <= 0 || t->reached > 0 || dk_metrics_top1(&t->metrics) < target) {
        return false;
    }
    t->reached = dk_clock_now() - t->began;
    return true;
}

/* Epochs that the steps done so far complete. */
static int epochs_complete(const dk_trainer *t) {
    const long complete = t->step * dk_trainer_batch(t) / t->train->count;
    return complete < t->epochs ? (int)complete : t->epochs;
}

/* The steps done complete an epoch that was not ended yet. */
static bool epoch_is_due(const dk_trainer *t) {
    return t->step > t->ended && (epochs_complete(t) > t->epoch || t->step == t->steps);
}

/* The end of an epoch: measured, written down, saved, told. An interrupted validation leaves it undone. The row of
 * log.csv comes before the state: a resumed run drops rows that it will write again, but cannot mend one that is
 * missing. */
static dk_status end_epoch(dk_trainer *t, dk_error *err) {
    DK_TRY(dk_trainer_keep_folder(t, err));
    const bool last = t->step == t->steps;
    const int before = t->epoch, complete = epochs_complete(t);
    t->epoch = complete > before ? complete : before + 1;
    const bool due = last || t->epoch - t->validated >= dk_trainer_settings(t)->train.valid_every;
    const bool validated = t->valid != NULL && due;
    bool best = false;
    const dk_status status = validated ? validate(t, &best, err) : DK_OK;
    if (status != DK_OK) {
        t->epoch = before;
        return status;
    }
    const bool reached = validated && reach_target(t);
    const dk_epoch_event event = dk_trainer_epoch_event(t, validated, best, reached);
    DK_TRY(dk_csv_log_add(&t->csv, &event, err));
    t->ended = t->step;
    t->epoch_tally = (dk_tally){0};
    t->epoch_learning = 0;
    DK_TRY(dk_trainer_save_last(t, err));
    dk_trainer_leave_skipped(t);
    dk_trainer_tell_epoch(t, &event);
    return DK_OK;
}

/* All steps; DK_ESTOPPED when somebody wanted to stop before. */
static dk_status learn(dk_trainer *t, dk_error *err) {
    for (;;) {
        const bool due = epoch_is_due(t);
        if (!due && (t->step == t->steps || dk_early_stop_over(&t->early))) {
            break;
        }
        if (wants_stop(t)) {
            return dk_fail(err, DK_ESTOPPED, "stopped");
        }
        if (due) {
            DK_TRY(end_epoch(t, err));
        } else {
            DK_TRY(dk_phase_enter(t, err));
            DK_TRY(step(t, err));
            dk_trainer_tell_step(t);
        }
    }
    return dk_checkpoint_save(&t->checkpoints, DK_CHECKPOINT_FINAL, dk_trainer_outcome(t), dk_trainer_seen(t),
                              err);
}

/* After an interruption: `_last` is saved, and the message says so. */
static dk_status save_stopped(dk_trainer *t, dk_error *err) {
    DK_TRY(dk_trainer_save_last(t, err));
    return dk_fail(err, DK_ESTOPPED, "stopped after step %ld of %ld; the weights are in %s; -resume goes on",
                   t->step, t->steps, t->checkpoints.path[DK_CHECKPOINT_LAST]);
}

static dk_status run(dk_trainer *t, dk_error *err) {
    dk_trainer_tell_begin(t);
    dk_status status = learn(t, err);
    if (status == DK_ESTOPPED) {
        status = save_stopped(t, err);
    }
    if (status != DK_OK && dk_trainer_skipped(t) > 0) {
        if (dk_trainer_list_skipped(t, NULL) == DK_OK) {
            dk_note(&t->options->log, "%s/skipped.txt lists the pictures that could not be read",
                    t->folder.path);
        }
    }
    dk_trainer_tell_end(t, status);
    return status;
}

dk_status dk_run_train(const dk_run_options *options, dk_error *err) {
    dk_trainer t = {0};
    dk_status status = dk_trainer_open(&t, options, err);
    if (status == DK_OK) {
        status = run(&t, err);
    }
    dk_trainer_close(&t);
    return status;
}
