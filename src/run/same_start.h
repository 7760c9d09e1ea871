/* Whether all ranks of a run were started with the same program, cfg and data. */
#ifndef DK_RUN_SAME_START_H
#define DK_RUN_SAME_START_H

#include "run/trainer.h"

/* DK_EDATA names the first rank that differs from rank 0, and the file. All ranks call it. */
DK_CHECKED dk_status dk_same_start(const dk_trainer *t, dk_error *err);

#endif
