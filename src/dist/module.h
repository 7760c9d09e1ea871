/* What the program and darknet_mpi.so (the files of mpi/) know of each other. Open MPI maps 40 libraries and starts
 * threads, so only a process that was started as one of several ranks opens the module (started.c). */
#ifndef DK_DIST_MODULE_H
#define DK_DIST_MODULE_H

#include "dist/comm.h"

/* Counted up when a type of comm.h, or what a function does, changes; `size` sees the rest. */
enum { DK_MPI_VERSION = 1 };

typedef struct {
    size_t version, size; /* DK_MPI_VERSION, bytes of this struct */
    dk_status (*open)(dk_comm **out, dk_error *err);
} dk_mpi_table;

#define DK_MPI_SYMBOL "dk_mpi_module"
extern DK_API const dk_mpi_table dk_mpi_module;

#endif
