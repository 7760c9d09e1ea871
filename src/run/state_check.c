/* Ranges of what a state holds, as a table, and spans of floats. */
#include "run/state_check.h"

#include <float.h>

#include "backend/memory.h"
#include "base/clock.h"

#define AGES 1e11 /* seconds: 3,000 years */
#define COUNTS 1e18

typedef struct {
    const char *name;
    double value, low, high;
} range;

static dk_status check_ranges(const dk_trainer *t, const range *ranges, size_t count, dk_error *err) {
    for (size_t i = 0; i < count; i++) {
        const range *r = &ranges[i];
        if (!(r->value >= r->low && r->value <= r->high)) {
            return dk_fail(err, DK_EFORMAT,
                           "%s: %s is %.9g; in this run it is within %.9g..%.9g. The file is damaged, or "
                           "another program wrote it; the run can only begin anew",
                           t->state_path, r->name, r->value, r->low, r->high);
        }
    }
    return DK_OK;
}

/* What the task makes of the sums of the epoch so far. */
static dk_status check_tally(const dk_trainer *t, dk_error *err) {
    dk_figures f = dk_figures_none(t->task->figures);
    for (int i = 0; i < DK_TALLY_SUMS; i++) {
        const range sum = {"a sum of the epoch", t->epoch_tally.sums[i], -DBL_MAX, DBL_MAX};
        DK_TRY(check_ranges(t, &sum, 1, err));
    }
    t->task->learnt(&t->epoch_tally, &f);
    for (int i = 0; i < f.count; i++) {
        const bool share = f.kinds[i].share;
        const range r = {f.kinds[i].name, f.value[i], share ? 0 : -DBL_MAX, share ? 1 : DBL_MAX};
        if (f.kinds[i].train != NULL && i != DK_FIGURE_LOSS) {
            DK_TRY(check_ranges(t, &r, 1, err));
        }
    }
    return DK_OK;
}

static dk_status check_progress(const dk_trainer *t, dk_error *err) {
    const double step = (double)t->step, ended = (double)t->ended;
    const double images = (double)t->epoch_tally.images, most = FLT_MAX;
    const range ranges[] = {
        {"the step", step, 0, (double)t->steps},
        {"the step that ended an epoch", ended, 0, step},
        {"the epoch", t->epoch, 0, t->epochs},
        {"the validated epoch", t->validated, 0, t->epoch},
        {"the best epoch", t->early.best_epoch, 0, t->epoch},
        {"the epoch of progress", t->early.progress_epoch, 0, t->epoch},
        {"the number of validations without progress", t->early.waiting, 0, t->epoch},
        {"the number of pictures of the epoch", images, 0, (step - ended) * (double)dk_trainer_batch(t)},
        {"the number of pictures seen", (double)t->model.seen, 0, COUNTS},
        {"the loss of the epoch", t->epoch_tally.loss, -DBL_MAX, DBL_MAX},
        {"the rate", (double)t->rate, -most, most},
        {"the best value", t->early.best, -DBL_MAX, DBL_MAX},
        {"the value of progress", t->early.mark, -DBL_MAX, DBL_MAX},
        {"the time since the run began", dk_clock_now() - t->began, 0, AGES},
        {"the time of learning", t->learning, 0, AGES},
        {"the time of learning in the epoch", t->epoch_learning, 0, AGES},
        {"the time of validating", t->validating, 0, AGES},
        {"the time to the target", t->reached, 0, AGES},
    };
    return check_ranges(t, ranges, sizeof ranges / sizeof *ranges, err);
}

/* Steps that the solver and the averages have taken. */
static dk_status check_counts(const dk_trainer *t, dk_error *err) {
    const dk_solver_state solver = dk_solver_state_of(t->solver);
    const double step = (double)t->step;
    const range all[] = {{"the step of the optimiser", (double)*solver.t, 0, step},
                         {"the step of the averages", t->ema != NULL ? (double)t->ema->t : 0, 0, step}};
    DK_TRY(check_ranges(t, all, sizeof all / sizeof *all, err));
    for (int i = 0; i < solver.layers; i++) {
        const range moved = {"the step of a layer", (double)solver.moved[i], 0, step};
        DK_TRY(check_ranges(t, &moved, 1, err));
    }
    return DK_OK;
}

/* A span of engine memory holds numbers; with `positive` none below 0. */
static dk_status check_span(const dk_trainer *t, float *values, size_t count, bool positive, const char *name,
                            dk_error *err) {
    dk_span_walk w = {.backend = t->model.backend, .at = values, .left = count};
    while (w.left > 0) {
        DK_TRY(dk_span_next(&w, err));
        for (size_t k = 0; k < w.n; k++) {
            const range value = {name, (double)w.host[k], positive ? 0 : -(double)FLT_MAX, (double)FLT_MAX};
            DK_TRY(check_ranges(t, &value, 1, err));
        }
    }
    return DK_OK;
}

/* All that checkpoints look at, and variances. */
static dk_status check_params(const dk_trainer *t, const dk_net *net, const char *name, dk_error *err) {
    DK_TRY(check_span(t, net->params->values, net->params->count, false, name, err));
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            const dk_param *p = &net->layers[i].params[k];
            if (p->flags & DK_POSITIVE) {
                DK_TRY(check_span(t, *p->slot, p->count, true, p->name, err));
            }
        }
    }
    return DK_OK;
}

static dk_status check_numbers(const dk_trainer *t, dk_error *err) {
    const dk_solver_state solver = dk_solver_state_of(t->solver);
    DK_TRY(check_counts(t, err));
    DK_TRY(check_params(t, t->model.net, "a parameter", err));
    if (t->ema != NULL) {
        DK_TRY(check_params(t, t->valid_net, "an average of a parameter", err));
    }
    DK_TRY(check_span(t, solver.m, solver.count, false, "a moment of the optimiser", err));
    return solver.v != NULL
               ? check_span(t, solver.v, solver.count, true, "a second moment of the optimiser", err)
               : DK_OK;
}

dk_status dk_state_check(dk_trainer *t, dk_error *err) {
    if (!dk_run_folder_is_own(t->folder.path, t->data->conf.results, t->base)) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: names '%s' as the folder of the run; wanted is %s/%s-NUMBER (results= of the .data "
            "file), a folder and no link; the run can only begin anew",
            t->state_path, t->folder.path, t->data->conf.results, t->base);
    }
    DK_TRY(check_progress(t, err));
    DK_TRY(check_tally(t, err));
    return check_numbers(t, err);
}
