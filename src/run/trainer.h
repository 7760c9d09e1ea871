/* A training run, made ready: data, net, loaders, solver, files. Only run/ includes this; the story of a run
 * is train.c. */
#ifndef DK_RUN_TRAINER_H
#define DK_RUN_TRAINER_H

#include "base/load.h"
#include "data/loader.h"
#include "net/ema.h"
#include "run/checkpoint.h"
#include "run/csv_log.h"
#include "run/early_stop.h"
#include "run/joined.h"
#include "run/model.h"
#include "run/run_folder.h"
#include "run/same_run.h"
#include "run/task.h"
#include "run/teacher.h"
#include "run/train.h"

/* What the net that learns is like in a part of a run: the size of its input, and the last epoch that
 * ended the waiting of layers with freeze_until (0: none has). See phase.h. */
typedef struct {
    int width, height, epoch;
} dk_phase;

struct dk_trainer {
    const dk_run_options *options; /* as given, but for resume: own */
    dk_run_options own;
    dk_comm alone;
    dk_joined joined;
    int saves;     /* that were asked for so far */
    double opened; /* seconds, of dk_clock_now */
    dk_arena *arena;
    const char *base;  /* the cfg's name, cut at its last dot */
    const char *start; /* weights that it began with; NULL: random values, or resumed */

    dk_data *data;
    dk_model model; /* the net that learns: one part of a step at a time, in the phase of now */
    dk_phase phase;
    size_t most_bytes;         /* of the net in its largest phase */
    dk_dataset *train, *valid; /* valid NULL: no validation */
    dk_net *valid_net;         /* a twin that predicts, over the averages when there are any */
    dk_stream *train_loader, *valid_loader;
    dk_solver *solver;
    dk_ema *ema;             /* NULL: no averages */
    float *answers, *losses; /* of one part */
    const dk_task *task;
    void *self; /* the task's */
    dk_teachers teachers;
    dk_figures validation; /* the last */

    dk_run_folder folder;
    dk_checkpoints checkpoints;
    const char *state_path;   /* of `_last`: <it>.state */
    dk_run_identity identity; /* count 0: not worked out yet */
    dk_csv_log csv;

    dk_early_stop early;
    long steps, step;             /* to do, done */
    long ended;                   /* the step at which the last epoch ended */
    int epochs, epoch, validated; /* to do, done, the last validated */
    double reached; /* seconds of the run when a validation first had target_accuracy; 0: none yet */
    float rate;
    dk_tally step_tally, epoch_tally;

    struct {
        bool gone, facts, skipped; /* the folder; what could not be written */
    } told;
    bool stop;                            /* an observer said no */
    double began;                         /* seconds, of dk_clock_now */
    double learning, validating;          /* seconds spent so far */
    double epoch_learning, valid_seconds; /* of this epoch */
};

/* Opens everything and checks all that can be checked before the first step: files, labels against the net's
 * outputs, memory, folders. After a failure, dk_trainer_close gives back what there is. */
DK_CHECKED dk_status dk_trainer_open(dk_trainer *t, const dk_run_options *options, dk_error *err);
void dk_trainer_close(dk_trainer *t);

/* The net's settings, and pictures per step. */
const dk_settings *dk_trainer_settings(const dk_trainer *t);

long dk_trainer_batch(const dk_trainer *t);

/* Pictures that the parameters have seen, for the weights' header. */
uint64_t dk_trainer_seen(const dk_trainer *t);

/* The net whose parameters are the outcome: the averages, or those that learn. */
const dk_net *dk_trainer_outcome(const dk_trainer *t);

/* The folder of the run (trainer_files.c) with what it holds from the beginning; of a resumed run that of before. */
DK_CHECKED dk_status dk_trainer_open_files(dk_trainer *t, dk_error *err);
/* Before an epoch is written down: makes the folder once more when somebody has removed it. */
DK_CHECKED dk_status dk_trainer_keep_folder(dk_trainer *t, dk_error *err);

/* After an epoch skipped.txt. A run does not end by it: what cannot be written is told once. */
void dk_trainer_leave_skipped(dk_trainer *t);

/* skipped.txt of both sets, and their number. */
DK_CHECKED dk_status dk_trainer_list_skipped(const dk_trainer *t, dk_error *err);
int dk_trainer_skipped(const dk_trainer *t);

/* The observers' ears (tell.c): each goes to all of them; one that says no sets t->stop. */
void dk_trainer_tell_begin(dk_trainer *t);
void dk_trainer_tell_step(dk_trainer *t);
dk_epoch_event dk_trainer_epoch_event(const dk_trainer *t, bool validated, bool best, bool reached);
void dk_trainer_tell_epoch(dk_trainer *t, const dk_epoch_event *event);
void dk_trainer_tell_end(dk_trainer *t, dk_status status);

#endif
