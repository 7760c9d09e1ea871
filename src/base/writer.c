/* Files written aside. The new bytes reach the disk before the name does (write, fsync, rename, fsync of the
 * folder), hence PATH holds the old file or the new one, whole, whenever the power fails. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static dk_status fail(const char *path, dk_error *err) {
    return dk_fail_errno(err, "cannot write '%s'", path);
}

/* A rename would put a file in the place of a device. */
static dk_status check(const char *path, dk_error *err) {
    struct stat info;
    if (*dk_path_name(path) == '\0') {
        return dk_fail(err, DK_EIO, "cannot write '%s': it is no name of a file", path);
    }
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode)) {
        return DK_OK;
    }
    return dk_fail(err, DK_EIO, "cannot write '%s': it is a %s, not a file", path,
                   S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
}

/* A name of this process alone: two programs that write one file (chart.png of the current folder) must not
 * publish each other's half. */
static char *beside(const char *path) {
    char *name = NULL;
    return asprintf(&name, "%s.%ld.tmp", path, (long)getpid()) < 0 ? NULL : name;
}

dk_status dk_writer_open(dk_writer *w, const char *path, dk_error *err) {
    *w = (dk_writer){0};
    DK_TRY(check(path, err));
    w->path = strdup(path);
    w->aside = beside(path);
    if (w->path == NULL || w->aside == NULL) {
        dk_writer_abandon(w);
        (void)dk_no_memory(err, strlen(path), path);
        return DK_ENOMEM;
    }
    unlink(w->aside); /* what a crash may have left of a process with our number */
    const int fd = open(w->aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
        w->f = fdopen(fd, "wb");
    }
    if (w->f == NULL) {
        (void)fail(path, err);
        if (fd >= 0) {
            close(fd);
            unlink(w->aside);
        }
        dk_writer_abandon(w);
        return DK_EIO;
    }
    return DK_OK;
}

/* Makes the new name in the folder last. A folder that may be written but not read cannot be synced, and some
 * file systems know no such thing: neither is a failure. */
static bool sync_folder(char *path) {
    char *const slash = strrchr(path, '/');
    const char *folder = ".";
    if (slash == path) {
        folder = "/";
    } else if (slash != NULL) {
        *slash = '\0';
        folder = path;
    }
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = fd < 0 || fsync(fd) == 0 || errno == EINVAL;
    const int kept = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (slash != NULL) {
        *slash = '/';
    }
    errno = kept;
    return good;
}

static dk_status publish(dk_writer *w, dk_error *err) {
    const bool lost = ferror(w->f) != 0; /* an earlier write; its errno is gone */
    if (fflush(w->f) != 0 || (!lost && fsync(fileno(w->f)) != 0)) {
        return fail(w->path, err);
    }
    if (lost) {
        return dk_fail(err, DK_EIO, "cannot write '%s': a write failed; is the disk full?", w->path);
    }
    FILE *const f = w->f;
    w->f = NULL;
    if (fclose(f) != 0 || rename(w->aside, w->path) != 0) {
        const dk_status status = fail(w->path, err);
        unlink(w->aside);
        return status;
    }
    return sync_folder(w->path) ? DK_OK : fail(w->path, err);
}

dk_status dk_writer_commit(dk_writer *w, dk_error *err) {
    const dk_status status = publish(w, err);
    dk_writer_abandon(w);
    return status;
}

void dk_writer_abandon(dk_writer *w) {
    if (w->f != NULL) {
        fclose(w->f);
        unlink(w->aside);
    }
    free(w->path);
    free(w->aside);
    *w = (dk_writer){0};
}

dk_status dk_file_write(const char *path, const void *bytes, size_t size, dk_error *err) {
    dk_writer w;
    DK_TRY(dk_writer_open(&w, path, err));
    if (fwrite(bytes, 1, size, w.f) != size) {
        const dk_status status = fail(path, err);
        dk_writer_abandon(&w);
        return status;
    }
    return dk_writer_commit(&w, err);
}

/* ---- what a crash left ---- */

/* NAME.<process>.tmp of a process that is no more: the length of NAME, else 0. */
static size_t left_by_dead(const char *entry) {
    const char *const end = strrchr(entry, '.');
    const char *at = end;
    if (end == NULL || strcmp(end, ".tmp") != 0) {
        return 0;
    }
    while (at > entry && at[-1] >= '0' && at[-1] <= '9') {
        at--;
    }
    errno = 0;
    const long process = strtol(at, NULL, 10);
    const bool named = at < end && at > entry + 1 && at[-1] == '.' && errno == 0;
    const bool sane = named && process > 0 && process == (pid_t)process;
    return sane && kill((pid_t)process, 0) != 0 && errno == ESRCH ? (size_t)(at - 1 - entry) : 0;
}

static bool is_one_of(const char *const *names, const char *entry, size_t n) {
    for (; names != NULL && *names != NULL; names++) {
        if (strlen(*names) == n && strncmp(*names, entry, n) == 0) {
            return true;
        }
    }
    return names == NULL;
}

void dk_writer_sweep(const char *folder, const char *const *names) {
    DIR *const dir = opendir(folder);
    const struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct stat info;
        const size_t n = left_by_dead(entry->d_name);
        if (n > 0 && is_one_of(names, entry->d_name, n) &&
            fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode)) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
}

dk_status dk_writer_probe(const char *path, dk_error *err) {
    dk_writer probe;
    char *folder = NULL;
    const char *const name = dk_path_name(path);
    DK_TRY(dk_writer_open(&probe, path, err));
    dk_writer_abandon(&probe);
    if (asprintf(&folder, "%.*s.", (int)(name - path), path) >= 0) { /* "charts/.", or "." */
        dk_writer_sweep(folder, (const char *const[]){name, NULL});
        free(folder);
    }
    return DK_OK;
}
