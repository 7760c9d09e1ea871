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
#include <assert.h>
#include <math.h>

#include "base/clock.h"
#include "run/phase.h"
#include "run/ranks.h"
#include "run/resume.h"
#include "run/same_start.h"
#include "run/trainer.h"

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

/* One part of a step. Answers and losses are read after backward, so that nobody waits for them in between. */
static dk_status learn_part(dk_trainer *t, int part, uint64_t key, dk_error *err) {
    dk_batch batch = {0};
    DK_TRY(dk_joined_part(t, dk_stream_next(t->train_loader, &batch, err), err));
    const float *target = batch.truth;
    DK_TRY(dk_teachers_mix(&t->teachers, t->self, &batch, &target, err));
    assert(batch.floats == dk_net_truth(t->model.net));
    if (t->task->target != NULL) {
        DK_TRY(t->task->target(t->self, &batch, &target, err));
    }
    DK_TRY(dk_net_forward(t->model.net, batch.pixels, target, key, err));
    DK_TRY(dk_net_backward(t->model.net, part, err));
    DK_TRY(dk_net_answers(t->model.net, t->answers, err));
    DK_TRY(dk_net_losses(t->model.net, t->losses, err));
    t->task->learn(t->self, &batch, t->answers, t->losses, &t->step_tally);
    t->step_tally.images += batch.count;
    return DK_OK;
}

/* This rank's share of a step: `subdivisions` parts, whose gradients add up. */
static dk_status learn_parts(dk_trainer *t, dk_error *err) {
    const int parts = dk_trainer_settings(t)->net.subdivisions;
    t->step_tally = (dk_tally){0};
    for (int part = 0; part < parts; part++) {
        const uint64_t key = (uint64_t)t->step * (uint64_t)parts + (uint64_t)part;
        DK_TRY(learn_part(t, part, key, err));
    }
    return check_diverged(t, "training", t->step_tally.loss, err);
}

/* One step of the solver. */
static dk_status step(dk_trainer *t, dk_error *err) {
    const double began = dk_clock_now();
    DK_TRY(dk_joined_step(t, learn_parts(t, err), err));
    DK_TRY(dk_solver_step(t->solver, &t->rate, err));
    if (t->ema != NULL) {
        DK_TRY(dk_ema_step(t->ema, err));
    }
    t->step++;
    dk_tally_add(&t->epoch_tally, &t->step_tally);
    t->learning += dk_clock_now() - began;
    t->epoch_learning += dk_clock_now() - began;
    return DK_OK;
}

/* Hands an answer on, and lets an interruption end a validation, too. */
static dk_status keep_answer(void *user, const dk_answer *answer, dk_error *err) {
    dk_trainer *t = user;
    const dk_status wish = dk_joined_wish(t);
    return wish != DK_OK ? dk_fail(err, wish, "stopped while validating")
                         : t->task->answer(t->self, answer, err);
}

/* Measures the net of now; *best: it is the best so far, and saved as such. */
static dk_status validate(dk_trainer *t, bool *best, dk_error *err) {
    const double began = dk_clock_now();
    const dk_pass pass = {.net = t->valid_net,
                          .loader = t->valid_loader,
                          .set = t->valid,
                          .views = 1,
                          .comm = t->joined.comm,
                          .told = keep_answer,
                          .user = t};
    t->task->begin(t->self);
    const dk_status measured = dk_measure(&pass, err);
    t->task->measured(t->self, &t->validation);
    DK_TRY(dk_joined_figures(t, measured, err));
    const double loss = measured == DK_EDIVERGED ? NAN : t->validation.value[DK_FIGURE_LOSS];
    DK_TRY(check_diverged(t, "validation", loss, err));
    DK_TRY(measured);
    if (t->task->leave != NULL && dk_joined_leads(t)) {
        t->task->leave(t->self, t->folder.path, t->epoch);
    }
    t->validated = t->epoch;
    t->valid_seconds = dk_clock_now() - began;
    t->validating += t->valid_seconds;
    *best = dk_early_stop_tell(&t->early, t->epoch,
                               t->validation.value[dk_trainer_settings(t)->train.early_stop_figure]);
    return *best ? dk_checkpoint_save(&t->checkpoints, DK_CHECKPOINT_BEST, dk_trainer_outcome(t),
                                      dk_trainer_seen(t), err)
                 : DK_OK;
}

