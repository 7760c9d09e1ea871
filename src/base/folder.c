/* Folders: making them, proving that they can be written, walking all files below one. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static dk_status fail(dk_error *err, const char *what, const char *path) {
    return dk_fail_errno(err, "cannot %s the folder '%s'", what, path);
}

dk_status dk_folder_make(const char *path, dk_error *err) {
    char *const part = strdup(path);
    if (part == NULL) {
        return dk_no_memory(err, strlen(path), path);
    }
    dk_status status = DK_OK;
    for (char *end = part; status == DK_OK && end != NULL;) {
        end = strchr(end + (*end == '/'), '/');
        if (end != NULL) {
            *end = '\0';
        }
        if (mkdir(part, 0777) != 0 && !dk_path_is_folder(part)) {
            status = fail(err, "make", path);
        }
        if (end != NULL) {
            *end = '/';
        }
    }
    free(part);
    return status;
}

dk_status dk_folder_writable(const char *path, dk_error *err) {
    char *probe;
    if (asprintf(&probe, "%s/.darknet-XXXXXX", path) < 0) {
        return dk_no_memory(err, strlen(path), path);
    }
    const int fd = mkstemp(probe);
    dk_status status = DK_OK;
    if (fd < 0 || write(fd, "", 1) != 1) {
        status = fail(err, "write into", path);
    }
    if (fd >= 0) {
        close(fd);
        unlink(probe);
    }
    free(probe);
    return status;
}

/* ---- the walk ---- */

typedef struct {
    char *path;
    bool folder, file, link;
} entry;

/* The folders that we are in: a link back to one of them would never end. */
typedef struct trail {
    const struct trail *up;
    dev_t device;
    ino_t inode;
} trail;

typedef struct {
    dk_visit visit;
    void *user;
    int (*order)(const void *one, const void *other); /* of entries */
    dk_error *err;
} walker;

/* What is nobody's data: twins and thumbnails that systems make of files (a macOS zip has a __MACOSX/…/._NAME beside
 * every picture, a Synology disk pictures in @eaDir), and their own folders. In any case. */
static const char *const strange[] = {
    "__MACOSX",    "@eaDir",       "Thumbs.db",  "ehthumbs.db",
    "desktop.ini", "$RECYCLE.BIN", "lost+found", "System Volume Information",
};

static int shown(const struct dirent *d) {
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        if (strcasecmp(d->d_name, strange[i]) == 0) {
            return false;
        }
    }
    return d->d_name[0] != '.';
}

/* The order of whole paths: "a.x" is before "a/b", as '.' is before '/'. So a folder's name ends in '/' here.
 */
static int by_path(const void *one, const void *other) {
    const entry *const a = one, *const b = other;
    const char *p = a->path, *q = b->path;
    while (*p != '\0' && *p == *q) {
        p++;
        q++;
    }
    const int c = *p == '\0' && a->folder ? '/' : (unsigned char)*p;
    const int d = *q == '\0' && b->folder ? '/' : (unsigned char)*q;
    return c - d;
}

/* The same with numbers as numbers. */
static int by_number(const void *one, const void *other) {
    const entry *const a = one, *const b = other;
    const int numbers = dk_path_compare(a->path, b->path);
    return numbers != 0 ? numbers : by_path(one, other);
}

static bool seen(const trail *t, const struct stat *info) {
    for (; t != NULL; t = t->up) {
        if (t->device == info->st_dev && t->inode == info->st_ino) {
            return true;
        }
    }
    return false;
}

/* What an entry is. Most file systems say so when they list it; a link, and those that do not, are asked. A link to
 * nowhere counts as a file, one to itself, too. */
static dk_status set_kind(int type, entry *e, dk_error *err) {
    struct stat info;
    e->link = type == DT_LNK;
    e->folder = type == DT_DIR;
    e->file = type == DT_REG;
    if (e->folder || e->file) {
        return DK_OK;
    }
    if (stat(e->path, &info) == 0) {
        e->folder = S_ISDIR(info.st_mode);
        e->file = S_ISREG(info.st_mode);
        return DK_OK;
    }
    e->file = e->link && (errno == ENOENT || errno == ELOOP);
    if (errno != ENOENT && errno != ELOOP) {
        return dk_fail_errno(err, "cannot read '%s'", e->path);
    }
    return DK_OK;
}

