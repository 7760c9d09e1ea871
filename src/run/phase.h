/* The parts of a run in which the net that learns is one and the same: a size (stages) and a set of frozen layers
 * (freeze_until). Which one a step is in follows from the step alone, so that a resumed run needs no memory of it. */
#ifndef DK_RUN_PHASE_H
#define DK_RUN_PHASE_H

#include "run/trainer.h"

/* The phase of step `step` (0, 1, …). */
dk_phase dk_phase_at(const dk_trainer *t, long step);

/* Size and frozen layers of a phase, for building a net. */
void dk_phase_options(const dk_phase *phase, dk_net_build_options *build);

/* Builds the net of every stage once for a look, with no layer waiting, when it is largest: shapes, memory within
 * max_memory (0: any), and that some layer learns while others wait. *most: bytes of the largest of them and of the one
 * that learns first. DK_EPARSE, DK_ENOMEM … name what is wrong. */
DK_CHECKED dk_status dk_phase_check_all(const dk_trainer *t, size_t max_memory, size_t *most, dk_error *err);

/* Before step t->step: another net over the same parameters where the phase has changed, and pictures of its size. */
DK_CHECKED dk_status dk_phase_enter(dk_trainer *t, dk_error *err);

#endif