/* Is the validation that was just made the first with target_accuracy? */
static bool reach_target(dk_trainer *t) {
    const double target = (double)dk_trainer_settings(t)->train.target_accuracy;
    if (target <= 0 || t->reached > 0 || t->validation.value[DK_FIGURE_MAIN] < target) {
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
static dk_status end_epoch_of_rank(dk_trainer *t, dk_error *err) {
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
    DK_TRY(dk_joined_leads(t) ? dk_csv_log_add(&t->csv, &event, err) : DK_OK);
    t->ended = t->step;
    t->epoch_tally = (dk_tally){0};
    t->epoch_learning = 0;
    DK_TRY(dk_trainer_save_last(t, err));
    dk_trainer_leave_skipped(t);
    dk_trainer_tell_epoch(t, &event);
    return DK_OK;
}

static dk_status end_epoch(dk_trainer *t, dk_error *err) {
    return dk_comm_agree(t->joined.comm, end_epoch_of_rank(t, err), err);
}

/* All steps; DK_ESTOPPED or DK_EPAUSED when somebody wanted to stop before. */
static dk_status learn(dk_trainer *t, dk_error *err) {
    for (;;) {
        const bool due = epoch_is_due(t);
        if (!due && (t->step == t->steps || dk_early_stop_over(&t->early))) {
            break;
        }
        DK_TRY(dk_joined_wishes(t, err));
        if (due) {
            DK_TRY(end_epoch(t, err));
        } else {
            DK_TRY(dk_phase_enter(t, err));
            DK_TRY(step(t, err));
            dk_trainer_tell_step(t);
        }
    }
    const dk_status saved = dk_checkpoint_save(&t->checkpoints, DK_CHECKPOINT_FINAL, dk_trainer_outcome(t),
                                               dk_trainer_seen(t), err);
    return dk_comm_agree(t->joined.comm, saved, err);
}

/* After an interruption: `_last` is saved, and the message says so. */
static dk_status save_stopped(dk_trainer *t, dk_status why, dk_error *err) {
    t->joined.comm->agreed = false;
    DK_TRY(dk_comm_agree(t->joined.comm, dk_trainer_save_last(t, err), err));
    t->joined.comm->agreed = true;
    return dk_fail(err, why, "%s after step %ld of %ld; the weights are in %s; -resume goes on",
                   why == DK_EPAUSED ? "the limit of time: stopped" : "stopped", t->step, t->steps,
                   t->checkpoints.path[DK_CHECKPOINT_LAST]);
}

static dk_status run(dk_trainer *t, dk_error *err) {
    dk_trainer_tell_begin(t);
    dk_status status = learn(t, err);
    if (status == DK_ESTOPPED || status == DK_EPAUSED) {
        status = save_stopped(t, status, err);
    }
    if (status != DK_OK && dk_joined_leads(t) && dk_trainer_skipped(t) > 0) {
        if (dk_trainer_list_skipped(t, NULL) == DK_OK) {
            dk_note(&t->options->log, "%s/skipped.txt lists the pictures that could not be read",
                    t->folder.path);
        }
    }
    dk_trainer_tell_end(t, status);
    return status;
}

static void tell_ranks(const dk_trainer *t) {
    const dk_comm *const c = t->joined.comm;
    const int threads = t->model.backend->threads;
    if (c->world > 1) {
        dk_note(&t->options->log, "%d ranks (%s), each on %d thread%s, with %d of %ld pictures a step",
                c->world, c->kind->name, threads, threads == 1 ? "" : "s",
                t->model.net->options.n * dk_trainer_settings(t)->net.subdivisions, dk_trainer_batch(t));
    }
}

/* The run of one rank. */
static dk_status train(const dk_run_options *options, dk_error *err) {
    dk_trainer t = {0};
    dk_status status = dk_trainer_open(&t, options, err);
    status = dk_comm_agree(t.joined.comm, status, err);
    if (status == DK_OK) {
        status = dk_same_start(&t, err);
    }
    if (status == DK_OK) {
        tell_ranks(&t);
        status = run(&t, err);
    }
    dk_trainer_close(&t);
    return status;
}

dk_status dk_run_train(const dk_run_options *options, dk_error *err) {
    return dk_ranks_run(options, train, err);
}
