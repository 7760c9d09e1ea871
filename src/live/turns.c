/* A list of those who wait, each on his own stack. */
#include "live/turns.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { MOST = 32, NAMELESS = 4 }; /* that wait; of them without a name */

typedef struct waiter {
    const char *who;
    dk_turn turn;
    void *user;
    dk_status status;
    dk_error *err;
    bool done;
    struct waiter *next;
} waiter;

struct dk_turns {
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    pthread_t thread;
    bool runs, stop;
    waiter *first;
};

static void *work(void *user) {
    dk_turns *t = user;
    pthread_mutex_lock(&t->lock);
    while (!t->stop || t->first != NULL) {
        waiter *const w = t->first;
        if (w == NULL) {
            pthread_cond_wait(&t->wake, &t->lock);
            continue;
        }
        t->first = w->next;
        pthread_mutex_unlock(&t->lock);
        const dk_status status = w->turn(w->user, w->err);
        pthread_mutex_lock(&t->lock);
        w->status = status;
        w->done = true;
        pthread_cond_broadcast(&t->done);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

dk_status dk_turns_open(dk_turns **out, dk_error *err) {
    dk_turns *t = *out = calloc(1, sizeof *t);
    if (t == NULL) {
        return dk_no_memory(err, sizeof *t, "the network's thread");
    }
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->wake, NULL);
    pthread_cond_init(&t->done, NULL);
    t->runs = pthread_create(&t->thread, NULL, work, t) == 0;
    return t->runs ? DK_OK : dk_fail(err, DK_EIO, "cannot start the network's thread");
}

void dk_turns_close(dk_turns *t) {
    if (t == NULL) {
        return;
    }
    pthread_mutex_lock(&t->lock);
    t->stop = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    if (t->runs) {
        pthread_join(t->thread, NULL);
    }
    pthread_cond_destroy(&t->wake);
    pthread_cond_destroy(&t->done);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static bool is_same(const waiter *a, const waiter *b) {
    return a->who != NULL && b->who != NULL && strcmp(a->who, b->who) == 0;
}

/* Puts one at the end, or in the place of his own that waits. False: too many do. */
static bool stand(dk_turns *t, waiter *w) {
    int waiting = 0, nameless = 0;
    waiter **at = &t->first;
    for (; *at != NULL; at = &(*at)->next) {
        waiter *const other = *at;
        if (is_same(other, w)) {
            w->next = other->next;
            *at = w;
            other->status = dk_fail(other->err, DK_ENOMEM, "a newer frame of this visitor has come");
            other->done = true;
            pthread_cond_broadcast(&t->done);
            return true;
        }
        waiting++;
        nameless += other->who == NULL;
    }
    if (waiting >= MOST || (w->who == NULL && nameless >= NAMELESS)) {
        return false;
    }
    *at = w;
    return true;
}

dk_status dk_turns_take(dk_turns *t, const char *who, dk_turn turn, void *user, dk_error *err) {
    waiter w = {.who = who, .turn = turn, .user = user, .err = err};
    pthread_mutex_lock(&t->lock);
    const bool stands = stand(t, &w);
    pthread_cond_signal(&t->wake);
    while (stands && !w.done) {
        pthread_cond_wait(&t->done, &t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    return stands ? w.status : dk_fail(err, DK_ENOMEM, "too many wait for the network; come again");
}
