/* A feed sent on, piece after piece, in the connection's own thread: it takes what is the newest when it has sent the one
 * before, and at most DK_FRAMES_A_SECOND. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "serve/http/parts.h"

#define SLICE .25    /* seconds of a wait after which the end is looked for */
#define HEARTBEAT 5. /* seconds after which something is sent although nothing is new */
enum { BLOCK = 32 << 10, HEAD = 256 };

/* How pieces stand one behind the other. */
typedef struct {
    const char *type; /* of page->follow */
    const char *full; /* Content-Type */
    const char *first;
    void (*head)(char out[HEAD], const dk_page *page, const dk_piece *piece);
    const char *tail;
    const char *heartbeat; /* NULL: the last piece once more */
} framing;

static void part_head(char out[HEAD], const dk_page *page, const dk_piece *piece) {
    snprintf(out, HEAD, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", page->type, piece->size);
}

static void event_head(char out[HEAD], const dk_page *page, const dk_piece *piece) {
    (void)page, (void)piece;
    strcpy(out, "data: ");
}

/* The boundary comes right behind a part: a browser shows what it knows to be whole. */
static const framing framings[] = {
    {DK_FOLLOW_PARTS, DK_FOLLOW_PARTS "; boundary=darknet", "--darknet\r\n", part_head, "\r\n--darknet\r\n",
     NULL},
    {DK_FOLLOW_EVENTS, DK_FOLLOW_EVENTS, "retry: 2000\n\n", event_head, "\n\n", ":\n\n"},
};

typedef struct {
    dk_server *server;
    int socket;
    const dk_page *page;
    const framing *framing;
    const dk_piece *piece; /* that is sent; NULL: none */
    char head[HEAD];
    const char *text[3]; /* that are still to be sent: head, piece, tail */
    size_t left[3];
    long number; /* of the last piece */
    double next; /* clock: when there may be another */
} follower;

static void put(follower *f, int i, const char *text, size_t size) {
    f->text[i] = text;
    f->left[i] = size;
}

static void begin_piece(follower *f, const dk_piece *piece) {
    dk_piece_leave(f->piece);
    f->piece = piece;
    f->number = piece->number;
    f->framing->head(f->head, f->page, piece);
    put(f, 0, f->head, strlen(f->head));
    put(f, 1, (const char *)piece->bytes, piece->size);
    put(f, 2, f->framing->tail, strlen(f->framing->tail));
}

/* Copies what fits of what is to be sent. */
static size_t send_on(follower *f, char *out, size_t room) {
    size_t done = 0;
    for (int i = 0; i < 3; i++) {
        const size_t n = f->left[i] < room - done ? f->left[i] : room - done;
        if (n > 0) {
            memcpy(out + done, f->text[i], n);
            put(f, i, f->text[i] + n, f->left[i] - n);
            done += n;
        }
    }
    return done;
}

static bool has_gone(const follower *f) {
    char byte;
    return atomic_load(&f->server->ending) || recv(f->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Until there may be another piece. */
static void keep_pace(follower *f) {
    const double left = f->next - dk_clock_now();
    if (left > 0) {
        nanosleep(&(struct timespec){.tv_sec = (time_t)left,
                                     .tv_nsec = (long)(1e9 * (left - (double)(time_t)left))},
                  NULL);
    }
}

/* Waits for something to send; false: nothing more will come, or nobody reads. */
static bool next_piece(follower *f) {
    const double beat = dk_clock_now() + HEARTBEAT;
    const dk_piece *piece = NULL;
    keep_pace(f);
    for (;;) {
        const dk_feed_news news = dk_feed_take(f->page->feed, f->number, SLICE, &piece);
        if (news == DK_FEED_PIECE) {
            f->next = dk_clock_now() + 1. / DK_FRAMES_A_SECOND;
            begin_piece(f, piece);
            return true;
        }
        if (news == DK_FEED_END || has_gone(f)) {
            return false;
        }
        if (dk_clock_now() > beat && (f->framing->heartbeat != NULL || f->piece != NULL)) {
            break;
        }
    }
    if (f->framing->heartbeat != NULL) {
        put(f, 0, f->framing->heartbeat, strlen(f->framing->heartbeat));
    } else {
        const dk_piece *const again = f->piece;
        f->piece = NULL;
        begin_piece(f, again);
    }
    return true;
}

static ssize_t read_on(void *follower_, uint64_t at, char *out, size_t room) {
    follower *f = follower_;
    (void)at;
    if (f->left[0] + f->left[1] + f->left[2] == 0 && !next_piece(f)) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    return (ssize_t)send_on(f, out, room);
}

static void leave(void *follower_) {
    follower *f = follower_;
    dk_piece_leave(f->piece);
    atomic_fetch_sub(&f->server->followers, 1);
    free(f);
}

struct MHD_Response *dk_follow(dk_server *s, dk_caller *v, const dk_page *page) {
    const framing *const way = &framings[strcmp(page->follow, framings[0].type) == 0 ? 0 : 1];
    follower *f = calloc(1, sizeof *f);
    struct MHD_Response *response =
        f != NULL ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_on, f, leave) : NULL;
    if (response == NULL) {
        free(f);
        return NULL;
    }
    *f = (follower){.server = s, .socket = v->socket, .page = page, .framing = way};
    put(f, 0, way->first, strlen(way->first));
    atomic_fetch_add(&s->followers, 1);
    MHD_add_response_header(response, "Content-Type", way->full);
    return response;
}
