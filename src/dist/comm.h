/* Ranks: several trainings that are one, each on its share of every batch. Every rank calls the functions below in the same
 * order; what is summed is summed in an order that does not depend on timing, so that equal runs stay equal bit by bit.
 *
 * A rank that returned alone would keep the others waiting. So failures are agreed on (dk_comm_agree) at places that all
 * ranks come to; a rank that cannot come there leaves (dk_comm_close), and whatever the others call fails, DK_EIO, with
 * its reason. The same holds for a rank that has died. */
#ifndef DK_DIST_COMM_H
#define DK_DIST_COMM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct dk_comm dk_comm;

/* A kind is this table, and a struct that begins with a dk_comm. One thread a rank calls it. */
typedef struct {
    const char *name;
    /* Begins to sum n floats over all ranks, in place; they are not touched until finish. Calls let the sums that were
     * begun go on; so does look. bf16: what is summed, and each sum, is rounded to bf16, which halves what travels. */
    dk_status (*begin)(dk_comm *c, float *values, size_t n, bool bf16, dk_error *err);
    dk_status (*look)(dk_comm *c, dk_error *err);
    dk_status (*finish)(dk_comm *c, dk_error *err); /* all that was begun is summed */
    dk_status (*total)(dk_comm *c, double *values, size_t n,
                       dk_error *err); /* the same at once, of doubles */
    /* `bytes` of every rank, in the order of ranks, to `all` of rank `root`; root −1: of each. all may be NULL elsewhere. */
    dk_status (*gather)(dk_comm *c, int root, const void *mine, size_t bytes, void *all, dk_error *err);
    dk_status (*share)(dk_comm *c, int root, void *bytes, size_t n, dk_error *err); /* root's, to all */
    void (*close)(dk_comm *c, const dk_error *alone);
} dk_comm_kind;

struct dk_comm {
    const dk_comm_kind *kind;
    int rank, world;
    int near;    /* ranks on this host, with this one */
    int cores;   /* that this rank has for itself, at least 1 */
    bool agreed; /* the failure that ends the run is known to all */
    bool tells;  /* this rank says why the run ended: rank 0 while it lives */
};

/* The one rank of an ordinary run. */
void dk_comm_alone(dk_comm *c);

/* `world` ranks as threads of this process: out[0 … world − 1], one for each, and each is closed by its own. */
DK_CHECKED dk_status dk_comm_threads(dk_comm **out, int world, dk_error *err);

/* Was this process started as one of several ranks (mpirun, srun)? */
bool dk_comm_started(void);
/* The rank that the launcher says it is, for what must be decided before the ranks have met; 0 where none says so. */
int dk_comm_place(void);
/* Then: joins the others, by the module darknet_mpi.so. *c is NULL after a failure. DK_EUNSUPPORTED without the module, or
 * when the ranks cannot find each other. */
DK_CHECKED dk_status dk_comm_mpi(dk_comm **c, dk_error *err);

/* The first that all ranks call after a place where one of them can fail alone. Returns the worst of what all bring, with its text in err: the failure of the lowest rank that has one, then a wish
 * to stop. A text of another rank than 0 begins with "rank N: ". What was agreed on once is not asked again. */
DK_CHECKED dk_status dk_comm_agree(dk_comm *c, dk_status mine, dk_error *err);

/* alone (NULL: no): why this rank leaves without the others, unless they know. Accepts NULL. */
void dk_comm_close(dk_comm *c, const dk_error *alone);

#endif
