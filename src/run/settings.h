/* Everything that a [net] section says, read from the option tables of all floors at once. */
#ifndef DK_RUN_SETTINGS_H
#define DK_RUN_SETTINGS_H

#include "base/log.h"
#include "data/augment.h"
#include "image/warp.h"
#include "net/net.h"
#include "net/solver.h"
#include "run/stages.h"

typedef struct dk_task dk_task; /* run/task.h */

/* Keys of [net] that belong to the training loop. */
typedef struct {
    int max_epochs;                /* 0: by max_batches */
    int valid_every;               /* epochs */
    const char *stages_text;       /* "64:.2,96:.8", or NULL */
    dk_stages stages;              /* the same, read */
    int early_stop_patience;       /* validations without progress; 0: never stop early */
    const char *early_stop_metric; /* the column of a validation; also what `_best` means */
    int early_stop_figure;         /* the same as a place among the figures of the task */
    float early_stop_min_delta;
    float target_accuracy;    /* whose time is told; 0: none */
    const char *max_bad_text; /* "1" or "1%" */
    float max_bad;            /* the same as a share 0…1: unreadable pictures that are tolerated */
    int cache;                /* MB of decoded pictures kept */
    int loader_threads;       /* DK_AUTO */
    const char *teacher;      /* "CFG:WEIGHTS,…", or NULL */
    float teacher_share, teacher_temperature;
    int sum_gradients;     /* dk_precision: DK_F32 or DK_BF16, of sums over ranks */
    const char *task_name; /* what the cfg is for; NULL: it does not say */
    int seed;              /* of initial values, order and augmentation */
} dk_train_conf;
extern const dk_opt dk_train_opts[];

typedef struct {
    dk_net_conf net;
    dk_input_conf input;
    dk_augment_conf augment;
    dk_solver_conf solver;
    dk_train_conf train;
    void *task; /* conf of the task; NULL: read for none */
} dk_settings;

enum { DK_SETTINGS_TASKS = 8 }; /* at most */

/* Reads cfg->sections[0] into all confs and checks them. Keys of other tasks than this are known, too, and do nothing; task
 * NULL: so are those of all. */
DK_CHECKED dk_status dk_settings_read(dk_settings *out, const dk_cfg *cfg, const dk_task *task,
                                      dk_error *err);

/* Tells which keys of the cfg do nothing because they are another task's. */
void dk_settings_tell_idle(const dk_cfg *cfg, const dk_task *task, const dk_log *log);

#endif
