/* Labels: reading their files, and finding them in paths. */
#include "data/labels.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "data/dataset.h"

#define MAX_BYTES (64u << 20)

typedef struct {
    const char *text;
    int line;
} entry;

static int compare(const void *a, const void *b) {
    const entry *const one = a, *const other = b;
    const int order = strcmp(one->text, other->text);
    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

/* Sorts the entries; names the first pair in the sorted order that is equal. */
static dk_status check_unique(entry *entries, int count, const char *path, dk_error *err) {
    qsort(entries, (size_t)count, sizeof *entries, compare);
    for (int i = 1; i < count; i++) {
        if (strcmp(entries[i].text, entries[i - 1].text) == 0) {
            return dk_fail(err, DK_EPARSE, "%s:%d: label '%s' again (first in line %d); each stands once",
                           path, entries[i].line, entries[i].text, entries[i - 1].line);
        }
    }
    return DK_OK;
}

/* Cuts the text into lines and fills entries with those up to the last that is not blank. */
static dk_status split(char *text, entry *entries, int *count, const char *path, dk_error *err) {
    int blank = 0, line = 0;
    *count = 0;
    for (char *at = dk_text_after_mark(text); at != NULL;) {
        char *const end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        line++;
        const char *const name = dk_text_trim(at);
        if (*name == '\0') {
            blank = blank == 0 ? line : blank;
        } else if (blank != 0) {
            return dk_fail(err, DK_EPARSE, "%s:%d: a blank line before '%s'; each line is one label", path,
                           blank, name);
        } else {
            entries[(*count)++] = (entry){name, line};
        }
        at = end == NULL ? NULL : end + 1;
    }
    if (*count == 0) {
        return dk_fail(err, DK_EPARSE, "%s: has no labels; each line is one", path);
    }
    return DK_OK;
}

static dk_status collect(const char ***out, int *count, char *text, entry *entries, const char *path,
                         bool unique, dk_arena *arena, dk_error *err) {
    DK_TRY(split(text, entries, count, path, err));
    const size_t bytes = (size_t)*count * sizeof **out;
    const char **const names = dk_arena_alloc(arena, bytes);
    if (names == NULL) {
        return dk_no_memory(err, bytes, "the labels");
    }
    for (int i = 0; i < *count; i++) {
        names[i] = dk_arena_text(arena, entries[i].text);
        if (names[i] == NULL) {
            return dk_no_memory(err, strlen(entries[i].text), "a label");
        }
    }
    *out = names;
    return unique ? check_unique(entries, *count, path, err) : DK_OK;
}

dk_status dk_labels_read(const char ***out, int *count, const char *path, bool unique, dk_arena *arena,
                         dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(path, MAX_BYTES, &bytes, &size, err));
    char *const text = (char *)bytes;
    size_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    entry *const entries = malloc(lines * sizeof *entries);
    dk_status status;
    if (entries == NULL) {
        status = dk_no_memory(err, lines * sizeof *entries, "the labels");
    } else if (memchr(text, '\0', size) != NULL) {
        status = dk_fail(err, DK_EPARSE, "%s: is no text (it holds a 0 byte); each line is one label", path);
    } else {
        status = collect(out, count, text, entries, path, unique, arena, err);
    }
    free(entries);
    free(bytes);
    return status;
}

static int find_equal(const char *part, size_t n, const char *const *labels, int classes) {
    for (int i = 0; i < classes; i++) {
        if (strncmp(labels[i], part, n) == 0 && labels[i][n] == '\0') {
            return i;
        }
    }
    return -1;
}

int dk_label_of(const char *path, const char *const *labels, int classes) {
    const char *end = strrchr(path, '/'); /* of a folder's name */
    while (end != NULL) {
        const char *begin = end;
        while (begin > path && begin[-1] != '/') {
            begin--;
        }
        const int label = begin == end ? -1 : find_equal(begin, (size_t)(end - begin), labels, classes);
        if (label >= 0) {
            return label;
        }
        end = begin == path ? NULL : begin - 1;
    }
    int found = -1;
    for (int i = 0; i < classes; i++) {
        if (strstr(path, labels[i]) != NULL) {
            if (found >= 0) {
                return -2;
            }
            found = i;
        }
    }
    return found;
}
