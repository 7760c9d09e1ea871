/* Reading files whole, and where files are looked for. Only regular files are read: a FIFO would wait for
 * ever and a device never ends. A file may be a part of an archive (tar.h). */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/tar.h"
#include "base/text.h"

#ifndef DK_SHARE
#define DK_SHARE "/usr/local/share/darknet"
#endif

static dk_status fail(dk_error *err, const char *path) {
    char to[256];
    const int cause = errno;
    const ssize_t n = cause == ENOENT ? readlink(path, to, sizeof to) : -1;
    if (n > 0) {
        return dk_fail(err, DK_EIO, "cannot read '%s': it is a link to '%.*s', which is not there", path,
                       (int)n, to);
    }
    errno = cause;
    return dk_fail_errno(err, "cannot read '%s'", path);
}

static dk_status too_large(dk_error *err, const char *path, size_t limit) {
    char room[32];
    return dk_fail(err, DK_EFORMAT, "'%s' is larger than %s bytes; is it the right file?", path,
                   dk_text_count(room, (long long)limit));
}

/* A file, or the part of an archive that is one. */
typedef struct {
    int fd;
    size_t size;
    const dk_tar *archive; /* NULL: a file of its own */
    const dk_tar_file *part;
} opened;

static dk_status check(const struct stat *info, const char *path, size_t limit, size_t *size, dk_error *err) {
    if (S_ISDIR(info->st_mode)) {
        return dk_fail(err, DK_EIO, "cannot read '%s': it is a folder, not a file", path);
    }
    if (!S_ISREG(info->st_mode)) {
        return dk_fail(err, DK_EIO, "cannot read '%s': it is a pipe or device, not a regular file", path);
    }
    *size = (size_t)info->st_size;
    return limit > 0 && *size > limit ? too_large(err, path, limit) : DK_OK;
}

/* Reads to the end, wherever that is by now: size is where the file ended when it was opened (0 in /proc). */
static dk_status read_all(int fd, const char *path, size_t limit, uint8_t **bytes, size_t *size,
                          dk_error *err) {
    size_t room = 0, have = 0;
    for (;;) {
        if (have + 1 >= room) {
            room = room == 0 ? *size + 2 : room * 2;
            uint8_t *const more = realloc(*bytes, room);
            if (more == NULL) {
                return dk_no_memory(err, room, path);
            }
            *bytes = more;
        }
        const ssize_t n = read(fd, *bytes + have, room - 1 - have);
        if (n < 0 && errno != EINTR) {
            return fail(err, path);
        }
        have += n > 0 ? (size_t)n : 0;
        if (limit > 0 && have > limit) {
            return too_large(err, path, limit);
        }
        if (n == 0) {
            (*bytes)[have] = '\0';
            *size = have;
            return DK_OK;
        }
    }
}

/* *size: as check() finds it. */
static dk_status open_own(int *fd, const char *path, size_t limit, size_t *size, dk_error *err) {
    struct stat info;
    *fd = -1;
    if (stat(path, &info) != 0) {
        return fail(err, path);
    }
    DK_TRY(check(&info, path, limit, size, err)); /* to open a device may do something */
    /* What has become a FIFO since then must not be waited for. It means nothing to regular files. */
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0) {
        return fail(err, path);
    }
    const dk_status status = fstat(*fd, &info) != 0 ? fail(err, path) : check(&info, path, limit, size, err);
    if (status != DK_OK) {
        close(*fd);
        *fd = -1;
    }
    return status;
}

static dk_status open_part(opened *f, const char *path, size_t limit, dk_error *err) {
    size_t whole = 0;
    f->size = f->part->size;
    if (limit > 0 && f->size > limit) {
        return too_large(err, path, limit);
    }
    DK_TRY(open_own(&f->fd, f->archive->path, 0, &whole, err));
    if (lseek(f->fd, (off_t)f->part->at, SEEK_SET) < 0) {
        const dk_status status = fail(err, path);
        close(f->fd);
        return status;
    }
    return DK_OK;
}

static dk_status open_file(opened *f, const char *path, size_t limit, dk_error *err) {
    *f = (opened){.fd = -1};
    DK_TRY(dk_tar_find(&f->archive, &f->part, path, err));
    return f->part != NULL ? open_part(f, path, limit, err) : open_own(&f->fd, path, limit, &f->size, err);
}

