/* Each row of the table rewrites a path; the first whose path is there tells what is wrong. */
#include "data/list_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { LOOKED_AT = 10 }; /* pictures from the beginning of a list */

/* Writes the path as it should have been; leaves out empty where the row has nothing to say about it. */
typedef void (*rewriter)(dk_buffer *out, const char *path, const char *list);

static void without_quotes(dk_buffer *out, const char *path, const char *list) {
    const size_t n = strlen(path);
    (void)list;
    if (n > 2 && (*path == '"' || *path == '\'') && path[n - 1] == *path) {
        dk_buffer_put(out, path + 1, n - 2);
    }
}

/* Up to the first separator behind which the rest is no part of the path. */
static void without_label(dk_buffer *out, const char *path, const char *list) {
    (void)list;
    for (size_t n = strcspn(path, " ,;\t"); path[n] != '\0'; n += 1 + strcspn(path + n + 1, " ,;\t")) {
        out->size = 0;
        dk_buffer_put(out, path, n);
        if (!out->failed && n > 0 && dk_path_exists(out->text) && !dk_path_is_folder(out->text)) {
            return;
        }
    }
    out->size = 0;
}

static void beside_list(dk_buffer *out, const char *path, const char *list) {
    const char *const name = dk_path_name(list);
    if (name > list && *path != '/') {
        dk_buffer_put(out, list, (size_t)(name - list));
        dk_buffer_add(out, "%s", path);
    }
}

static void in_home(dk_buffer *out, const char *path, const char *list) {
    const char *const home = getenv("HOME");
    (void)list;
    if (home != NULL && path[0] == '~' && path[1] == '/') {
        dk_buffer_add(out, "%s%s", home, path + 1);
    }
}

static void with_slashes(dk_buffer *out, const char *path, const char *list) {
    (void)list;
    if (strchr(path, '\\') != NULL) {
        dk_buffer_add(out, "%s", path);
        for (char *at = out->failed ? NULL : strchr(out->text, '\\'); at != NULL; at = strchr(at, '\\')) {
            *at = '/';
        }
    }
}

static void with_slashes_beside_list(dk_buffer *out, const char *path, const char *list) {
    dk_buffer plain = {0};
    with_slashes(&plain, path, list);
    if (plain.size > 0 && !plain.failed) {
        beside_list(out, plain.text, list);
    }
    dk_buffer_free(&plain);
}

static const struct {
    rewriter rewrite;
    const char *wrong, *right;
} rows[] = {
    {without_quotes, "stand in quotes", "each line is a path alone"},
    {without_label, "are followed by something else",
     "each line is a path alone, and the label is the name of a folder in it, or else another part of it"},
    {beside_list, "are relative to the list, not to the current folder",
     "start in the folder of the list, or write them whole"},
    {in_home, "begin with ~, which only a shell knows", "write them whole"},
    {with_slashes, "have backslashes", "write / between folders"},
    {with_slashes_beside_list, "have backslashes and are relative to the list",
     "write / between folders, and start in the folder of the list"},
};

/* The row that finds this picture, or −1. */
static int explain(const char *path, const char *list) {
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        dk_buffer other = {0};
        rows[i].rewrite(&other, path, list);
        const bool there = other.size > 0 && !other.failed && dk_path_exists(other.text);
        dk_buffer_free(&other);
        if (there) {
            return i;
        }
    }
    return -1;
}

dk_status dk_list_check_paths(const char *list, const dk_sample *samples, int count, dk_error *err) {
    const int looked = count < LOOKED_AT ? count : LOOKED_AT;
    int row = -1;
    const char *named = NULL;
    for (int i = 0; i < looked; i++) {
        if (dk_path_exists(samples[i].path)) {
            return DK_OK;
        }
        if (named == NULL) {
            row = explain(samples[i].path, list);
            named = row >= 0 ? samples[i].path : NULL;
        }
    }
    if (named == NULL) {
        return DK_OK;
    }
    return dk_fail(err, DK_EDATA,
                   "%s: of its first %d pictures none is there, because their paths %s: '%.300s'; %s", list,
                   looked, rows[row].wrong, named, rows[row].right);
}

dk_status dk_list_put(dk_buffer *list, const char *path, dk_error *err) {
    static const char white[] = " \t\n\v\f\r";
    const size_t n = strlen(path);
    if (path[strcspn(path, "\r\n")] != '\0') {
        return dk_fail(err, DK_EDATA,
                       "'%s': a list cannot hold this path, for it has a line break; rename it", path);
    }
    if (n == 0 || strchr(white, path[0]) != NULL || strchr(white, path[n - 1]) != NULL) {
        return dk_fail(
            err, DK_EDATA,
            "'%s': a list cannot hold this path, for white space at its ends is cut off; rename it", path);
    }
    dk_buffer_put(list, path, n);
    dk_buffer_put(list, "\n", 1);
    return DK_OK;
}
