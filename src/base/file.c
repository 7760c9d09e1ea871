/* Reading files whole, and where files are looked for. Only regular files are read: a FIFO would wait for
 * ever and a device never ends. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
static dk_status open_file(int *fd, const char *path, size_t limit, size_t *size, dk_error *err) {
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

dk_status dk_file_open(int *fd, const char *path, dk_error *err) {
    size_t size = 0;
    return open_file(fd, path, 0, &size, err);
}

dk_status dk_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size, dk_error *err) {
    int fd = -1;
    *bytes = NULL;
    *size = 0;
    DK_TRY(open_file(&fd, path, limit, size, err));
    const dk_status status = read_all(fd, path, limit, bytes, size, err);
    close(fd);
    if (status != DK_OK) {
        free(*bytes);
        *bytes = NULL;
        *size = 0;
    }
    return status;
}

dk_status dk_file_look(const char *path, void *head, size_t room, size_t *size, dk_error *err) {
    int fd = -1;
    size_t have = 0;
    ssize_t n = 1;
    memset(head, 0, room);
    DK_TRY(open_file(&fd, path, 0, size, err));
    while (have < room && n > 0) {
        n = read(fd, (uint8_t *)head + have, room - have);
        have += n > 0 ? (size_t)n : 0;
        n = n < 0 && errno == EINTR ? 1 : n;
    }
    *size = have > *size ? have : *size; /* in /proc every file says 0 */
    const dk_status status = n < 0 ? fail(err, path) : DK_OK;
    close(fd);
    return status;
}

size_t dk_file_head(const char *path, uint8_t *bytes, size_t room) {
    size_t size = 0;
    return dk_file_look(path, bytes, room, &size, NULL) != DK_OK ? 0 : size < room ? size : room;
}

bool dk_path_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
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
