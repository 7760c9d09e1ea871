/* What a training is about: one row in tasks.c, one file. The loop, log.csv, early stopping, the terminal and the charts
 * know tasks by this interface only. */
#ifndef DK_RUN_TASK_H
#define DK_RUN_TASK_H

#include "base/log.h"
#include "data/truth.h"
#include "run/figures.h"
#include "run/measure.h"
#include "run/settings.h"

/* Where a task is put to work. */
typedef struct {
    const dk_section *section; /* [net], for messages */
    const dk_settings *settings;
    const dk_data *data;
    const dk_dataset *train, *valid; /* valid NULL: it is never measured */
    const dk_net *net;       /* that learns, for a look while opening: another follows in the next phase */
    size_t max_memory, used; /* bytes of the host: the limit (0: none), and what the nets take of it */
    dk_arena *arena;
    const dk_log *log;
} dk_task_place;

/* Sums over training pictures: what a task needs for the figures of training. A run's state holds them. */
enum { DK_TALLY_SUMS = 3 };
typedef struct {
    double loss, sums[DK_TALLY_SUMS];
    long images;
} dk_tally;
void dk_tally_add(dk_tally *to, const dk_tally *more);

struct dk_task {
    const char *name;              /* "classifier", the first word of its commands, too */
    const dk_truth_kind *truth;    /* what is read of its pictures */
    const dk_figure_kind *figures; /* the loss first, then the main one; ends with a row without a name */
    const dk_opt *opts;            /* keys of [net] that are its own; dk_settings.task is the conf */
    size_t conf_size;
    size_t size; /* of `self`, which begins zeroed */

    /* After the keys of [net] are read: defaults of its own, and what is better told (optional). */
    dk_status (*settle)(dk_settings *settings, const dk_section *net, const dk_log *log, dk_error *err);

    /* Checks that data and network fit. */
    dk_status (*fits)(const dk_data *data, const dk_net *net, dk_error *err);

    /* Gets what it needs; data and network fit. close: after a failure, too (optional). */
    dk_status (*open)(void *self, const dk_task_place *place, dk_error *err);
    void (*close)(void *self);

    /* Training. load: what its training pictures are loaded with (optional). target: changes what the losses of a
     * batch are counted against, its truth mixed with what teachers answered (optional). learn: adds the answers to that batch to a tally,
     * which learnt turns into figures. */
    void (*load)(const void *self, dk_loader_conf *conf);
    dk_status (*target)(void *self, const dk_batch *batch, const float **target, dk_error *err);
    /* The targets of a batch become mixtures with that share of what teachers answered (optional: as rows are blended).
     * softens: answers are probabilities that a temperature can soften. */
    void (*teach)(const void *self, const float *answers, float share, const dk_batch *batch, float *target);
    bool softens;
    void (*learn)(void *self, const dk_batch *batch, const float *answers, const float *losses,
                  dk_tally *tally);
    void (*learnt)(const dk_tally *tally, dk_figures *figures);

    /* Validation: begin, then every answer, then the figures. */
    void (*begin)(void *self);
    dk_status (*answer)(void *self, const dk_answer *answer, dk_error *err);
    void (*measured)(const void *self, dk_figures *figures);

    /* The same of what the answers are made of, one by one: classes, values. False: there are no more. Optional where `valid` is
     * a command of the task's own. */
    const char *parts, *parts_list; /* what one of them is called, and all: "class", "classes" */
    bool (*part)(const void *self, int i, const char **name, dk_figures *figures);

    /* Optional. Leaves in the run's folder what a validation has shown beside the figures; the run goes on without what cannot be
     * written, which is told once. reopen: of a resumed run, drops what was left after an epoch. */
    void (*leave)(void *self, const char *folder, int epoch);
    dk_status (*reopen)(const char *folder, int epoch, dk_error *err);
};

/* The tasks there are, ending with NULL; the first is what a cfg is for that names none. */
extern const dk_task *const dk_tasks[];
extern const dk_task dk_task_classifier, dk_task_regressor, dk_task_segmenter;

/* By name; NULL: there is none (or no name). */
const dk_task *dk_task_find(const char *name);

#endif
