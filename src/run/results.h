/* What a run left in results/<cfg>-<number>/, read back: run.txt, log.csv, classes.csv and predictions.csv.
 * Pictures and the report are made of nothing else, so that they can be made again at any time. */
#ifndef DK_RUN_RESULTS_H
#define DK_RUN_RESULTS_H

#include <stdbool.h>

#include "cfg/cfg.h"
#include "run/class_log.h"
#include "run/log_row.h"
#include "run/predictions.h"
#include "run/task.h"

typedef struct {
    dk_arena *arena;
    const char *folder, *name; /* the folder's last component */
    dk_cfg *facts;             /* run.txt; NULL: there is none */
    const dk_task *task;       /* what was trained */
    dk_log_row *rows;          /* ascending epochs */
    int count, best;           /* index of the best row; −1: none */
    dk_class_log classes;      /* count 0: never validated */
    dk_predictions predictions;
} dk_results;

/* Errors: no folder, no log.csv, or a file that cannot be read, with file:line. Files of a validation may be
 * missing together. After a failure, dk_results_close gives back what there is. */
DK_CHECKED dk_status dk_results_read(dk_results *out, const char *folder, dk_error *err);
/* The same in two steps: run.txt and log.csv, then what the last validation has left. */
DK_CHECKED dk_status dk_results_open(dk_results *out, const char *folder, dk_error *err);
DK_CHECKED dk_status dk_results_add_validation(dk_results *r, dk_error *err);
void dk_results_close(dk_results *r); /* accepts a zeroed one */

/* The value of a key of run.txt, or NULL. */
const char *dk_results_fact(const dk_results *r, const char *key);

/* The path of a file in the folder; NULL when memory is out. */
const char *dk_results_path(const dk_results *r, const char *name);

#endif
