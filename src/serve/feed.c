/* Pieces are counted by those who keep them: the feed itself, and readers that are sending one. */
#include "serve/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

typedef struct {
    atomic_int kept;
    dk_piece piece;
} counted;

struct dk_feed {
    pthread_mutex_t lock;
    pthread_cond_t news;
    counted *newest; /* NULL: nothing was put yet */
    long number;     /* of the newest */
    int waiting;     /* readers */
    bool taken;      /* the newest, by one of them */
    bool ended;
};

static counted *around(const dk_piece *piece) {
    return (counted *)((char *)(uintptr_t)piece - offsetof(counted, piece));
}

dk_status dk_feed_open(dk_feed **out, dk_error *err) {
    dk_feed *f = *out = calloc(1, sizeof *f);
    if (f == NULL) {
        return dk_no_memory(err, sizeof *f, "a feed");
    }
    pthread_mutex_init(&f->lock, NULL);
    dk_clock_condition(&f->news);
    return DK_OK;
}

void dk_feed_close(dk_feed *f) {
    if (f != NULL) {
        dk_piece_leave(f->newest != NULL ? &f->newest->piece : NULL);
        pthread_cond_destroy(&f->news);
        pthread_mutex_destroy(&f->lock);
        free(f);
    }
}

dk_status dk_feed_put(dk_feed *f, const void *bytes, size_t size, dk_error *err) {
    counted *c = malloc(sizeof *c + size);
    if (c == NULL) {
        return dk_no_memory(err, sizeof *c + size, "what a page shows");
    }
    atomic_init(&c->kept, 1);
    c->piece.size = size;
    memcpy(c->piece.bytes, bytes, size);
    pthread_mutex_lock(&f->lock);
    counted *const before = f->newest;
    c->piece.number = ++f->number;
    f->newest = c;
    f->taken = false;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    dk_piece_leave(before != NULL ? &before->piece : NULL);
    return DK_OK;
}

void dk_feed_end(dk_feed *f) {
    pthread_mutex_lock(&f->lock);
    f->ended = true;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
}

bool dk_feed_wanted(dk_feed *f) {
    pthread_mutex_lock(&f->lock);
    const bool wanted = !f->ended && (f->waiting > 0 || f->taken);
    pthread_mutex_unlock(&f->lock);
    return wanted;
}

dk_feed_news dk_feed_take(dk_feed *f, long after, double seconds, const dk_piece **piece) {
    const double until = dk_clock_now() + seconds;
    *piece = NULL;
    pthread_mutex_lock(&f->lock);
    after = after == DK_FEED_NOW ? f->number : after;
    f->waiting++;
    for (double left = seconds; f->number <= after && !f->ended && left > 0; left = until - dk_clock_now()) {
        dk_clock_wait(&f->news, &f->lock, left);
    }
    f->waiting--;
    const bool fresh = f->number > after;
    if (fresh) {
        atomic_fetch_add(&f->newest->kept, 1);
        *piece = &f->newest->piece;
        f->taken = true;
    }
    const bool ended = f->ended;
    pthread_mutex_unlock(&f->lock);
    return fresh ? DK_FEED_PIECE : ended ? DK_FEED_END : DK_FEED_NONE;
}

void dk_piece_leave(const dk_piece *piece) {
    if (piece != NULL && atomic_fetch_sub(&around(piece)->kept, 1) == 1) {
        free(around(piece));
    }
}
