/* What the ranks of a run do together (dist/comm.h): one step, one wish to stop. With one rank nothing is summed, and all else is
 * its own. Only run/ includes this. */
#ifndef DK_RUN_JOINED_H
#define DK_RUN_JOINED_H

#include "dist/comm.h"
#include "net/net.h"

typedef struct dk_trainer dk_trainer;

typedef struct {
    dk_comm *comm;
    bool bf16;         /* gradients are summed in it */
    float *grads;      /* of the net that learns */
    size_t trained;    /* floats of them */
    size_t left;       /* that are not being summed yet: those before this place */
    float *statistics; /* host memory: all DK_STATE parameters */
    size_t count;      /* floats of them */
    dk_error broken;   /* what failed where nobody could be told */
} dk_joined;

/* [net] batch is that of all ranks: it must be a multiple of ranks · subdivisions. */
DK_CHECKED dk_status dk_joined_check_batch(const dk_trainer *t, dk_error *err);

/* What a net that learns is told of the ranks. */
void dk_joined_options(dk_trainer *t, dk_net_build_options *options);

/* After the net is built. */
DK_CHECKED dk_status dk_joined_open(dk_trainer *t, dk_error *err);

/* Before a part goes forward, with what became of it so far. Where normalisations measure together all ranks go on, or none. */
DK_CHECKED dk_status dk_joined_part(dk_trainer *t, dk_status status, dk_error *err);

/* The end of a step's parts, of which `status` is what this rank's came to: gradients and the step's tally become those of
 * the whole batch, statistics of normalisations their means over the ranks. Fails alike on all ranks. */
DK_CHECKED dk_status dk_joined_step(dk_trainer *t, dk_status status, dk_error *err);

/* After a validation that came to `measured` on all ranks: its figures, which the leading rank has, on all. */
DK_CHECKED dk_status dk_joined_figures(dk_trainer *t, dk_status measured, dk_error *err);

/* Before a step: DK_ESTOPPED or DK_EPAUSED when any rank is to stop; saves when any was told to. */
DK_CHECKED dk_status dk_joined_wishes(dk_trainer *t, dk_error *err);

/* Of this rank alone: DK_OK, DK_ESTOPPED (a signal, an observer), DK_EPAUSED (the limit of time). */
dk_status dk_joined_wish(const dk_trainer *t);

/* Is this the rank that writes and tells? */
bool dk_joined_leads(const dk_trainer *t);

#endif
