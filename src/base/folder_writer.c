/* The new folder stands beside the old name, so that one rename brings it there whole; within it where that is not empty or
 * another disk, for then nothing can be renamed over it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static dk_status fail(const char *path, dk_error *err) {
    return dk_fail_errno(err, "cannot write the folder '%s'", path);
}

static bool is_empty(const char *path) {
    DIR *const dir = opendir(path);
    int entries = 0;
    while (dir != NULL && readdir(dir) != NULL) {
        entries++;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return entries <= 2; /* . and .. */
}

/* Can the folder be replaced by a rename? */
static bool is_replaceable(const char *path) {
    dk_buffer up = {0};
    struct stat own, above;
    dk_buffer_add(&up, "%s/..", path);
    const bool same_disk =
        !up.failed && stat(path, &own) == 0 && stat(up.text, &above) == 0 && own.st_dev == above.st_dev;
    dk_buffer_free(&up);
    return same_disk && is_empty(path) && lstat(path, &own) == 0 && S_ISDIR(own.st_mode);
}

dk_status dk_folder_writer_open(dk_folder_writer *w, const char *path, dk_error *err) {
    *w = (dk_folder_writer){.path = strdup(path)};
    for (size_t n = w->path != NULL ? strlen(path) : 0; n > 1 && w->path[n - 1] == '/'; n--) {
        w->path[n - 1] = '\0';
    }
    const bool beside = !dk_path_exists(path) || is_replaceable(path);
    if (w->path == NULL ||
        asprintf(&w->aside, "%s%s.%ld.tmp", w->path, beside ? "" : "/", (long)getpid()) < 0) {
        free(w->path);
        *w = (dk_folder_writer){0};
        return dk_no_memory(err, strlen(path), path);
    }
    const dk_status status = dk_folder_make(w->aside, err);
    if (status != DK_OK) {
        dk_folder_writer_abandon(w);
    }
    return status;
}

/* Renames aside/name to path/name, or back. */
static bool move(const dk_folder_writer *w, const char *name, bool back) {
    dk_buffer from = {0}, to = {0};
    dk_buffer_add(&from, "%s/%s", back ? w->path : w->aside, name);
    dk_buffer_add(&to, "%s/%s", back ? w->aside : w->path, name);
    const bool good =
        !from.failed && !to.failed && (!dk_path_exists(from.text) || rename(from.text, to.text) == 0);
    dk_buffer_free(&from);
    dk_buffer_free(&to);
    return good;
}

static bool move_all(const dk_folder_writer *w, const char *const *names) {
    int moved = 0;
    while (names[moved] != NULL && move(w, names[moved], false)) {
        moved++;
    }
    if (names[moved] == NULL) {
        return rmdir(w->aside) == 0;
    }
    const int code = errno;
    while (moved > 0) {
        (void)move(w, names[--moved], true);
    }
    errno = code;
    return false;
}

/* All that was written reaches the disk before the names do: a disk that is full may only say so now. */
static bool sync_disk(const char *path) {
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = fd >= 0 && syncfs(fd) == 0;
    const int code = errno;
    if (fd >= 0) {
        close(fd);
    }
    errno = code;
    return good;
}

dk_status dk_folder_writer_commit(dk_folder_writer *w, const char *const *names, dk_error *err) {
    const bool within = strncmp(w->aside, w->path, strlen(w->path)) == 0 && w->aside[strlen(w->path)] == '/';
    if (!sync_disk(w->aside) || !(within ? move_all(w, names) : rename(w->aside, w->path) == 0)) {
        const dk_status status = fail(w->path, err);
        dk_folder_writer_abandon(w);
        return status;
    }
    free(w->path);
    free(w->aside);
    *w = (dk_folder_writer){0};
    return DK_OK;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place) {
    (void)info;
    (void)type;
    (void)place;
    (void)remove(path);
    return 0;
}

void dk_folder_writer_abandon(dk_folder_writer *w) {
    if (w->aside != NULL) {
        (void)nftw(w->aside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(w->path);
    free(w->aside);
    *w = (dk_folder_writer){0};
}
