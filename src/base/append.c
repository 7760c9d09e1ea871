/* Adding to a file: all of it or nothing. When the disk is full in the middle, the file is cut back to what it was. A link
 * is not followed, and a pipe not waited for: folders of runs come from strangers, too. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool put(int fd, const char *bytes, size_t size) {
    while (size > 0) {
        const ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0;
}

dk_status dk_file_append(const char *path, const void *bytes, size_t size, dk_error *err) {
    struct stat before;
    const int fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0666);
    bool good = fd >= 0 && fstat(fd, &before) == 0;
    int code = errno;
    if (good && !S_ISREG(before.st_mode)) {
        good = false;
        code = EINVAL;
    }
    if (good && !put(fd, bytes, size)) {
        code = errno;
        good = false;
        if (ftruncate(fd, before.st_size) != 0) {
            code = errno;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    errno = code;
    return good            ? DK_OK
           : code == ELOOP ? dk_fail(err, DK_EIO, "cannot write '%s': it is a link", path)
                           : dk_fail_errno(err, "cannot write '%s'", path);
}
