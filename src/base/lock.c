/* The file holds the number of the process that has it. Between opening and locking it may have been removed by who had
 * it: the lock is good only when the name still leads to the file that we have open. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static long read_holder(int fd) {
    char text[32] = "";
    const ssize_t n = pread(fd, text, sizeof text - 1, 0);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

static bool is_named(int fd, const char *path) {
    struct stat ours, named;
    return fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

/* The open and locked file; −1 with errno. */
static int open_locked(const char *path, long *holder) {
    for (;;) {
        const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0) {
            return -1;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            *holder = read_holder(fd);
            close(fd);
            return -1;
        }
        if (is_named(fd, path)) {
            return fd;
        }
        close(fd);
    }
}

dk_status dk_lock_take(dk_lock *lock, const char *path, long *holder, dk_error *err) {
    char room[128];
    *holder = -1;
    *lock = (dk_lock){.path = strdup(path), .fd = -1};
    if (lock->path == NULL) {
        return dk_no_memory(err, strlen(path), path);
    }
    lock->fd = open_locked(path, holder);
    if (lock->fd < 0) {
        const int code = errno;
        free(lock->path);
        *lock = (dk_lock){0};
        return *holder >= 0
                   ? DK_EIO
                   : dk_fail(err, DK_EIO, "cannot write '%s': %s", path, strerror_r(code, room, sizeof room));
    }
    const int n = snprintf(room, sizeof room, "%ld\n", (long)getpid());
    if (ftruncate(lock->fd, 0) != 0 || pwrite(lock->fd, room, (size_t)n, 0) != n) {
        dk_lock_release(lock);
        return dk_fail(err, DK_EIO, "cannot write '%s': is the disk full?", path);
    }
    return DK_OK;
}

void dk_lock_release(dk_lock *lock) {
    if (lock->path != NULL) {
        unlink(lock->path); /* while it is still ours */
        close(lock->fd);
        free(lock->path);
    }
    *lock = (dk_lock){0};
}
