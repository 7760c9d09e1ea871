#include "data/beside.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

static const char images[] = "images";

/* The last folder of the path that is called so, or NULL. */
static const char *find_folder(const char *path, const char *name) {
    const size_t n = strlen(name);
    const char *found = NULL;
    for (const char *p = strstr(path, name); p != NULL; p = strstr(p + 1, name)) {
        found = (p == path || p[-1] == '/') && p[n] == '/' ? p : found;
    }
    return found;
}

/* Bytes of the path without its ending. */
static size_t stem_of(const char *path) {
    const char *const dot = strrchr(dk_path_name(path), '.');
    return dot != NULL ? (size_t)(dot - path) : strlen(path);
}

dk_status dk_beside_find(const char **out, const char *picture, const dk_beside *where, dk_arena *arena,
                         dk_error *err) {
    const char *const folder = find_folder(picture, images);
    const size_t stem = stem_of(picture);
    const char *const close = dk_arena_format(arena, "%.*s%s", (int)stem, picture, where->close);
    const char *there = close;
    if (folder != NULL) {
        const char *const rest = folder + sizeof images;
        there = dk_arena_format(arena, "%.*s%s/%.*s%s", (int)(folder - picture), picture, where->folder,
                                (int)(stem - (size_t)(rest - picture)), rest, where->there);
    }
    if (close == NULL || there == NULL) {
        return dk_no_memory(err, strlen(picture), "the path of a file beside a picture");
    }
    *out = dk_path_exists(there) ? there : close;
    if (dk_path_exists(*out)) {
        return DK_OK;
    }
    return dk_fail(err, DK_EDATA, "'%s' has neither %s%s%s", picture, there, there != close ? " nor " : "",
                   there != close ? close : ", which would lie beside it");
}

bool dk_beside_is(const char *path, const dk_beside *where) {
    const char *const folder = find_folder(path, where->folder), *const pictures = find_folder(path, images);
    bool is = dk_text_ends(path, where->close);
    if (!is && folder != NULL && (pictures == NULL || pictures < folder)) {
        dk_buffer theirs = {0};
        dk_buffer_add(&theirs, "%.*s%s", (int)(folder - path), path, images);
        is = !theirs.failed && dk_path_exists(theirs.text);
        dk_buffer_free(&theirs);
    }
    return is;
}
