/* What a training run tells whoever listens: the terminal line, log.csv, the chart, a web page. The loop
 * knows none of them; `app` wires them up. Each callback returns true to go on, false to stop the run after
 * saving. NULL callbacks are passed over. */
#ifndef DK_RUN_OBSERVER_H
#define DK_RUN_OBSERVER_H

#include <stdbool.h>

#include "data/dataset.h"
#include "net/net.h"
#include "run/figures.h"
#include "run/settings.h"

typedef struct {
    const char *folder; /* results/<cfg>-<number> */
    const char *name;   /* <cfg>-<number> */
    const char *base;   /* <cfg> */
    const char *backup; /* folder of checkpoints */
    const dk_data *data;
    const dk_dataset *train, *valid; /* valid NULL: none */
    const dk_net *net;
    const dk_settings *settings;
    const dk_figure_kind *figures; /* that its events tell */
    long steps, batch;             /* to do; pictures per step */
    int epochs;
    int done; /* epochs that a resumed run has behind it */
    uint64_t seed;
} dk_run_info;

typedef struct {
    long step;
    double epoch;       /* done, with fraction */
    dk_figures batch;   /* of this step's pictures */
    dk_figures running; /* of the epoch's so far */
    double rate;
    double images_per_second; /* running mean */
    double seconds;           /* since the run began */
    double seconds_left;      /* estimate */
} dk_step_event;

typedef struct {
    int epoch; /* 1, 2, … */
    long step;
    dk_figures train;        /* of the epoch's pictures */
    const dk_figures *valid; /* NULL: not validated */
    bool best;               /* a new best by the early-stop metric */
    int best_epoch;
    double best_value; /* of the early-stop metric */
    double rate, images_per_second, seconds, valid_seconds;
    double target; /* target_accuracy that this validation is the first to have; 0: it is not */
    int skipped;   /* unreadable pictures so far, both sets */
} dk_epoch_event;

typedef struct {
    const char *reason; /* "finished", "early stop …", "interrupted" */
    bool early_stop;
    int epochs, best_epoch;
    double best; /* of the metric */
    double target,
        target_seconds; /* target_accuracy, and when it was reached; 0: it was not, or there is none */
    double seconds;
    const char *best_weights, *last_weights, *final_weights; /* NULL: not written */
} dk_end_event;

typedef struct {
    void *user;
    bool (*on_begin)(void *user, const dk_run_info *run);
    bool (*on_step)(void *user, const dk_step_event *event);
    bool (*on_epoch)(void *user, const dk_epoch_event *event);
    void (*on_end)(void *user, const dk_end_event *event);
} dk_observer;

#endif