/* Fills one entry: its path and what it is. */
static dk_status look(const char *folder, const struct dirent *d, entry *e, dk_error *err) {
    const size_t n = strlen(folder);
    const char *const slash = n > 0 && folder[n - 1] == '/' ? "" : "/";
    if (asprintf(&e->path, "%s%s%s", folder, slash, d->d_name) < 0) {
        e->path = NULL;
        return dk_no_memory(err, n + strlen(d->d_name), folder);
    }
    return set_kind(d->d_type, e, err);
}

/* Does this link lead to the folder that it is in, or to one above it, be that above the walk's beginning? Its pictures
 * have another place in the set already: followed, train/sad/up -> ../.. would bring the pictures of test/ into train/. */
static dk_status leads_up(const char *link, const char *folder, bool *up, dk_error *err) {
    struct stat target, info, below = {0};
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s", folder);
    *up = false;
    bool top = stat(link, &target) != 0;
    while (!top && !*up && !path.failed && stat(path.text, &info) == 0) {
        *up = info.st_dev == target.st_dev && info.st_ino == target.st_ino;
        top = info.st_dev == below.st_dev && info.st_ino == below.st_ino; /* "/.." is "/" */
        below = info;
        dk_buffer_add(&path, "/..");
    }
    const dk_status status = path.failed ? dk_no_memory(err, path.size, folder) : DK_OK;
    dk_buffer_free(&path);
    return status;
}

static dk_status walk(const walker *w, const char *folder, const trail *up);

static dk_status walk_entries(const walker *w, const char *folder, struct dirent **names, entry *entries,
                              int count, const trail *here) {
    for (int i = 0; i < count; i++) {
        DK_TRY(look(folder, names[i], &entries[i], w->err));
    }
    qsort(entries, (size_t)count, sizeof *entries, w->order);
    for (int i = 0; i < count; i++) {
        bool loop = false;
        if (entries[i].folder && entries[i].link) {
            DK_TRY(leads_up(entries[i].path, folder, &loop, w->err));
        }
        if (entries[i].folder && !loop) {
            DK_TRY(walk(w, entries[i].path, here));
        } else if (entries[i].file) {
            DK_TRY(w->visit(w->user, entries[i].path, w->err));
        }
    }
    return DK_OK;
}

static dk_status walk(const walker *w, const char *folder, const trail *up) {
    struct stat info;
    struct dirent **names = NULL;
    if (stat(folder, &info) != 0) {
        return fail(w->err, "read", folder);
    }
    if (seen(up, &info)) {
        return DK_OK;
    }
    const int count = scandir(folder, &names, shown, NULL);
    if (count < 0) {
        return fail(w->err, "read", folder);
    }
    const trail here = {.up = up, .device = info.st_dev, .inode = info.st_ino};
    entry *const entries = calloc((size_t)count + 1, sizeof *entries);
    const dk_status status = entries == NULL ? dk_no_memory(w->err, (size_t)count * sizeof *entries, folder)
                                             : walk_entries(w, folder, names, entries, count, &here);
    for (int i = 0; i < count; i++) {
        free(names[i]);
        if (entries != NULL) {
            free(entries[i].path);
        }
    }
    free(names);
    free(entries);
    return status;
}

dk_status dk_folder_walk(const char *folder, dk_visit visit, void *user, dk_error *err) {
    const walker w = {.visit = visit, .user = user, .order = by_path, .err = err};
    return walk(&w, folder, NULL);
}

dk_status dk_folder_walk_numbered(const char *folder, dk_visit visit, void *user, dk_error *err) {
    const walker w = {.visit = visit, .user = user, .order = by_number, .err = err};
    return walk(&w, folder, NULL);
}
