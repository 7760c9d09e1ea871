/* Equal hashes are brought together by sorting; within such a run pictures are decoded once more and compared
 * byte by byte, so that a collision of the hash never makes twins of two different pictures. */
#include "data/check_groups.h"

#include <stdlib.h>
#include <string.h>

/* ---- who is identical to whom ---- */

typedef struct {
    uint64_t hash;
    int picture;
} entry;

static int compare(const void *a, const void *b) {
    const entry *const x = a, *const y = b;
    const int by_hash = (x->hash > y->hash) - (x->hash < y->hash);
    return by_hash != 0 ? by_hash : (x->picture > y->picture) - (x->picture < y->picture);
}

/* A picture that was read before and is gone now equals none. */
static dk_status same_pixels(const dk_image *one, const char *path, bool *same, dk_error *err) {
    dk_image *other = NULL;
    dk_error why = {0};
    *same = false;
    if (dk_image_load(&other, path, &why) != DK_OK) {
        return why.status == DK_ENOMEM ? dk_fail(err, DK_ENOMEM, "%s", why.text) : DK_OK;
    }
    *same = one->w == other->w && one->h == other->h && one->c == other->c &&
            memcmp(one->pixels, other->pixels, (size_t)one->w * (size_t)one->h * (size_t)one->c) == 0;
    dk_image_free(other);
    return DK_OK;
}

/* Makes a group of run[0] and all that equal it; they are the next members. */
static dk_status group_first(dk_check *c, const entry *run, int count, int *members, dk_error *err) {
    dk_check_picture *const leader = &c->pictures[run[0].picture];
    dk_image *image = NULL;
    dk_error why = {0};
    if (dk_image_load(&image, leader->sample->path, &why) != DK_OK) {
        return why.status == DK_ENOMEM ? dk_fail(err, DK_ENOMEM, "%s", why.text) : DK_OK;
    }
    dk_check_group group = {.first = *members, .count = 1};
    c->members[group.first] = run[0].picture;
    dk_status status = DK_OK;
    for (int i = 1; i < count && status == DK_OK; i++) {
        dk_check_picture *const p = &c->pictures[run[i].picture];
        bool same = false;
        if (p->group < 0) {
            status = same_pixels(image, p->sample->path, &same, err);
        }
        if (same) {
            p->group = c->group_count;
            c->members[group.first + group.count++] = run[i].picture;
        }
    }
    dk_image_free(image);
    if (group.count > 1) {
        leader->group = c->group_count;
        c->groups[c->group_count++] = group;
        *members += group.count;
    }
    return status;
}

/* In the order of pictures, so that groups are in the order of their first. Within a run entries are, too:
 * what could equal a picture and came before it has taken it already. place: of each picture among the
 * entries. */
static dk_status group_runs(dk_check *c, const entry *entries, int count, const int *place, dk_error *err) {
    int members = 0;
    for (int i = 0; i < c->count; i++) {
        const int begin = place[i];
        int end = begin + 1;
        while (begin >= 0 && end < count && entries[end].hash == entries[begin].hash) {
            end++;
        }
        if (begin >= 0 && end - begin > 1 && c->pictures[i].group < 0) {
            DK_TRY(group_first(c, entries + begin, end - begin, &members, err));
        }
    }
    return DK_OK;
}

static dk_status find_groups(dk_check *c, entry *entries, int *place, dk_error *err) {
    int count = 0;
    for (int i = 0; i < c->count; i++) {
        place[i] = -1;
        if (c->pictures[i].reason == NULL) {
            entries[count++] = (entry){c->pictures[i].hash, i};
        }
    }
    qsort(entries, (size_t)count, sizeof *entries, compare);
    for (int i = 0; i < count; i++) {
        place[entries[i].picture] = i;
    }
    return group_runs(c, entries, count, place, err);
}

/* ---- what that makes of each ---- */

static void describe_group(const dk_check *c, dk_check_group *g) {
    int label = -1;
    for (int i = 0; i < g->count; i++) {
        const dk_check_picture *const p = &c->pictures[c->members[g->first + i]];
        g->in[p->split]++;
        g->conflict = g->conflict || (label >= 0 && p->sample->label >= 0 && p->sample->label != label);
        label = p->sample->label >= 0 ? p->sample->label : label;
    }
}

static dk_check_fault fault_of(const dk_check *c, int picture) {
    const dk_check_picture *const p = &c->pictures[picture];
    if (p->reason != NULL) {
        return DK_CHECK_UNREADABLE;
    }
    if (p->constant) {
        return DK_CHECK_CONSTANT;
    }
    if (p->group < 0) {
        return DK_CHECK_GOOD;
    }
    const dk_check_group *const g = &c->groups[p->group];
    if (g->conflict) {
        return DK_CHECK_CONFLICT;
    }
    if (g->in[p->split] < g->count) {
        return DK_CHECK_TWIN;
    }
    return c->members[g->first] == picture ? DK_CHECK_GOOD : DK_CHECK_COPY;
}

static void describe_all(dk_check *c) {
    for (int i = 0; i < c->group_count; i++) {
        describe_group(c, &c->groups[i]);
    }
    for (int i = 0; i < c->count; i++) {
        c->pictures[i].fault = fault_of(c, i);
    }
}

dk_status dk_check_group_all(dk_check *c, dk_error *err) {
    const size_t n = (size_t)c->count;
    entry *const entries = malloc(n * sizeof *entries);
    int *const place = malloc(n * sizeof *place);
    c->members = dk_arena_alloc(c->arena, n * sizeof *c->members);
    c->groups = dk_arena_alloc(c->arena, (n / 2 + 1) * sizeof *c->groups); /* a group has two at least */
    dk_status status;
    if (entries == NULL || place == NULL || c->members == NULL || c->groups == NULL) {
        status = dk_no_memory(err, n * sizeof *c->groups, "the groups of pictures");
    } else {
        status = find_groups(c, entries, place, err);
        describe_all(c);
    }
    free(entries);
    free(place);
    return status;
}

/* ---- counts ---- */

static const char *const fault_names[DK_CHECK_FAULTS] = {
    [DK_CHECK_GOOD] = "good",         [DK_CHECK_UNREADABLE] = "unreadable",
    [DK_CHECK_CONSTANT] = "constant", [DK_CHECK_CONFLICT] = "conflict",
    [DK_CHECK_TWIN] = "twin",         [DK_CHECK_COPY] = "copy"};

const char *dk_check_fault_name(dk_check_fault fault) {
    return fault_names[fault];
}

int dk_check_count(const dk_check *c, int split, dk_check_fault fault) {
    int count = 0;
    for (int i = 0; i < c->count; i++) {
        count += c->pictures[i].split == split && c->pictures[i].fault == fault;
    }
    return count;
}

int dk_check_twins(const dk_check *c, int split, int other) {
    int count = 0;
    for (int i = 0; i < c->group_count; i++) {
        const int *const in = c->groups[i].in;
        if (split != other) {
            count += in[other] > 0 ? in[split] : 0;
        } else {
            count += in[split] > 1 ? in[split] - 1 : 0;
        }
    }
    return count;
}
