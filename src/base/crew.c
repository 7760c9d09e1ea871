/* All that threads agree upon is one number, the ticket: which piece of work this is, how many shares it has, and the
 * next of them. Taking a share is one compare-and-swap of it; what the piece is about is read before, and is right when
 * the swap succeeds, for it does not change while a share of it is left. */
#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    SHARE_BITS = 20,
    MOST = (1 << SHARE_BITS) - 1, /* shares of a piece */
    LOOKS = 4000                  /* for work before sleeping: some 50 microseconds */
};

struct dk_crew {
    int threads, started;
    pthread_t *others;
    void (*begin)(void);
    _Atomic uint64_t ticket; /* piece, shares, next share */
    _Atomic(dk_crew_task *) task;
    _Atomic(void *) self;
    atomic_int first; /* number of the piece's first share */
    atomic_int left;  /* shares that are not done */
    atomic_bool ends;
    atomic_int asleep;  /* threads that wait for work */
    atomic_bool waited; /* for: the caller sleeps until all is done */
    pthread_mutex_t lock;
    pthread_cond_t work, done;
};

static _Thread_local int this_thread;

int dk_crew_thread(void) {
    return this_thread;
}

static uint64_t piece_of(uint64_t ticket) {
    return ticket >> (2 * SHARE_BITS);
}

static void pause_briefly(void) {
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* Does shares until none is left of the piece that is on; the ticket then. */
static uint64_t work(dk_crew *c) {
    for (;;) {
        uint64_t ticket = atomic_load(&c->ticket);
        dk_crew_task *task = atomic_load(&c->task);
        void *self = atomic_load(&c->self);
        const int first = atomic_load(&c->first);
        const int next = (int)(ticket & MOST), shares = (int)(ticket >> SHARE_BITS & MOST);
        if (next >= shares) {
            return ticket;
        }
        if (!atomic_compare_exchange_strong(&c->ticket, &ticket, ticket + 1)) {
            continue;
        }
        task(self, first + next);
        if (atomic_fetch_sub(&c->left, 1) == 1 && atomic_load(&c->waited)) {
            pthread_mutex_lock(&c->lock);
            pthread_cond_signal(&c->done);
            pthread_mutex_unlock(&c->lock);
        }
    }
}

static bool nothing_new(dk_crew *c, uint64_t piece) {
    return piece_of(atomic_load(&c->ticket)) == piece && !atomic_load(&c->ends);
}

static void wait_for_work(dk_crew *c, uint64_t piece) {
    for (int i = 0; i < LOOKS; i++) {
        if (!nothing_new(c, piece)) {
            return;
        }
        pause_briefly();
    }
    pthread_mutex_lock(&c->lock);
    atomic_fetch_add(&c->asleep, 1);
    while (nothing_new(c, piece)) {
        pthread_cond_wait(&c->work, &c->lock);
    }
    atomic_fetch_sub(&c->asleep, 1);
    pthread_mutex_unlock(&c->lock);
}

typedef struct {
    dk_crew *crew;
    int thread;
} start;

static void *run(void *argument) {
    const start s = *(start *)argument;
    free(argument);
    this_thread = s.thread;
    if (s.crew->begin != NULL) {
        s.crew->begin();
    }
    while (!atomic_load(&s.crew->ends)) {
        wait_for_work(s.crew, piece_of(work(s.crew)));
    }
    return NULL;
}

static dk_status start_thread(dk_crew *c, dk_error *err) {
    start *s = malloc(sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "a thread");
    }
    *s = (start){c, c->started + 1};
    if (pthread_create(&c->others[c->started], NULL, run, s) != 0) {
        free(s);
        return dk_fail(err, DK_ENOMEM, "cannot start thread %d of %d (-threads)", c->started + 2, c->threads);
    }
    c->started++;
    return DK_OK;
}

dk_status dk_crew_open(dk_crew **out, int threads, void (*begin)(void), dk_error *err) {
    dk_crew *c = calloc(1, sizeof *c);
    pthread_t *others = calloc((size_t)threads, sizeof *others);
    if (c == NULL || others == NULL) {
        free(c);
        free(others);
        return dk_no_memory(err, (size_t)threads * sizeof *others, "threads");
    }
    c->threads = threads;
    c->others = others;
    c->begin = begin;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->work, NULL);
    pthread_cond_init(&c->done, NULL);
    dk_status status = DK_OK;
    while (status == DK_OK && c->started < threads - 1) {
        status = start_thread(c, err);
    }
    if (status != DK_OK) {
        dk_crew_close(c);
        return status;
    }
    *out = c;
    return DK_OK;
}

void dk_crew_close(dk_crew *c) {
    if (c == NULL) {
        return;
    }
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->ends, true);
    pthread_cond_broadcast(&c->work);
    pthread_mutex_unlock(&c->lock);
    for (int i = 0; i < c->started; i++) {
        pthread_join(c->others[i], NULL);
    }
    pthread_cond_destroy(&c->done);
    pthread_cond_destroy(&c->work);
    pthread_mutex_destroy(&c->lock);
    free(c->others);
    free(c);
}

/* Until the others have done the shares that they took. */
static void wait_for_others(dk_crew *c) {
    for (int i = 0; i < LOOKS; i++) {
        if (atomic_load(&c->left) == 0) {
            return;
        }
        pause_briefly();
    }
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->waited, true);
    while (atomic_load(&c->left) > 0) {
        pthread_cond_wait(&c->done, &c->lock);
    }
    atomic_store(&c->waited, false);
    pthread_mutex_unlock(&c->lock);
}

static void do_piece(dk_crew *c, int first, int shares, dk_crew_task *task, void *self) {
    const uint64_t piece = piece_of(atomic_load(&c->ticket)) + 1;
    atomic_store(&c->task, task);
    atomic_store(&c->self, self);
    atomic_store(&c->first, first);
    atomic_store(&c->left, shares);
    atomic_store(&c->ticket, piece << (2 * SHARE_BITS) | (uint64_t)shares << SHARE_BITS);
    if (atomic_load(&c->asleep) > 0) {
        pthread_mutex_lock(&c->lock);
        pthread_cond_broadcast(&c->work);
        pthread_mutex_unlock(&c->lock);
    }
    (void)work(c);
    wait_for_others(c);
}

void dk_crew_do(dk_crew *c, int shares, dk_crew_task *task, void *self) {
    if (c->threads == 1 || shares == 1) {
        for (int s = 0; s < shares; s++) {
            task(self, s);
        }
        return;
    }
    for (int first = 0; first < shares; first += MOST) {
        do_piece(c, first, shares - first < MOST ? shares - first : MOST, task, self);
    }
}
