/* Checkpoints of a run: <backup>/<base>_best.weights, _last and _final. Files of the same name that an
 * earlier run left are kept as <base>_best.1.weights, .2 …: nothing is ever written over but by the run that
 * made it. */
#ifndef DK_RUN_CHECKPOINT_H
#define DK_RUN_CHECKPOINT_H

#include "base/arena.h"
#include "base/lock.h"
#include "base/log.h"
#include "net/net.h"

typedef enum {
    DK_CHECKPOINT_BEST,
    DK_CHECKPOINT_LAST,
    DK_CHECKPOINT_FINAL,
    DK_CHECKPOINT_KINDS
} dk_checkpoint;

typedef struct {
    const char *folder;
    const char *path[DK_CHECKPOINT_KINDS];
    bool written[DK_CHECKPOINT_KINDS]; /* by this run */
    bool follows;                      /* another rank writes them */
    dk_lock lock;                      /* one run at a time writes these names */
    const dk_log *log;
} dk_checkpoints;

/* Works out the names; makes the folder, proves that it can be written, keeps other runs from writing these
 * names (DK_EIO while another one does), and removes what a killed one left half-written. arena and log outlive it. */
DK_CHECKED dk_status dk_checkpoints_open(dk_checkpoints *c, const char *folder, const char *base,
                                         dk_arena *arena, const dk_log *log, dk_error *err);

/* The same for a rank that does not write: names only, and what is saved is taken as written. */
DK_CHECKED dk_status dk_checkpoints_follow(dk_checkpoints *c, const char *folder, const char *base,
                                           dk_arena *arena, const dk_log *log, dk_error *err);

void dk_checkpoints_close(dk_checkpoints *c); /* accepts a zeroed one */

/* Saves the net's parameters. Parameters that are no longer finite are DK_EDIVERGED, and the file stays. */
DK_CHECKED dk_status dk_checkpoint_save(dk_checkpoints *c, dk_checkpoint kind, const dk_net *net,
                                        uint64_t seen, dk_error *err);

/* The side file of `_last` (state.h): <folder>/<base>_last.weights.state. NULL when memory is out. */
const char *dk_checkpoint_state(const char *folder, const char *base, dk_arena *arena);

/* The file's path, or NULL when this run has not written it. */
const char *dk_checkpoint_written(const dk_checkpoints *c, dk_checkpoint kind);

/* Moves an existing file NAME.weights out of the way, to the first free of NAME.1.weights, NAME.2.weights …,
 * with what lies beside it (NAME.weights.state, .json); without the file, does nothing. */
DK_CHECKED dk_status dk_checkpoint_keep(const char *path, const dk_log *log, dk_error *err);

#endif
