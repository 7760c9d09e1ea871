/* What a run leaves: results/<cfg>-<number>/ with a copy of the cfg, run.txt (version, seed, what was run
 * with what), log.csv, classes.csv, predictions.csv and skipped.txt. */
#ifndef DK_RUN_RUN_FOLDER_H
#define DK_RUN_RUN_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "data/dataset.h"
#include "data/stream.h"

typedef struct {
    const char *path; /* results/<base>-<number> */
    const char *name; /* <base>-<number> */
    int number;       /* 1, 2, …: one more than the largest there */
} dk_run_folder;

/* Makes the folder, and `results` when that is missing. */
DK_CHECKED dk_status dk_run_folder_make(dk_run_folder *out, const char *results, const char *base,
                                        dk_arena *arena, dk_error *err);

/* Whether a path that a file names is <results>/<base>-<number> and no link; it need not be there. */
bool dk_run_folder_is_own(const char *path, const char *results, const char *base);

/* Copies the cfg; overrides ("key=value" lists ending with NULL, or NULL) are noted as comments at its end.
 */
DK_CHECKED dk_status dk_run_folder_copy_cfg(const dk_run_folder *folder, const char *cfg,
                                            const char *const *set_net, const char *const *set_data,
                                            dk_error *err);

/* What run.txt holds, as key=value lines. */
typedef struct {
    const char *task;
    const char *cfg, *data, *weights, *backend, *precision; /* weights NULL: fresh */
    int threads;
    uint64_t seed;
    int train, valid; /* pictures; 0: not validated */
    long batch;
    int epochs; /* planned */
    size_t parameters;
} dk_run_facts;
DK_CHECKED dk_status dk_run_folder_facts(const dk_run_folder *folder, const dk_run_facts *facts,
                                         dk_error *err);

/* Adds how the run ended to run.txt: "ended=finished". */
DK_CHECKED dk_status dk_run_folder_ended(const dk_run_folder *folder, const char *reason, dk_error *err);

/* Writes skipped.txt: "path<tab>reason" of every picture that the loaders could not read. Nothing skipped, no
 * file. A loader may be NULL. */
DK_CHECKED dk_status dk_run_folder_skipped(const dk_run_folder *folder, const dk_dataset *const *sets,
                                           const dk_stream *const *loaders, int count, dk_error *err);

#endif
