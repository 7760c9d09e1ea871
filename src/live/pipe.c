/* The thread looks for the wish to stop ten times a second. */
#include "live/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"

enum { PERIOD = 100, ROOM = 1 << 16 }; /* milliseconds; bytes */

struct dk_pipe {
    int from, in, out; /* the pipe with a name; ours: where it is written, and read */
    const atomic_int *stop;
    atomic_int quit;
    pthread_t thread;
    bool running;
    char name[32];
    char bytes[ROOM];
};

static bool is_over(const dk_pipe *p) {
    return atomic_load(&p->quit) != 0 || (p->stop != NULL && atomic_load(p->stop) != 0);
}

/* Waits for the event; false when nobody wants to wait any longer. */
static bool wait_for(const dk_pipe *p, int fd, short event) {
    while (!is_over(p)) {
        struct pollfd look = {.fd = fd, .events = event};
        const int n = poll(&look, 1, PERIOD);
        if (n > 0 && (look.revents & event) != 0) {
            return true;
        }
        if (n > 0 && event == POLLOUT) { /* nobody reads any more */
            return false;
        }
        if (n > 0) { /* no writer is there: poll answers at once */
            const struct timespec period = {.tv_nsec = PERIOD * 1000000L};
            nanosleep(&period, NULL);
        }
    }
    return false;
}

static bool hand_on(const dk_pipe *p, size_t size) {
    for (size_t done = 0; done < size;) {
        if (!wait_for(p, p->in, POLLOUT)) {
            return false;
        }
        const ssize_t n = write(p->in, p->bytes + done, size - done);
        if (n < 0 && errno != EINTR && errno != EAGAIN) {
            return false;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Until the last writer has gone. */
static void *pump(void *user) {
    dk_pipe *const p = user;
    sigset_t gone;
    sigemptyset(&gone);
    sigaddset(&gone, SIGPIPE); /* a reader that has gone is an error of write() */
    pthread_sigmask(SIG_BLOCK, &gone, NULL);
    bool more = wait_for(p, p->from, POLLIN);
    while (more) {
        struct pollfd look = {.fd = p->from, .events = POLLIN};
        const int ready = poll(&look, 1, PERIOD);
        const ssize_t n = ready > 0 ? read(p->from, p->bytes, ROOM) : -1;
        const bool waits = ready == 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
        more = !is_over(p) && (n > 0 ? hand_on(p, (size_t)n) : waits);
    }
    close(p->in);
    return NULL;
}

static bool open_ends(dk_pipe *p, const char *source) {
    int ends[2];
    p->from = open(source, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (p->from < 0) {
        return false;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        close(p->from);
        return false;
    }
    p->out = ends[0];
    p->in = ends[1];
    snprintf(p->name, sizeof p->name, "/dev/fd/%d", p->out);
    (void)fcntl(p->in, F_SETFL, O_NONBLOCK);
    const int code = pthread_create(&p->thread, NULL, pump, p);
    p->running = code == 0;
    if (!p->running) {
        close(p->in);
        errno = code;
    }
    return p->running;
}

dk_status dk_pipe_open(dk_pipe **out, const char *source, const atomic_int *stop, dk_error *err) {
    struct stat info;
    *out = NULL;
    if (stat(source, &info) != 0 || !S_ISFIFO(info.st_mode)) {
        return DK_OK;
    }
    dk_pipe *const p = calloc(1, sizeof *p);
    if (p == NULL) {
        return dk_no_memory(err, sizeof *p, source);
    }
    p->from = p->out = -1;
    p->stop = stop;
    if (!open_ends(p, source)) {
        const dk_status status = dk_fail_errno(err, "cannot read '%s'", source);
        dk_pipe_close(p);
        return status;
    }
    *out = p;
    return DK_OK;
}

const char *dk_pipe_name(const dk_pipe *pipe) {
    return pipe->name;
}

void dk_pipe_close(dk_pipe *p) {
    if (p == NULL) {
        return;
    }
    if (p->running) {
        atomic_store(&p->quit, 1);
        pthread_join(p->thread, NULL);
    }
    if (p->out >= 0) {
        close(p->out);
    }
    if (p->from >= 0) {
        close(p->from);
    }
    free(p);
}
