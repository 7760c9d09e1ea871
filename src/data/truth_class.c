/* A picture's class by its path: labels.h says which part of it counts. In archives, where that says nothing, NAME.cls holds
 * its number, as in WebDataset. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/tar.h"
#include "data/labels.h"
#include "data/truth.h"

typedef struct {
    dk_label_table labels;
    int without, several; /* pictures with no label, with more than one */
    char first[420];      /* of those: its place and path, and what may be meant */
} kept;

static dk_status open(dk_dataset *set, dk_error *err) {
    kept *const k = set->truths;
    if (set->truth.outputs > 0) {
        return dk_fail(
            err, DK_EDATA,
            "%s: its .data file has outputs=%d, numbers for a `regressor`; classes are wanted here",
            set->source, set->truth.outputs);
    }
    const size_t bytes = (size_t)set->classes * sizeof *set->per_class;
    set->per_class = dk_arena_alloc(set->arena, bytes);
    if (set->per_class == NULL) {
        return dk_no_memory(err, bytes, "the counts of the classes");
    }
    return dk_label_table_make(&k->labels, set->truth.labels, set->classes, set->arena, err);
}

/* A picture without its label: counted, and the first described. */
static void note_lost(kept *k, const char *path, int line, int label) {
    if (k->without + k->several == 0) {
        char place[32] = "", meant[100] = "";
        const char *const near = label == -1 ? dk_label_near(path, &k->labels) : NULL;
        if (line > 0) {
            snprintf(place, sizeof place, "line %d, ", line);
        }
        if (near != NULL) {
            snprintf(meant, sizeof meant, " (is the label '%.60s' meant?)", near);
        }
        snprintf(k->first, sizeof k->first, "%s'%.200s', which has %s%s", place, path,
                 label == -1 ? "none" : "several", meant);
    }
    k->without += label == -1;
    k->several += label == -2;
}

/* *label stays as it is where there is no such file. */
static dk_status read_number(int *label, const dk_dataset *set, const char *picture, dk_error *err) {
    enum { MOST_BYTES = 64 };
    const char *const dot = strrchr(dk_path_name(picture), '.');
    const int stem = dot != NULL ? (int)(dot - picture) : (int)strlen(picture);
    dk_buffer path = {0};
    uint8_t *text = NULL;
    size_t size = 0;
    long number = -1;
    dk_buffer_add(&path, "%.*s.cls", stem, picture);
    dk_status status = path.failed ? dk_no_memory(err, path.size, "the path of a class") : DK_OK;
    if (status == DK_OK && dk_path_exists(path.text)) {
        status = dk_file_read(path.text, MOST_BYTES, &text, &size, err);
    }
    if (text != NULL && dk_text_int(dk_text_trim((char *)text), &number) && number >= 0 &&
        number < set->classes) {
        *label = (int)number;
    } else if (text != NULL) {
        status = dk_fail(err, DK_EDATA, "%s: holds '%.20s'; wanted is the number of a class, 0 to %d",
                         path.text, (const char *)text, set->classes - 1);
    }
    free(text);
    dk_buffer_free(&path);
    return status;
}

static dk_status read(dk_dataset *set, dk_sample *sample, char *entry, int line, dk_error *err) {
    kept *const k = set->truths;
    DK_TRY(dk_label_find(&sample->label, entry, &k->labels, err));
    if (sample->label < 0 && dk_tar_part(entry) > 0) {
        DK_TRY(read_number(&sample->label, set, entry, err));
    }
    if (sample->label >= 0) {
        set->per_class[sample->label]++;
    } else {
        note_lost(k, entry, line, sample->label);
    }
    return DK_OK;
}

static dk_status check(const dk_dataset *set, dk_error *err) {
    const kept *const k = set->truths;
    const char *const odd = k->labels.odd;
    if (k->without + k->several == 0) {
        return DK_OK;
    }
    return dk_fail(err, DK_EDATA,
                   "%s: of %d pictures %d have no label and %d have several; the first is %s. A label is the "
                   "name of a folder above the picture, or else one part of the path%s%s%s",
                   set->source, set->count, k->without, k->several, k->first, odd == NULL ? "" : "; label '",
                   odd == NULL ? "" : odd, odd == NULL ? "" : "' is no UTF-8: save its file as UTF-8");
}

static size_t floats(const dk_dataset *set, const dk_loader_conf *conf) {
    (void)conf;
    return (size_t)set->classes;
}

/* One-hot, smoothed as Darknet does: hit 1 − ε, miss ε ÷ (k − 1). */
static dk_status fill(const dk_dataset *set, int picture, const dk_row_view *view, const dk_loader_conf *conf,
                      float *row, dk_error *err) {
    const int classes = set->classes, label = set->samples[picture].label;
    const float smooth = classes > 1 ? conf->label_smooth : 0;
    (void)view, (void)err;
    for (int i = 0; i < classes; i++) {
        row[i] = i == label ? 1 - smooth : smooth / (float)(classes - 1);
    }
    return DK_OK;
}

static dk_status pack(const dk_dataset *set, int picture, dk_buffer *out, dk_error *err) {
    (void)err;
    dk_buffer_add(out, "%d\n", set->samples[picture].label);
    return DK_OK;
}

const dk_truth_kind dk_truth_class = {.name = "class",
                                      .size = sizeof(kept),
                                      .open = open,
                                      .read = read,
                                      .check = check,
                                      .floats = floats,
                                      .fill = fill,
                                      .ending = ".cls",
                                      .pack = pack};
