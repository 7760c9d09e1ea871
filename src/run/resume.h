/* Exact resume: the state of a run beside `_last.weights`, written with it and read by -resume. */
#ifndef DK_RUN_RESUME_H
#define DK_RUN_RESUME_H

#include "run/trainer.h"

/* Saves `_last.weights`, then <it>.state, which is whole in itself: a crash between the two does no harm. */
DK_CHECKED dk_status dk_trainer_save_last(dk_trainer *t, dk_error *err);

/* Puts everything back as the state file has it; after nets, solver and tables are made, before the loaders
 * begin. Errors: what dk_state_read finds, another run (the message names what differs), what dk_state_check finds. */
DK_CHECKED dk_status dk_trainer_restore(dk_trainer *t, dk_error *err);

/* Threads that the run of the state computed with; 0 where no state tells, which dk_trainer_restore explains. */
int dk_trainer_begun_threads(const dk_trainer *t);

#endif
