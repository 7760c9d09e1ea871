/* Sets that lie in tar archives (base/tar.h), as WebDataset has them: "t.tar", or "t-{000000..000146}.tar" for all whose
 * numbers are in the range, with as many digits. Pictures are the files that are called so by their endings; what is true
 * of one lies beside it, as in a folder: NAME.cls has the number of its class where no folder's name says it, NAME.txt
 * its numbers, NAME.mask.png its mask.
 *
 * Files whose names all begin with a number are a set in the order of these numbers, whichever archive they are in: so that
 * what was packed is the set that it was made of. Others have the order of the archives. */
#ifndef DK_DATA_SHARDS_H
#define DK_DATA_SHARDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

/* Whether a source is one or more archives, by its name. */
bool dk_shards_named(const char *source);
/* Whether the first of them is there. */
bool dk_shards_there(const char *source);

/* place: number of the file among all, in the order of the archives. */
typedef dk_status (*dk_visit_shard)(void *user, const char *path, uint32_t place, dk_error *err);

/* Visits every file, in the order of the set, and tells for each archive the place behind its files; the arena keeps that.
 * Errors: those of dk_tar_list, a range that is none or has more than 100,000 archives. */
DK_CHECKED dk_status dk_shards_walk(const char *source, dk_arena *arena, uint32_t **ends, int *count,
                                    dk_visit_shard visit, void *user, dk_error *err);

#endif
