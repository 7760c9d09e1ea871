/* What a state says is looked at once, after all of it was read. Its check proves that no byte was changed by accident; it
 * proves nothing about who wrote it. */
#ifndef DK_RUN_STATE_CHECK_H
#define DK_RUN_STATE_CHECK_H

#include "run/trainer.h"

/* Could this run have come to where the trainer is now? Its folder is one of this cfg in `results`, steps, epochs and counts
 * are within the run, times and losses are numbers, and so is every parameter, moment and average. DK_EFORMAT names the
 * file and what is wrong. */
DK_CHECKED dk_status dk_state_check(dk_trainer *t, dk_error *err);

#endif
