/* Each rank hashes what it was started with: the program's bytes, the cfg as it counts after -set, the .data file likewise,
 * the start's weights, and paths and truths of its pictures in their order. */
#include "run/same_start.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { PROGRAM, CFG, DATA, WEIGHTS, TRAIN, VALID, COUNT };

static uint64_t hash_text(const char *text, uint64_t seed) {
    return dk_hash(text, strlen(text), seed);
}

static uint64_t hash_section(const dk_section *s, uint64_t hash) {
    hash = hash_text(s->name, hash);
    for (int i = 0; i < s->count; i++) {
        hash = hash_text(s->pairs[i].key, hash);
        hash = hash_text(s->pairs[i].value, hash + 1);
    }
    return hash;
}

static uint64_t hash_cfg(const dk_cfg *cfg) {
    uint64_t hash = 0;
    for (int i = 0; i < cfg->count; i++) {
        hash = hash_section(&cfg->sections[i], hash);
    }
    return hash;
}

/* Of a file's bytes; 0: it cannot be read, as on a machine without /proc. */
static uint64_t hash_file(const char *path) {
    uint64_t hash = 0;
    return path != NULL && dk_hash_file(&hash, path, (size_t)1 << 34, NULL) == DK_OK ? hash : 0;
}

static dk_status compare(const dk_trainer *t, const uint64_t *all, dk_error *err) {
    const char *const valid = t->data->conf.valid;
    const char *const names[COUNT] = {
        [PROGRAM] = "/proc/self/exe",  [CFG] = t->model.cfg->path,
        [DATA] = t->data->path,        [WEIGHTS] = t->start != NULL ? t->start : "weights",
        [TRAIN] = t->data->conf.train, [VALID] = valid};
    static const char *const kinds[COUNT] = {"another program",         "another cfg",
                                             "another .data file",      "other weights",
                                             "other training pictures", "other validation pictures"};
    for (int r = 1; r < t->joined.comm->world; r++) {
        for (int k = 0; k < COUNT; k++) {
            if (all[r * COUNT + k] != all[k]) {
                return dk_fail(err, DK_EDATA,
                               "rank %d has %s than rank 0 (%s); all ranks of a run are started alike", r,
                               kinds[k], names[k] != NULL ? names[k] : "");
            }
        }
    }
    return DK_OK;
}

dk_status dk_same_start(const dk_trainer *t, dk_error *err) {
    dk_comm *const c = t->joined.comm;
    if (c->world == 1) {
        return DK_OK;
    }
    const uint64_t mine[COUNT] = {[PROGRAM] = hash_file("/proc/self/exe"),
                                  [CFG] = hash_cfg(t->model.cfg),
                                  [DATA] = hash_section(&t->data->cfg->sections[0], 0),
                                  [WEIGHTS] = hash_file(t->start),
                                  [TRAIN] = dk_run_identity_hash(t->train),
                                  [VALID] = dk_run_identity_hash(t->valid)};
    uint64_t *const all = calloc((size_t)c->world, sizeof mine);
    if (all == NULL) {
        return dk_no_memory(err, (size_t)c->world * sizeof mine, "the ranks");
    }
    dk_status status = c->kind->gather(c, -1, mine, sizeof mine, all, err);
    if (status == DK_OK) {
        status = compare(t, all, err);
        c->agreed = status != DK_OK;
    }
    free(all);
    return status;
}