dk_status dk_file_open(int *fd, const char *path, dk_error *err) {
    size_t size = 0;
    return open_own(fd, path, 0, &size, err);
}

/* Reads n bytes, or fewer where the file ends; how many, −1 for an error. */
static ssize_t read_up_to(int fd, uint8_t *bytes, size_t n) {
    size_t have = 0;
    ssize_t more = 1;
    while (have < n && more > 0) {
        more = read(fd, bytes + have, n - have);
        have += more > 0 ? (size_t)more : 0;
        more = more < 0 && errno == EINTR ? 1 : more;
    }
    return more < 0 ? -1 : (ssize_t)have;
}

/* The part of an archive, whole. */
static dk_status read_part(const opened *f, const char *path, uint8_t **bytes, dk_error *err) {
    *bytes = malloc(f->size + 1);
    if (*bytes == NULL) {
        return dk_no_memory(err, f->size + 1, path);
    }
    const ssize_t n = read_up_to(f->fd, *bytes, f->size);
    if (n < 0) {
        return fail(err, path);
    }
    if ((size_t)n < f->size) {
        return dk_fail(err, DK_EIO, "cannot read '%s': the archive became shorter", path);
    }
    (*bytes)[f->size] = '\0';
    if (f->archive->checked && crc32(0, *bytes, (uInt)f->size) != f->part->crc) {
        return dk_fail(err, DK_EFORMAT,
                       "'%s': its bytes are not those that its archive's index was made of (CRC-32)", path);
    }
    return DK_OK;
}

dk_status dk_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, dk_error *err) {
    opened f;
    *bytes = NULL;
    *size = 0;
    DK_TRY(open_file(&f, path, limit, err));
    *size = f.size;
    const dk_status status =
        f.part != NULL ? read_part(&f, path, bytes, err) : read_all(f.fd, path, limit, bytes, size, err);
    close(f.fd);
    if (status != DK_OK) {
        free(*bytes);
        *bytes = NULL;
        *size = 0;
    }
    return status;
}

dk_status dk_file_look(const char *path, void *head, size_t room, size_t *size, dk_error *err) {
    opened f;
    memset(head, 0, room);
    DK_TRY(open_file(&f, path, 0, err));
    const ssize_t have = read_up_to(f.fd, head, f.part != NULL && f.size < room ? f.size : room);
    *size = have > (ssize_t)f.size ? (size_t)have : f.size; /* in /proc every file says 0 */
    const dk_status status = have < 0 ? fail(err, path) : DK_OK;
    close(f.fd);
    return status;
}

void dk_file_ahead(const char *path) {
    opened f;
    if (open_file(&f, path, 0, NULL) == DK_OK) {
        (void)posix_fadvise(f.fd, f.part != NULL ? (off_t)f.part->at : 0, (off_t)f.size, POSIX_FADV_WILLNEED);
        close(f.fd);
    }
}

size_t dk_file_head(const char *path, uint8_t *bytes, size_t room) {
    size_t size = 0;
    return dk_file_look(path, bytes, room, &size, NULL) != DK_OK ? 0 : size < room ? size : room;
}

bool dk_path_exists(const char *path) {
    struct stat info;
    const dk_tar *archive = NULL;
    const dk_tar_file *part = NULL;
    return stat(path, &info) == 0 || (dk_tar_find(&archive, &part, path, NULL) == DK_OK && part != NULL);
}

bool dk_path_is_empty(const char *path) {
    struct stat info;
    return stat(path, &info) != 0 || info.st_size == 0;
}

bool dk_path_same(const char *a, const char *b) {
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool dk_path_is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

dk_status dk_path_join(char **out, const char *folder, const char *name, dk_error *err) {
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s/%s", folder, name);
    if (path.failed) {
        dk_buffer_free(&path);
        *out = NULL;
        return dk_no_memory(err, strlen(folder) + strlen(name), name);
    }
    *out = path.text;
    return DK_OK;
}

const char *dk_share_find(const char *path, dk_arena *arena) {
    if (path[0] != '/' && !dk_path_exists(path)) {
        const char *const shared = dk_arena_format(arena, "%s/%s", DK_SHARE, path);
        if (shared == NULL || dk_path_exists(shared)) {
            return shared;
        }
    }
    return dk_arena_text(arena, path);
}
