/* Comparing runs key by key, so that the message can name what was changed. */
#include "run/same_run.h"

#include <string.h>

#include "base/hash.h"
#include "data/truth.h"
#include "base/text.h"

/* Keys that change how fast a run is, not what it learns. */
static const char *const free_keys[] = {"cache", "loader_threads", "get", "results"};

static bool is_free(const char *key) {
    for (size_t i = 0; i < sizeof free_keys / sizeof *free_keys; i++) {
        if (strcmp(key, free_keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

uint64_t dk_run_identity_hash(const dk_dataset *set) {
    uint64_t hash = 0;
    for (int i = 0; set != NULL && i < set->count; i++) {
        const dk_sample *s = &set->samples[i];
        hash = dk_hash(s->path, strlen(s->path), hash + (uint64_t)s->label + 1);
        if (set->truth.kind != NULL && set->truth.kind->hash != NULL) {
            hash = set->truth.kind->hash(set, i, hash);
        }
    }
    return hash;
}

dk_status dk_run_identity_of(dk_run_identity *id, const dk_cfg *cfg, const dk_data *data,
                             const dk_dataset *train, const dk_dataset *valid, dk_arena *arena,
                             dk_error *err) {
    const size_t count = (size_t)cfg->count;
    *id = (dk_run_identity){
        .count = cfg->count + 1, .train = dk_run_identity_hash(train), .valid = dk_run_identity_hash(valid)};
    id->sections = dk_arena_alloc(arena, (count + 1) * sizeof *id->sections);
    if (id->sections == NULL) {
        return dk_no_memory(err, (count + 1) * sizeof *id->sections, "the state of the run");
    }
    memcpy(id->sections, cfg->sections, count * sizeof *id->sections);
    id->sections[count] = data->cfg->sections[0];
    return DK_OK;
}

dk_status dk_run_identity_add(dk_run_identity *id, const dk_pair *pairs, int count, dk_arena *arena,
                              dk_error *err) {
    dk_section *const first = &id->sections[0];
    const size_t all = (size_t)(first->count + count);
    dk_pair *const longer = dk_arena_alloc(arena, all * sizeof *longer);
    if (longer == NULL) {
        return dk_no_memory(err, all * sizeof *longer, "the state of the run");
    }
    memcpy(longer, first->pairs, (size_t)first->count * sizeof *longer);
    memcpy(longer + first->count, pairs, (size_t)count * sizeof *longer);
    first->pairs = longer;
    first->count += count;
    return DK_OK;
}

enum { LEAST = 16 }; /* bytes of a section or pair in the file: two numbers */

static void walk_section(dk_section *s, dk_state *state, dk_arena *arena) {
    dk_state_text(state, &s->name, arena);
    dk_state_int(state, &s->count);
    if (state->reads) {
        const bool sane = !state->failed && s->count >= 0 && s->count <= state->left / LEAST;
        s->pairs = sane ? dk_arena_alloc(arena, (size_t)s->count * sizeof *s->pairs) : NULL;
        state->failed |= s->pairs == NULL;
        s->count = s->pairs != NULL ? s->count : 0;
    }
    for (int i = 0; i < s->count; i++) {
        dk_state_text(state, &s->pairs[i].key, arena);
        dk_state_text(state, &s->pairs[i].value, arena);
    }
}

void dk_run_identity_walk(dk_run_identity *id, dk_state *state, dk_arena *arena) {
    dk_state_int(state, &id->count);
    if (state->reads) {
        const bool sane = !state->failed && id->count >= 2 && id->count <= state->left / LEAST;
        id->sections = sane ? dk_arena_alloc(arena, (size_t)id->count * sizeof *id->sections) : NULL;
        state->failed |= id->sections == NULL;
        id->count = id->sections != NULL ? id->count : 0;
    }
    for (int i = 0; i < id->count; i++) {
        walk_section(&id->sections[i], state, arena);
    }
    dk_state_long(state, &id->seed);
    dk_state_int(state, &id->threads);
    dk_state_text(state, &id->backend, arena);
    dk_state_text(state, &id->task, arena);
    dk_state_bytes(state, &id->train, sizeof id->train);
    dk_state_bytes(state, &id->valid, sizeof id->valid);
}

/* Equal texts, or equal numbers: .1 is 0.1. */
static bool same_value(const char *one, const char *other) {
    double a = 0, b = 0;
    return strcmp(one, other) == 0 || (dk_text_float(one, &a) && dk_text_float(other, &b) && a == b);
}

static dk_status compare_section(const dk_section *is, const dk_section *was, const char *path,
                                 dk_error *err) {
    for (int i = 0; i < was->count; i++) {
        const dk_pair *p = &was->pairs[i];
        const char *now = dk_section_get(is, p->key);
        if (!is_free(p->key) && (now == NULL || !same_value(now, p->value))) {
            return dk_section_fail(
                is, p->key, err,
                "%s was %s in the run of %s and is %s now; -resume wants the same, a run with "
                "other settings begins without it",
                p->key, p->value, path, now != NULL ? now : "not there");
        }
    }
    for (int i = 0; i < is->count; i++) {
        const dk_pair *p = &is->pairs[i];
        if (!is_free(p->key) && dk_section_get(was, p->key) == NULL) {
            return dk_section_fail(
                is, p->key, err,
                "%s=%s was not there in the run of %s; -resume wants the same, a run with other "
                "settings begins without it",
                p->key, p->value, path);
        }
    }
    return DK_OK;
}

/* The .data file is the last section, so that a layer more or less is a layer that differs. */
static dk_status compare_sections(const dk_run_identity *is, const dk_run_identity *was, const char *path,
                                  dk_error *err) {
    const dk_section *data = &is->sections[is->count - 1];
    for (int i = 0; i < is->count - 1; i++) {
        const dk_section *now = &is->sections[i], *then = &was->sections[i];
        if (i >= was->count - 1 || strcmp(now->name, then->name) != 0) {
            return dk_section_fail(now, NULL, err,
                                   "the run of %s had other layers; -resume wants the same cfg", path);
        }
        DK_TRY(compare_section(now, then, path, err));
    }
    if (was->count != is->count) {
        return dk_section_fail(&is->sections[is->count - 2], NULL, err,
                               "the run of %s had %d layers more; -resume wants the same cfg", path,
                               was->count - is->count);
    }
    return compare_section(data, &was->sections[was->count - 1], path, err);
}

dk_status dk_run_identity_compare(const dk_run_identity *is, const dk_run_identity *was, const char *path,
                                  const dk_log *log, dk_error *err) {
    DK_TRY(compare_sections(is, was, path, err));
    if (strcmp(is->task, was->task) != 0) {
        return dk_fail(err, DK_EUSAGE, "%s: is the state of a %s, not of a %s", path, was->task, is->task);
    }
    if (is->seed != was->seed) {
        return dk_fail(err, DK_EUSAGE, "seed %ld: the run of %s has seed %ld; -resume wants the same",
                       is->seed, path, was->seed);
    }
    if (is->train != was->train || is->valid != was->valid) {
        return dk_fail(err, DK_EDATA,
                       "the %s pictures are not those of the run of %s; -resume wants the same files in the "
                       "same order",
                       is->train != was->train ? "training" : "validation", path);
    }
    if (is->threads != was->threads || strcmp(is->backend, was->backend) != 0) {
        dk_warn(
            log,
            "the run of %s was computed by %s on %d threads, this one by %s on %d: results will agree up to "
            "rounding only",
            path, was->backend, was->threads, is->backend, is->threads);
    }
    return DK_OK;
}
