/* Early stopping after Prechelt, "Early Stopping - But When?" (1998): stop after `patience` validations in a
 * row that brought no progress. See early_stop.h for what counts as progress. */
#include "run/early_stop.h"

#include <math.h>

void dk_early_stop_begin(dk_early_stop *e, int better, int patience, double min_delta) {
    *e = (dk_early_stop){.better = better, .patience = patience, .min_delta = min_delta};
}

/* How much better a is than b; > 0 is better. */
static double gain(const dk_early_stop *e, double a, double b) {
    return e->better * (a - b);
}

bool dk_early_stop_tell(dk_early_stop *e, int epoch, double value) {
    const bool valid = !isnan(value);
    const bool first = valid && e->best_epoch == 0;
    const bool best = valid && (first || gain(e, value, e->best) > 0);
    const bool progress = valid && (first || gain(e, value, e->mark) > e->min_delta);
    e->waiting = progress ? 0 : e->waiting + 1;
    if (progress) {
        e->mark = value;
        e->progress_epoch = epoch;
    }
    if (best) {
        e->best = value;
        e->best_epoch = epoch;
    }
    return best;
}

bool dk_early_stop_over(const dk_early_stop *e) {
    return e->patience > 0 && e->waiting >= e->patience;
}
