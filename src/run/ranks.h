/* Which ranks a run has: itself alone, threads of this process, or the processes of a launcher. */
#ifndef DK_RUN_RANKS_H
#define DK_RUN_RANKS_H

#include "run/train.h"

/* Runs `run` once for each rank of this process, with options->comm set; listeners and messages go to rank 0 alone. What it
 * returns is rank 0's; on another process DK_ETOLD, for one rank tells why all of them ended. */
DK_CHECKED dk_status dk_ranks_run(const dk_run_options *options,
                                  dk_status (*run)(const dk_run_options *options, dk_error *err),
                                  dk_error *err);

#endif
