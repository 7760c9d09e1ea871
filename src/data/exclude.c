/* The list is sorted once, and each picture of the set is looked up in it. */
#include "data/exclude.h"

#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "data/list_paths.h"
#include "data/truth.h"

typedef struct {
    const char *path; /* plain() */
    bool found;
} entry;

typedef struct {
    char *text;
    entry *entries; /* sorted, each path once */
    size_t count;
} listing;

/* Takes "./" off the front and doubled slashes out, in place. */
static char *plain(char *path) {
    char *from = path, *to = path;
    while (from[0] == '.' && from[1] == '/') {
        from += 2 + strspn(from + 2, "/");
    }
    for (; *from != '\0'; from++) {
        if (from[0] != '/' || from[1] != '/') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return path;
}

static int compare(const void *a, const void *b) {
    return strcmp(((const entry *)a)->path, ((const entry *)b)->path);
}

/* Lines of the text that are not blank. */
static void split(listing *l) {
    char *rest = l->text;
    for (char *path = dk_text_line(&rest); path != NULL; path = dk_text_line(&rest)) {
        if (*path != '\0') {
            l->entries[l->count++].path = plain(path);
        }
    }
}

static void sort(listing *l) {
    size_t kept = 0;
    qsort(l->entries, l->count, sizeof *l->entries, compare);
    for (size_t i = 0; i < l->count; i++) {
        if (kept == 0 || compare(&l->entries[i], &l->entries[kept - 1]) != 0) {
            l->entries[kept++] = l->entries[i];
        }
    }
    l->count = kept;
}

static dk_status read_list(listing *l, const char *path, dk_error *err) {
    size_t size = 0;
    DK_TRY(dk_text_read(&l->text, &size, path, DK_LIST_MOST, "each line is the path of a picture", err));
    const size_t lines = dk_text_tally(l->text, size, '\n') + 1;
    l->entries = calloc(lines, sizeof *l->entries);
    if (l->entries == NULL) {
        return dk_no_memory(err, lines * sizeof *l->entries, "the list of pictures to leave out");
    }
    split(l);
    sort(l);
    return DK_OK;
}

static dk_status look_up(listing *l, const char *path, bool *found, dk_error *err) {
    char *const copy = strdup(path);
    if (copy == NULL) {
        return dk_no_memory(err, strlen(path), "the path of a picture");
    }
    const entry key = {plain(copy), false};
    entry *const at = l->count == 0 ? NULL : bsearch(&key, l->entries, l->count, sizeof *l->entries, compare);
    *found = at != NULL;
    if (at != NULL) {
        at->found = true;
    }
    free(copy);
    return DK_OK;
}

static dk_status take_out(dk_dataset *set, listing *l, dk_error *err) {
    int kept = 0;
    for (int i = 0; i < set->count; i++) {
        bool found = false;
        const dk_sample sample = set->samples[i];
        DK_TRY(look_up(l, sample.path, &found, err));
        if (!found) {
            if (set->truth.kind != NULL && set->truth.kind->move != NULL) {
                set->truth.kind->move(set, kept, i);
            }
            set->samples[kept++] = sample;
        } else if (sample.label >= 0) {
            set->per_class[sample.label]--;
        }
    }
    set->count = kept;
    return DK_OK;
}

static dk_status exclude(dk_dataset *set, const char *path, listing *l, dk_excluded *out, dk_error *err) {
    const int before = set->count;
    DK_TRY(read_list(l, path, err));
    DK_TRY(take_out(set, l, err));
    *out = (dk_excluded){.listed = (int)l->count, .left_out = before - set->count};
    for (size_t i = 0; i < l->count; i++) {
        out->matched += l->entries[i].found;
    }
    if (out->listed > 0 && out->matched == 0) {
        return dk_fail(
            err, DK_EDATA,
            "%s: none of its %d paths is among the %d pictures; paths must be written as in the set, "
            "the first of which is %s",
            path, out->listed, before, set->samples[0].path);
    }
    if (set->count == 0) {
        return dk_fail(err, DK_EDATA, "%s: names all %d pictures, so none is left", path, before);
    }
    return DK_OK;
}

dk_status dk_dataset_exclude(dk_dataset *set, const char *list, dk_excluded *out, dk_error *err) {
    listing l = {0};
    const dk_status status = exclude(set, list, &l, out, err);
    free(l.entries);
    free(l.text);
    return status;
}
