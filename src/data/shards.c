#include "data/shards.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/tar.h"
#include "image/image.h"

enum { MOST_ARCHIVES = 100000, MOST_DIGITS = 9 };

bool dk_shards_named(const char *source) {
    return dk_tar_named(source);
}

/* ---- the names of the archives ---- */

typedef struct {
    const char *source, *open, *close; /* the braces; NULL: the source is one archive */
    long first, last;
    int digits;
} range;

static int digits_at(const char *p) {
    int n = 0;
    while (isdigit((unsigned char)p[n])) {
        n++;
    }
    return n;
}

static dk_status read_range(range *r, const char *source, dk_error *err) {
    *r = (range){.source = source, .open = strchr(source, '{')};
    if (r->open == NULL || dk_path_exists(source)) {
        r->open = NULL;
        return DK_OK;
    }
    const char *const first = r->open + 1, *const dots = first + digits_at(first), *const last = dots + 2;
    r->digits = (int)(dots - first);
    const bool form = r->digits > 0 && r->digits <= MOST_DIGITS && strncmp(dots, "..", 2) == 0 &&
                      digits_at(last) == r->digits && last[r->digits] == '}';
    r->first = form ? atol(first) : 0;
    r->last = form ? atol(last) : -1;
    r->close = last + r->digits;
    if (!form || r->last < r->first || strpbrk(r->close + 1, "{}") != NULL) {
        return dk_fail(
            err, DK_EDATA,
            "%s: is no range of archives; one would be t-{000000..000146}.tar, with as many digits at "
            "both ends",
            source);
    }
    if (r->last - r->first >= MOST_ARCHIVES) {
        return dk_fail(err, DK_EDATA, "%s: are %ld archives; at most %d are read", source,
                       r->last - r->first + 1, MOST_ARCHIVES);
    }
    return DK_OK;
}

static const char *name_of(const range *r, long number, dk_arena *arena) {
    return r->open == NULL ? dk_arena_text(arena, r->source)
                           : dk_arena_format(arena, "%.*s%0*ld%s", (int)(r->open - r->source), r->source,
                                             r->digits, number, r->close + 1);
}

bool dk_shards_there(const char *source) {
    range r;
    dk_arena *const arena = dk_arena_open();
    const char *const first =
        arena != NULL && read_range(&r, source, NULL) == DK_OK ? name_of(&r, r.first, arena) : NULL;
    const bool there =
        first == NULL || dk_path_exists(first); /* what is wrong with a range is told when it is read */
    dk_arena_close(arena);
    return there;
}

/* ---- their files ---- */

typedef struct {
    unsigned long long number;
    uint32_t place, file;
    int archive;
} entry;

typedef struct {
    const dk_tar **archives;
    int count, room;
    entry *entries;
    int files, entry_room;
    bool numbered; /* all names begin with a number */
} walker;

static dk_status add_archive(walker *w, const char *path, dk_error *err) {
    DK_TRY(DK_GROW(w->archives, w->count, w->room, "the list of archives", err));
    DK_TRY(dk_tar_list(&w->archives[w->count], path, err));
    const dk_tar *const t = w->archives[w->count++];
    for (int i = 0; i < t->count; i++) {
        const char *const name = dk_path_name(t->files[i].name);
        DK_TRY(DK_GROW(w->entries, w->files, w->entry_room, "the files of the archives", err));
        w->entries[w->files] = (entry){.number = strtoull(name, NULL, 10),
                                       .place = (uint32_t)w->files,
                                       .file = (uint32_t)i,
                                       .archive = w->count - 1};
        w->numbered = w->numbered && (digits_at(name) > 0 || !dk_image_named(name));
        w->files++;
    }
    return DK_OK;
}

static int by_number(const void *one, const void *other) {
    const entry *const a = one, *const b = other;
    const int numbers = (a->number > b->number) - (a->number < b->number);
    return numbers != 0 ? numbers : (a->place > b->place) - (a->place < b->place);
}

static dk_status visit_all(const walker *w, dk_visit_shard visit, void *user, dk_error *err) {
    for (int i = 0; i < w->files; i++) {
        const entry *const e = &w->entries[i];
        const dk_tar *const t = w->archives[e->archive];
        char *path = NULL;
        DK_TRY(dk_path_join(&path, t->path, t->files[e->file].name, err));
        const dk_status status = visit(user, path, e->place, err);
        free(path);
        DK_TRY(status);
    }
    return DK_OK;
}

static dk_status walk(walker *w, const range *r, dk_arena *arena, uint32_t *ends, dk_error *err) {
    for (long i = r->first; i <= r->last || r->open == NULL; i++) {
        const char *const path = name_of(r, i, arena);
        if (path == NULL) {
            return dk_no_memory(err, strlen(r->source), "the name of an archive");
        }
        DK_TRY(add_archive(w, path, err));
        ends[w->count - 1] = (uint32_t)w->files;
        if (r->open == NULL) {
            break;
        }
    }
    if (w->numbered && w->files > 0) {
        qsort(w->entries, (size_t)w->files, sizeof *w->entries, by_number);
    }
    return DK_OK;
}

dk_status dk_shards_walk(const char *source, dk_arena *arena, uint32_t **ends, int *count,
                         dk_visit_shard visit, void *user, dk_error *err) {
    range r;
    walker w = {.numbered = true};
    DK_TRY(read_range(&r, source, err));
    const size_t archives = r.open == NULL ? 1 : (size_t)(r.last - r.first + 1);
    *ends = dk_arena_alloc(arena, archives * sizeof **ends);
    if (*ends == NULL) {
        return dk_no_memory(err, archives * sizeof **ends, "the list of archives");
    }
    dk_status status = walk(&w, &r, arena, *ends, err);
    if (status == DK_OK) {
        *count = w.count;
        status = visit_all(&w, visit, user, err);
    }
    free(w.archives);
    free(w.entries);
    return status;
}
