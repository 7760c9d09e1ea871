/* Everything that a [net] section says, read from the option tables of all floors at once. */
#ifndef DK_RUN_SETTINGS_H
#define DK_RUN_SETTINGS_H

#include "data/augment.h"
#include "image/warp.h"
#include "net/net.h"
#include "net/solver.h"
#include "run/stages.h"

typedef enum { DK_METRIC_VAL_LOSS, DK_METRIC_VAL_ACCURACY } dk_metric;

/* Keys of [net] that belong to the training loop. */
typedef struct {
    int max_epochs;  /* 0: by max_batches */
    int valid_every; /* epochs */
    float label_smooth_eps;
    const char *stages_text;   /* "64:.2,96:.8", or NULL */
    dk_stages stages;          /* the same, read */
    const char *class_weights; /* "auto", a list, or NULL: all 1 */
    float class_weights_power; /* of auto */
    int balanced;              /* as many training pictures of every class in an epoch */
    int early_stop_patience;   /* validations without progress; 0: never stop early */
    int early_stop_metric;     /* dk_metric: also what `_best` means */
    float early_stop_min_delta;
    float target_accuracy;    /* whose time is told; 0: none */
    const char *max_bad_text; /* "1" or "1%" */
    float max_bad;            /* the same as a share 0…1: unreadable pictures that are tolerated */
    int cache;                /* MB of decoded pictures kept */
    int loader_threads;       /* DK_AUTO */
    int seed;                 /* of initial values, order and augmentation */
} dk_train_conf;
extern const dk_opt dk_train_opts[];

typedef struct {
    dk_net_conf net;
    dk_input_conf input;
    dk_augment_conf augment;
    dk_solver_conf solver;
    dk_train_conf train;
} dk_settings;

/* Reads cfg->sections[0] into all confs and checks them. */
DK_CHECKED dk_status dk_settings_read(dk_settings *out, const dk_cfg *cfg, dk_error *err);

#endif
