/* The training run: dataset → loader → net → solver, with validation, checkpoints and early stop. */
#ifndef DK_RUN_TRAIN_H
#define DK_RUN_TRAIN_H

#include <stdatomic.h>

#include "run/observer.h"
#include "run/settings.h"

enum { DK_RANKS_MOST = 256 }; /* of one process */

typedef struct {
    const char *data_path, *cfg_path; /* required */
    const struct dk_task *task;       /* NULL: the classifier */
    const char *weights;              /* NULL: fresh */
    const char *backend;
    int threads;     /* 0: one per core; a resumed run: as it began */
    bool leave_busy; /* threads 0: none for the cores that other programs keep busy when the run begins */
    uint64_t seed;   /* 0: as the cfg */
    bool clear;      /* weights' count of seen pictures is not carried on */
    bool fresh_classifier; /* the weights' own is not used, whatever its classes */
    bool strict;           /* classes without a picture are an error */
    bool resume;           /* go on with the run whose state is beside `_last` */
    bool resume_if_any;    /* the same where there is a state; else begin */
    double time_limit;     /* seconds; then save `_last` and pause. 0: none */
    int ranks;             /* that share each batch, as threads of this process; 0 or 1: one */
    bool join;             /* the ranks of mpirun or srun, where this process was started as one of several */
    struct dk_comm *comm;  /* dist/comm.h: of this rank; NULL: it is alone */
    size_t max_memory;     /* 0: what the machine, or the engine's device, has free */
    const char *const *set_net, *const *set_data; /* "key=value", ending with NULL, or NULL */
    const dk_observer *observers;
    int observer_count;
    const atomic_int *stop; /* not 0: save `_last` and stop (Ctrl-C); may be NULL */
    const atomic_int *save; /* whenever it changes: save `_last` and go on; may be NULL */
    dk_log log;
} dk_run_options;

/* Runs to the end, the early stop or the interruption. DK_ESTOPPED after an interruption (checkpoint saved),
 * DK_EPAUSED the same by time_limit, DK_EDIVERGED on a NaN or infinite loss (the last good checkpoint stays). Folders are checked before the
 * first step. With resume: errors when there is no state of this very run; see run/resume.h. Of several ranks one tells why the
 * run ended; on the others DK_ETOLD. */
DK_CHECKED dk_status dk_run_train(const dk_run_options *options, dk_error *err);

#endif
