/* Whether two commands are the same run: the cfg as it counts (after -set), the files of its teachers, the .data file, the
 * pictures, the seed. What -resume compares. */
#ifndef DK_RUN_SAME_RUN_H
#define DK_RUN_SAME_RUN_H

#include "cfg/cfg.h"
#include "data/dataset.h"
#include "run/state.h"

typedef struct {
    dk_section *sections; /* of the cfg, then the .data file */
    int count;
    long seed;
    int threads;
    const char *task;
    const char *backend;   /* with the precision, when it is not f32 */
    uint64_t train, valid; /* hashes of the sets: paths and labels in their order; 0: none */
} dk_run_identity;

/* The identity of a run that is about to begin. train and valid (or NULL) are its sets. */
DK_CHECKED dk_status dk_run_identity_of(dk_run_identity *id, const dk_cfg *cfg, const dk_data *data,
                                        const dk_dataset *train, const dk_dataset *valid, dk_arena *arena,
                                        dk_error *err);

/* Paths and truths of a set in their order; NULL: 0. */
uint64_t dk_run_identity_hash(const dk_dataset *set);

/* Adds what counts as if the cfg's first section said it: which files the run reads, for example. */
DK_CHECKED dk_status dk_run_identity_add(dk_run_identity *id, const dk_pair *pairs, int count,
                                         dk_arena *arena, dk_error *err);

/* Writes it, or reads one. */
void dk_run_identity_walk(dk_run_identity *id, dk_state *state, dk_arena *arena);

/* Fails with the line of the key that differs. Keys that cannot change a result may differ; so may backend and
 * threads, which a warning tells: results then agree up to rounding only. path: of the state. */
DK_CHECKED dk_status dk_run_identity_compare(const dk_run_identity *is, const dk_run_identity *was,
                                             const char *path, const dk_log *log, dk_error *err);

#endif
