/* From what was asked for, or what a launcher has started, to ranks. */
#include "run/ranks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "dist/comm.h"
#include "run/memory.h"

typedef dk_status (*run_of_rank)(const dk_run_options *options, dk_error *err);

typedef struct {
    dk_run_options options;
    run_of_rank run;
    pthread_t thread;
    dk_error err;
} rank;

/* Only rank 0 is listened to, and ranks of one host share what memory is free. */
static dk_run_options options_of(const dk_run_options *options, dk_comm *comm) {
    dk_run_options own = *options;
    own.comm = comm;
    own.max_memory = own.max_memory > 0 ? own.max_memory : dk_memory_free() / (size_t)comm->near;
    if (comm->rank > 0) {
        own.observers = NULL;
        own.observer_count = 0;
        own.log = (dk_log){0};
    }
    return own;
}

static dk_status run_rank(const dk_run_options *options, run_of_rank run, dk_error *err) {
    const dk_status status = run(options, err);
    dk_comm_close(options->comm, status != DK_OK ? err : NULL);
    return status;
}

/* ---- threads ---- */

static void *run_thread(void *user) {
    rank *const r = user;
    (void)run_rank(&r->options, r->run, &r->err);
    return NULL;
}

/* A rank that cannot be started is one that has left. */
static void start(rank *r) {
    const int code = pthread_create(&r->thread, NULL, run_thread, r);
    if (code != 0) {
        (void)dk_fail(&r->err, DK_ENOMEM, "cannot start the rank: %s", strerror(code));
        dk_comm_close(r->options.comm, &r->err);
        r->run = NULL;
    }
}

/* Rank 0 is this thread. */
static dk_status run_all(const dk_run_options *options, run_of_rank run, rank *ranks, dk_comm *const *comms,
                         dk_error *err) {
    dk_error own = {0};
    for (int r = 1; r < options->ranks; r++) {
        ranks[r].options = options_of(options, comms[r]);
        ranks[r].run = run;
        start(&ranks[r]);
    }
    const dk_run_options first = options_of(options, comms[0]);
    const dk_status status = run_rank(&first, run, err != NULL ? err : &own);
    for (int r = 1; r < options->ranks; r++) {
        if (ranks[r].run != NULL) {
            pthread_join(ranks[r].thread, NULL);
        }
    }
    return status;
}

static dk_status run_threads(const dk_run_options *options, run_of_rank run, dk_error *err) {
    rank *const ranks = calloc((size_t)options->ranks, sizeof *ranks);
    dk_comm **const comms = calloc((size_t)options->ranks, sizeof(dk_comm *));
    dk_status status = DK_ENOMEM;
    if (ranks == NULL || comms == NULL) {
        (void)dk_no_memory(err, (size_t)options->ranks * sizeof *ranks, "the ranks");
    } else {
        status = dk_comm_threads(comms, options->ranks, err);
        status = status == DK_OK ? run_all(options, run, ranks, comms, err) : status;
    }
    free(ranks);
    free(comms);
    return status;
}

/* ---- processes ---- */

static dk_status run_process(const dk_run_options *options, run_of_rank run, dk_error *err) {
    dk_comm *comm = NULL;
    if (options->ranks > 1) {
        return dk_fail(err, DK_EUSAGE,
                       "-ranks %d in one of several ranks of mpirun; one of both says how many there are",
                       options->ranks);
    }
    DK_TRY(dk_comm_mpi(&comm, err));
    const dk_run_options own = options_of(options, comm);
    const dk_status status = run(&own, err);
    const bool tells = comm->tells || !comm->agreed;
    dk_comm_close(comm, status != DK_OK ? err : NULL);
    return status == DK_OK || tells ? status : DK_ETOLD;
}

dk_status dk_ranks_run(const dk_run_options *options, run_of_rank run, dk_error *err) {
    if (options->join && dk_comm_started()) {
        return run_process(options, run, err);
    }
    return options->ranks > 1 ? run_threads(options, run, err) : run(options, err);
}
