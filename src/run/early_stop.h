/* Early stopping: the best validation so far, and how long ago it was. A pure little state machine: it knows
 * neither nets nor files.
 *
 * Any improvement is a new best (that is what `_best.weights` holds). Patience begins again only when a value
 * beats the one it last began at by more than min_delta, so that creeping does not keep a run alive. */
#ifndef DK_RUN_EARLY_STOP_H
#define DK_RUN_EARLY_STOP_H

#include <stdbool.h>

typedef struct {
    int better;   /* 1: more is; −1: less is */
    int patience; /* validations without progress that end the run; 0: never */
    double min_delta;
    double best, mark; /* the best value; the value that patience counts from. Only with best_epoch > 0 */
    int best_epoch, progress_epoch; /* count from 1; 0: none yet */
    int waiting;                    /* validations since progress_epoch */
} dk_early_stop;

void dk_early_stop_begin(dk_early_stop *e, int better, int patience, double min_delta);

/* Takes one validation; true: a new best. NaN never is. */
bool dk_early_stop_tell(dk_early_stop *e, int epoch, double value);

/* Patience is used up. */
bool dk_early_stop_over(const dk_early_stop *e);

#endif
