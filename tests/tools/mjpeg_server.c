/* A network camera on loopback: sends the frames of a Motion JPEG AVI, or the .jpg files of a folder, over and over as
 * multipart/x-mixed-replace to every client, so many a second; who reads slowly misses some, as with a real camera.
 * Prints its address once it listens; ends with SIGTERM or SIGINT.
 * Usage: mjpeg_server [-fps 25] [-port 0] FILE.avi|FOLDER      (port 0: any free one) */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

enum { MOST_FRAMES = 10000, REQUEST = 8192 };

typedef struct {
    const uint8_t *bytes;
    size_t size;
} jpeg;

/* What all clients share; nothing of it changes while they are served. */
typedef struct {
    jpeg frame[MOST_FRAMES];
    size_t count;
    long fps;
    double start;
} film;

typedef struct {
    const film *film;
    int socket;
} client;

/* ---- frames ---- */
static dk_status add(film *f, const uint8_t *bytes, size_t size, dk_error *err) {
    if (f->count == MOST_FRAMES) {
        return dk_fail(err, DK_EDATA, "more than %d frames", MOST_FRAMES);
    }
    f->frame[f->count++] = (jpeg){bytes, size};
    return DK_OK;
}

static dk_status add_file(void *user, const char *path, dk_error *err) {
    uint8_t *bytes;
    size_t size;
    if (!dk_text_ends(path, ".jpg")) {
        return DK_OK;
    }
    DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
    return add(user, bytes, size, err);
}

static size_t length_at(const uint8_t *p) {
    return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

/* Walks the chunks; lists are walked into, so that the frames of "movi" are met whatever stands before it. */
static dk_status add_avi(film *f, const char *path, dk_error *err) {
    uint8_t *bytes;
    size_t size;
    DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
    if (size < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "AVI ", 4) != 0) {
        free(bytes);
        return dk_fail(err, DK_EFORMAT, "%s: is no AVI", path);
    }
    for (size_t at = 12; at + 8 <= size;) {
        const size_t length = length_at(bytes + at + 4);
        if (memcmp(bytes + at, "LIST", 4) == 0) {
            at += 12;
            continue;
        }
        if (at + 8 + length > size) {
            return dk_fail(err, DK_EFORMAT, "%s: is cut short", path);
        }
        if (memcmp(bytes + at + 2, "dc", 2) == 0) {
            DK_TRY(add(f, bytes + at + 8, length, err));
        }
        at += 8 + length + length % 2;
    }
    return DK_OK; /* the bytes stay: the frames are in them */
}

/* ---- clients ---- */
static bool put(int socket, const void *bytes, size_t size) {
    for (const char *p = bytes; size > 0;) {
        const ssize_t n = send(socket, p, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        p += n;
        size -= (size_t)n;
    }
    return true;
}

/* Reads up to the empty line that ends a request; false when it is no GET. */
static bool asked(int socket) {
    char request[REQUEST + 1];
    size_t n = 0;
    while (n < REQUEST) {
        const ssize_t more = recv(socket, request + n, REQUEST - n, 0);
        if (more <= 0) {
            return false;
        }
        n += (size_t)more;
        request[n] = 0;
        if (strstr(request, "\r\n\r\n") != NULL) {
            return strncmp(request, "GET ", 4) == 0;
        }
    }
    return false;
}

static void sleep_until(double when) {
    const double left = when - dk_clock_now();
    if (left > 0) {
        const struct timespec pause = {(time_t)left, (long)(1e9 * (left - (double)(time_t)left))};
        nanosleep(&pause, NULL);
    }
}

static void *serve(void *user) {
    client *c = user;
    const film *f = c->film;
    static const char hello[] =
        "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n"
        "Cache-Control: no-cache\r\nConnection: close\r\n\r\n";
    bool good = asked(c->socket) && put(c->socket, hello, sizeof hello - 1);
    long next = (long)((dk_clock_now() - f->start) * (double)f->fps);
    while (good) {
        char head[128];
        const jpeg *j = &f->frame[(size_t)next % f->count];
        const int n = snprintf(head, sizeof head,
                               "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %zu\r\n\r\n", j->size);
        good =
            put(c->socket, head, (size_t)n) && put(c->socket, j->bytes, j->size) && put(c->socket, "\r\n", 2);
        const long now = (long)((dk_clock_now() - f->start) * (double)f->fps);
        next = now > next ? now : next + 1;
        sleep_until(f->start + (double)next / (double)f->fps);
    }
    close(c->socket);
    free(c);
    return NULL;
}

static int listen_on(long port, struct sockaddr_in *address) {
    socklen_t size = sizeof *address;
    *address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(s, (const struct sockaddr *)address, size) != 0 || listen(s, 8) != 0 ||
        getsockname(s, (struct sockaddr *)address, &size) != 0) {
        return -1;
    }
    return s;
}

static void accept_all(int listening, const film *f) {
    for (;;) {
        pthread_t thread;
        client *c = malloc(sizeof *c);
        if (c == NULL) {
            return;
        }
        *c = (client){f, accept(listening, NULL, NULL)};
        if (c->socket < 0 || pthread_create(&thread, NULL, serve, c) != 0) {
            free(c);
            continue;
        }
        pthread_detach(thread);
    }
}

static void end(int signal) {
    (void)signal;
    _exit(0);
}

int main(int argc, char **argv) {
    static film f = {.fps = 25};
    long port = 0;
    int i = 1;
    bool good = true;
    for (; i + 1 < argc && good && argv[i][0] == '-'; i += 2) {
        long *to = strcmp(argv[i], "-fps") == 0 ? &f.fps : strcmp(argv[i], "-port") == 0 ? &port : NULL;
        good = to != NULL && dk_text_int(argv[i + 1], to);
    }
    if (!good || i + 1 != argc || f.fps < 1 || f.fps > 1000 || port < 0 || port > 65535) {
        fprintf(stderr, "usage: mjpeg_server [-fps 25] [-port 0] FILE.avi|FOLDER\n");
        return 2;
    }
    dk_error err = {0};
    struct sockaddr_in address;
    const dk_status status =
        dk_path_is_folder(argv[i]) ? dk_folder_walk(argv[i], add_file, &f, &err) : add_avi(&f, argv[i], &err);
    if (status != DK_OK || f.count == 0) {
        fprintf(stderr, "mjpeg_server: %s\n", status != DK_OK ? err.text : "no frames");
        return 1;
    }
    const int listening = listen_on(port, &address);
    if (listening < 0) {
        fprintf(stderr, "mjpeg_server: cannot listen on port %ld: %s\n", port, strerror(errno));
        return 1;
    }
    signal(SIGTERM, end);
    signal(SIGINT, end);
    f.start = dk_clock_now();
    printf("http://127.0.0.1:%d/camera.mjpg\n", ntohs(address.sin_port));
    fflush(stdout);
    accept_all(listening, &f);
    return 1;
}
