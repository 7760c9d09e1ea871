/* Sets of pictures: the paths of a list file or of a folder, each with its label. Pictures are not opened
 * here: that one cannot be read is found when its turn comes (loader.h). */
#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/grow.h"
#include "data/labels.h"
#include "data/list_paths.h"
#include "image/image.h"

/* A set while it is read. */
typedef struct {
    const char *source;
    bool labelled; /* labels are wanted */
    int classes;
    dk_label_table labels;
    dk_arena *arena;
    dk_sample *samples;
    int count, room;
    dk_unread unread;
    int without, several; /* pictures with no label, with more than one */
    char first[420];      /* of those: its place and path, and what may be meant */
} reader;

/* A picture without its label: counted, and the first described. */
static void note_lost(reader *r, const char *path, int line, int label) {
    if (r->without + r->several == 0) {
        char place[32] = "", meant[100] = "";
        const char *const near = label == -1 ? dk_label_near(path, &r->labels) : NULL;
        if (line > 0) {
            snprintf(place, sizeof place, "line %d, ", line);
        }
        if (near != NULL) {
            snprintf(meant, sizeof meant, " (is the label '%.60s' meant?)", near);
        }
        snprintf(r->first, sizeof r->first, "%s'%.200s', which has %s%s", place, path,
                 label == -1 ? "none" : "several", meant);
    }
    r->without += label == -1;
    r->several += label == -2;
}

/* line 0: found in a folder. */
static dk_status add(reader *r, const char *path, int line, dk_error *err) {
    DK_TRY(DK_GROW(r->samples, r->count, r->room, "the list of pictures", err));
    const char *const kept = dk_arena_text(r->arena, path);
    if (kept == NULL) {
        return dk_no_memory(err, strlen(path), "the path of a picture");
    }
    int label = -1;
    if (r->labelled) {
        DK_TRY(dk_label_find(&label, path, &r->labels, err));
        if (label < 0) {
            note_lost(r, path, line, label);
        }
    }
    r->samples[r->count++] = (dk_sample){kept, label};
    return DK_OK;
}

static dk_status visit(void *user, const char *path, dk_error *err) {
    reader *const r = user;
    return dk_image_found(path, &r->unread) ? add(r, path, 0, err) : DK_OK;
}

/* What a list names stays in the set, to be left out and counted when its turn comes. */
static dk_status add_line(reader *r, const char *path, int line, dk_error *err) {
    (void)dk_image_found(path, &r->unread);
    return add(r, path, line, err);
}

static dk_status read_list(reader *r, dk_error *err) {
    char *text = NULL;
    size_t size = 0;
    DK_TRY(dk_text_read(&text, &size, r->source, DK_LIST_MOST, "each line is the path of a picture", err));
    dk_status status = DK_OK;
    int line = 0;
    char *rest = text;
    for (char *path = dk_text_line(&rest); status == DK_OK && path != NULL; path = dk_text_line(&rest)) {
        line++;
        status = *path == '\0' ? DK_OK : add_line(r, path, line, err);
    }
    free(text);
    return status == DK_OK ? dk_list_check_paths(r->source, r->samples, r->count, err) : status;
}

static dk_status check(const reader *r, dk_error *err) {
    const char *const odd = r->labels.odd;
    if (r->count == 0 && r->unread.count > 0) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures of kinds that are read (%s), but of others: %s",
                       r->source, dk_image_endings, dk_unread_list(&r->unread).text);
    }
    if (r->count == 0 && dk_path_is_folder(r->source)) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures; files ending in %s are looked for", r->source,
                       dk_image_endings);
    }
    if (r->count == 0) {
        return dk_fail(err, DK_EDATA, "%s: holds no pictures; each line is the path of one", r->source);
    }
    if (r->without + r->several > 0) {
        return dk_fail(
            err, DK_EDATA,
            "%s: of %d pictures %d have no label and %d have several; the first is %s. A label is the "
            "name of a folder above the picture, or else one part of the path%s%s%s",
            r->source, r->count, r->without, r->several, r->first, odd == NULL ? "" : "; label '",
            odd == NULL ? "" : odd, odd == NULL ? "" : "' is no UTF-8: save its file as UTF-8");
    }
    return DK_OK;
}

static dk_status finish(dk_dataset **out, const reader *r, dk_error *err) {
    DK_TRY(check(r, err));
    const size_t bytes = (size_t)r->count * sizeof *r->samples;
    const size_t classes = (size_t)r->classes;
    dk_dataset *const set = dk_arena_alloc(r->arena, sizeof *set);
    dk_sample *const samples = dk_arena_alloc(r->arena, bytes);
    const char *const source = dk_arena_text(r->arena, r->source);
    int *const per_class = dk_arena_alloc(r->arena, classes * sizeof *per_class);
    if (set == NULL || samples == NULL || source == NULL || per_class == NULL) {
        return dk_no_memory(err, bytes, "the list of pictures");
    }
    for (int i = 0; i < r->count; i++) {
        samples[i] = r->samples[i];
        if (r->labelled) {
            per_class[samples[i].label]++;
        }
    }
    *set = (dk_dataset){.arena = r->arena,
                        .samples = samples,
                        .count = r->count,
                        .classes = r->classes,
                        .per_class = per_class,
                        .source = source,
                        .unread = r->unread};
    *out = set;
    return DK_OK;
}

dk_status dk_dataset_open(dk_dataset **out, const char *source, const char *const *labels, int classes,
                          dk_error *err) {
    *out = NULL;
    if (!dk_path_exists(source)) {
        return dk_fail(err, DK_EIO, "%s: there is no such list file or folder", source);
    }
    reader r = {.source = source, .labelled = labels != NULL, .classes = classes, .arena = dk_arena_open()};
    if (r.arena == NULL) {
        return dk_no_memory(err, 0, "the list of pictures");
    }
    dk_status status = labels == NULL ? DK_OK : dk_label_table_make(&r.labels, labels, classes, r.arena, err);
    if (status == DK_OK) {
        status = dk_path_is_folder(source) ? dk_folder_walk(source, visit, &r, err) : read_list(&r, err);
    }
    if (status == DK_OK) {
        status = finish(out, &r, err);
    }
    free(r.samples);
    if (status != DK_OK) {
        dk_arena_close(r.arena);
    }
    return status;
}

void dk_dataset_close(dk_dataset *set) {
    if (set != NULL) {
        dk_arena_close(set->arena); /* which holds the set too */
    }
}
