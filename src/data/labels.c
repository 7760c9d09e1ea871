/* Labels: reading their files, and finding them in paths. */
#include "data/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/unicode.h"

#define MAX_BYTES (64u << 20)

typedef struct {
    const char *text, *composed; /* as it stands there, and as it is compared */
    int line;
} entry;

static int compare(const void *a, const void *b) {
    const entry *const one = a, *const other = b;
    const int order = strcmp(one->composed, other->composed);
    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

/* Sorts the entries; names the first pair in the sorted order that is equal. */
static dk_status check_unique(entry *entries, int count, const char *path, dk_error *err) {
    qsort(entries, (size_t)count, sizeof *entries, compare);
    for (int i = 1; i < count; i++) {
        if (strcmp(entries[i].composed, entries[i - 1].composed) == 0) {
            return dk_fail(err, DK_EPARSE, "%s:%d: label '%s' again (first in line %d); each stands once",
                           path, entries[i].line, entries[i].text, entries[i - 1].line);
        }
    }
    return DK_OK;
}

/* Cuts the text into lines and fills entries with those up to the last that is not blank; behind the `most` that count,
 * blank ones do no harm. */
static dk_status split(char *text, entry *entries, int *count, int most, const char *path, dk_error *err) {
    int blank = 0, line = 0;
    *count = 0;
    for (const char *name = dk_text_line(&text); name != NULL; name = dk_text_line(&text)) {
        line++;
        if (*name == '\0') {
            blank = blank == 0 ? line : blank;
        } else if (blank != 0 && (most == 0 || *count < most)) {
            return dk_fail(err, DK_EPARSE, "%s:%d: a blank line before '%s'; each line is one label", path,
                           blank, name);
        } else {
            entries[(*count)++] = (entry){.text = name, .line = line};
        }
    }
    if (*count == 0) {
        return dk_fail(err, DK_EPARSE, "%s: has no labels; each line is one", path);
    }
    return DK_OK;
}

static char *compose(const char *text, dk_arena *arena) {
    char *const composed = dk_text_composed(text);
    char *const kept = composed == NULL ? NULL : dk_arena_text(arena, composed);
    free(composed);
    return kept;
}

/* The names that count, copied into the arena. */
static dk_status keep(const char ***out, entry *entries, int count, dk_arena *arena, dk_error *err) {
    const size_t bytes = (size_t)count * sizeof **out;
    const char **const names = dk_arena_alloc(arena, bytes);
    if (names == NULL) {
        return dk_no_memory(err, bytes, "the labels");
    }
    for (int i = 0; i < count; i++) {
        names[i] = dk_arena_text(arena, entries[i].text);
        entries[i].composed = compose(entries[i].text, arena);
        if (names[i] == NULL || entries[i].composed == NULL) {
            return dk_no_memory(err, strlen(entries[i].text), "a label");
        }
    }
    *out = names;
    return DK_OK;
}

static dk_status read_text(const char ***out, int *lines, char *text, entry *entries, const char *path,
                           int most, bool unique, dk_arena *arena, dk_error *err) {
    DK_TRY(split(text, entries, lines, most, path, err));
    const int count = most > 0 && *lines > most ? most : *lines;
    DK_TRY(keep(out, entries, count, arena, err));
    return unique ? check_unique(entries, count, path, err) : DK_OK;
}

dk_status dk_labels_read(const char ***out, int *lines, const char *path, int most, bool unique,
                         dk_arena *arena, dk_error *err) {
    char *text = NULL;
    size_t size = 0;
    DK_TRY(dk_text_read(&text, &size, path, MAX_BYTES, "each line is one label", err));
    const size_t room = dk_text_tally(text, size, '\n') + 1;
    entry *const entries = calloc(room, sizeof *entries);
    const dk_status status = entries == NULL
                                 ? dk_no_memory(err, room * sizeof *entries, "the labels")
                                 : read_text(out, lines, text, entries, path, most, unique, arena, err);
    free(entries);
    free(text);
    return status;
}

/* ---- labels in paths ---- */

/* The label that is a folder of the path, the nearest to its end; −1: there is none. */
static int find_folder(const char *path, const dk_label_table *table) {
    const char *end = strrchr(path, '/'); /* of a folder's name */
    while (end != NULL) {
        const char *begin = end;
        while (begin > path && begin[-1] != '/') {
            begin--;
        }
        const int label = begin == end ? -1 : dk_names_find(&table->names, begin, (size_t)(end - begin));
        if (label >= 0) {
            return label;
        }
        end = begin == path ? NULL : begin - 1;
    }
    return -1;
}

/* The one label that is a part of the path; −1 none, −2 several. Each part that is as long as some label is looked up, so
 * that the time depends on the path and not on the number of labels. */
static int find_part(const char *path, const dk_label_table *table) {
    int found = -1;
    const size_t n = strlen(path);
    for (size_t at = 0; at < n; at++) {
        for (int i = 0; i < table->length_count && table->lengths[i] <= n - at; i++) {
            const int label = dk_names_find(&table->names, path + at, table->lengths[i]);
            if (label >= 0 && found >= 0 && label != found) {
                return -2;
            }
            found = label >= 0 ? label : found;
        }
    }
    return found;
}

int dk_label_of(const char *path, const dk_label_table *table) {
    const int label = find_folder(path, table);
    return label >= 0 ? label : find_part(path, table);
}

static int by_size(const void *a, const void *b) {
    const size_t one = *(const size_t *)a, other = *(const size_t *)b;
    return (one > other) - (one < other);
}

/* The lengths that labels have, each once, rising. */
static dk_status find_lengths(dk_label_table *out, dk_arena *arena, dk_error *err) {
    const size_t bytes = ((size_t)out->count + 1) * sizeof *out->lengths;
    size_t *const lengths = dk_arena_alloc(arena, bytes);
    if (lengths == NULL) {
        return dk_no_memory(err, bytes, "the lengths of the labels");
    }
    for (int i = 0; i < out->count; i++) {
        lengths[i] = strlen(out->text[i]);
    }
    qsort(lengths, (size_t)out->count, sizeof *lengths, by_size);
    for (int i = 0; i < out->count; i++) {
        if (out->length_count == 0 || lengths[i] != lengths[out->length_count - 1]) {
            lengths[out->length_count++] = lengths[i];
        }
    }
    out->lengths = lengths;
    return DK_OK;
}

dk_status dk_label_table_make(dk_label_table *out, const char *const *labels, int count, dk_arena *arena,
                              dk_error *err) {
    const size_t bytes = ((size_t)count + 1) * sizeof(char *);
    const char **const text = dk_arena_alloc(arena, bytes);
    *out = (dk_label_table){.text = text, .count = count};
    if (text == NULL) {
        return dk_no_memory(err, bytes, "the labels");
    }
    for (int i = 0; i < count; i++) {
        text[i] = compose(labels[i], arena);
        if (text[i] == NULL) {
            return dk_no_memory(err, strlen(labels[i]), "a label");
        }
        if (out->odd == NULL && !dk_text_is_utf8(labels[i])) {
            out->odd = labels[i];
        }
    }
    DK_TRY(find_lengths(out, arena, err));
    return dk_names_make(&out->names, text, count, arena, err);
}

dk_status dk_label_find(int *label, const char *path, const dk_label_table *table, dk_error *err) {
    if (dk_text_is_ascii(path)) {
        *label = dk_label_of(path, table);
        return DK_OK;
    }
    char *const composed = dk_text_composed(path);
    if (composed == NULL) {
        return dk_no_memory(err, strlen(path), "the path of a picture");
    }
    *label = dk_label_of(composed, table);
    free(composed);
    return DK_OK;
}

const char *dk_label_near(const char *path, const dk_label_table *table) {
    const char *end = strrchr(path, '/');
    while (end != NULL) {
        const char *begin = end;
        while (begin > path && begin[-1] != '/') {
            begin--;
        }
        char folder[80];
        const int n = snprintf(folder, sizeof folder, "%.*s", (int)(end - begin), begin);
        const char *const near =
            n > 0 && (size_t)n < sizeof folder ? dk_text_closest(folder, table->text) : NULL;
        if (near != NULL) {
            return near;
        }
        end = begin == path ? NULL : begin - 1;
    }
    return NULL;
}
