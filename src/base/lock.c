/* The file holds the number of the process that has it. Between opening and locking it may have been removed by who had
 * it: the lock is good only when the name still leads to the file that we have open. It is cut and written, so that it
 * must be a file of its own: a link that came with somebody's weights may lead to any file of the user, and goes. */
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

/* A regular file that has this name and no other. */
static bool is_lock(int fd, const char *path) {
    struct stat ours, named;
    return fstat(fd, &ours) == 0 && lstat(path, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev && S_ISREG(ours.st_mode) && ours.st_nlink <= 1;
}

/* Takes what is no lock out of the way: a link, a pipe, one of several names of a file. What it leads to stays.
 * False with errno: it cannot. */
static bool remove_stranger(const char *path) {
    struct stat info;
    const bool strange =
        lstat(path, &info) == 0 && !S_ISDIR(info.st_mode) && (!S_ISREG(info.st_mode) || info.st_nlink > 1);
    return !strange || unlink(path) == 0 || errno == ENOENT;
}

/* The open and locked file; −1 with errno. */
static int open_locked(dk_lock *lock, long *holder) {
    for (;;) {
        const int how = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
        const int fd = remove_stranger(lock->path) ? open(lock->path, how, 0666) : -1;
        if (fd < 0) {
            return -1;
        }
        lock->kept = flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (!lock->kept && errno == EWOULDBLOCK) {
            *holder = read_holder(fd);
            close(fd);
            return -1;
        }
        if (is_lock(fd, lock->path)) {
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
    lock->fd = open_locked(lock, holder);
    if (lock->fd < 0) {
        const int code = errno;
        free(lock->path);
        *lock = (dk_lock){0};
        errno = code;
        return *holder >= 0 ? DK_EIO : dk_fail_errno(err, "cannot write '%s'", path);
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
