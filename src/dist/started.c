/* Whether a launcher started this process as one of several ranks, by what it leaves in the environment: mpirun of Open MPI
 * sets OMPI_COMM_WORLD_SIZE, other launchers PMI_SIZE. Slurm sets SLURM_STEP_NUM_TASKS in each task of a step, but within
 * a batch script that calls mpirun there is a step of one task. */
#include <stdlib.h>

#include "base/module.h"
#include "base/text.h"
#include "dist/module.h"

static const dk_module mpi = {
    .file = "darknet_mpi.so",
    .symbol = DK_MPI_SYMBOL,
    .version = DK_MPI_VERSION,
    .size = sizeof(dk_mpi_table),
    .how = "it comes with Open MPI: apt-get install libopenmpi-dev openmpi-bin, then make (MPI=1)"};

/* The number that a variable of the environment holds; 0: none. */
static long number_of(const char *name) {
    const char *const text = getenv(name);
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

bool dk_comm_started(void) {
    return number_of("OMPI_COMM_WORLD_SIZE") > 1 || number_of("PMI_SIZE") > 1 ||
           number_of("SLURM_STEP_NUM_TASKS") > 1;
}

int dk_comm_place(void) {
    const long ompi = number_of("OMPI_COMM_WORLD_RANK"), pmi = number_of("PMI_RANK"),
               slurm = number_of("SLURM_PROCID");
    return dk_comm_started() ? (int)(ompi + pmi > 0 ? ompi > pmi ? ompi : pmi : slurm) : 0;
}

static dk_status no_pmi(dk_error *err) {
    return dk_fail(err, DK_EUNSUPPORTED,
                   "srun started %ld tasks that cannot find each other: it was run without PMI; `srun "
                   "--mpi=pmix` (`srun --mpi=list` shows what there is), or mpirun within the job",
                   number_of("SLURM_STEP_NUM_TASKS"));
}

dk_status dk_comm_mpi(dk_comm **c, dk_error *err) {
    const bool launched =
        getenv("OMPI_COMM_WORLD_SIZE") != NULL || getenv("PMI_SIZE") != NULL || getenv("PMIX_RANK") != NULL;
    *c = NULL;
    if (!launched) {
        return no_pmi(err);
    }
    const dk_mpi_table *const module = dk_module_find(&mpi, "this process is one of several ranks", err);
    if (module == NULL) {
        return DK_EUNSUPPORTED;
    }
    DK_TRY(module->open(c, err));
    if ((*c)->world == 1) {
        dk_comm_close(*c, NULL);
        *c = NULL;
        return number_of("SLURM_STEP_NUM_TASKS") > 1
                   ? no_pmi(err)
                   : dk_fail(
                         err, DK_EUNSUPPORTED,
                         "started as one of several ranks, which Open MPI cannot find: its mpirun and the "
                         "one that started this are not of one version");
    }
    return DK_OK;
}
