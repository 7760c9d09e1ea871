/* How many threads a run computes with when nobody said how many. */
#ifndef DK_RUN_THREADS_H
#define DK_RUN_THREADS_H

#include "run/trainer.h"

/* What was asked for; else, of one of several ranks, its share of the cores; else, of a resumed run, what it began with, since other sums would be rounded otherwise; else, with
 * leave_busy, the cores that other programs have left free since `began`, which takes a quarter of a second where
 * somebody computes, and is told where it is fewer than all; else 0: one per core. To be called when what can be loaded without
 * the engine is loaded. */
int dk_trainer_threads(const dk_trainer *t, const dk_load *began);

#endif
