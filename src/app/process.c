/* Descriptors and signals. */
#include "app/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Opened the wrong way round, so that who reads or writes is told EBADF, as of a closed one. */
void dk_process_begin(void) {
    static const int wrong_way[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", wrong_way[fd] | O_NOCTTY) != fd) {
            _exit(1); /* nothing may take its place, and there may be nowhere to say so */
        }
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

dk_status dk_stdout_flush(dk_error *err) {
    char room[128];
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return DK_OK;
    }
    const char *const why = errno == EBADF ? "it is closed" : strerror_r(errno, room, sizeof room);
    return errno != 0 ? dk_fail(err, DK_EIO, "cannot write to stdout: %s", why)
                      : dk_fail(err, DK_EIO, "cannot write to stdout");
}
