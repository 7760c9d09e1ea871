#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "serve/http/parts.h"

/* What the system may keep of an answer that its reader does not take: more would show him the past. */
enum { KEPT = 128 << 10, BACKLOG = 128 };

static dk_status fail(const char *text, int fd, dk_error *err) {
    const int code = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (code == EADDRINUSE) {
        return dk_fail(err, DK_EIO,
                       "-http %s: another program listens at this port; give another one, or 0 for any that "
                       "is free",
                       text);
    }
    if (code == EACCES) {
        return dk_fail(err, DK_EIO, "-http %s: ports below 1024 want root; give one above", text);
    }
    if (code == EADDRNOTAVAIL) {
        return dk_fail(err, DK_EIO, "-http %s: this machine has no such address (`ip address` lists them)",
                       text);
    }
    errno = code;
    return dk_fail_errno(err, "-http %s: cannot listen there", text);
}

dk_status dk_listen(int *out, dk_address *a, const char *text, dk_error *err) {
    const int on = 1, kept = KEPT;
    DK_TRY(dk_address_read(a, text, err));
    const int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = dk_address_size(a);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kept, sizeof kept) != 0 || bind(fd, &a->any, size) != 0 ||
        listen(fd, BACKLOG) != 0 || getsockname(fd, &a->any, &size) != 0) {
        return fail(text, fd, err);
    }
    *out = fd;
    return DK_OK;
}
