/* Ranks as threads of one process. They meet, look into each other's memory, and meet again before it changes: every rank
 * sums its slice of the values over all ranks, in their order, and writes it to all. Spans that were begun are summed
 * when all is there, once a step: memory of one process is summed faster than it is copied. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/load.h"
#include "dist/bf16.h"
#include "dist/comm.h"

enum {
    SPANS = 64,  /* begun at a time; adjacent ones are one */
    LOOKS = 4000 /* for the others before sleeping: some 50 microseconds */
};

/* What the ranks share. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t news;
    int world, users, arrived;
    atomic_long round;  /* meetings so far */
    atomic_bool failed; /* somebody has left, for the reason `why` */
    dk_error why;
    void **given; /* of each rank: what the others may look at */
} hub;

typedef struct {
    dk_comm comm; /* first: a seat is a dk_comm */
    hub *hub;
    struct {
        float *values;
        size_t n;
        bool bf16;
    } spans[SPANS];
    int count;
} seat;

/* ---- meeting ---- */

static void pause_briefly(void) {
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

static bool waits(hub *h, long round) {
    return atomic_load(&h->round) == round && !atomic_load(&h->failed);
}

static void wait_for_all(hub *h, long round) {
    for (int i = 0; i < LOOKS && waits(h, round); i++) {
        pause_briefly();
    }
    pthread_mutex_lock(&h->lock);
    while (waits(h, round)) {
        pthread_cond_wait(&h->news, &h->lock);
    }
    pthread_mutex_unlock(&h->lock);
}

/* Returns when all ranks are here, or one has left. */
static dk_status meet(seat *s, dk_error *err) {
    hub *const h = s->hub;
    pthread_mutex_lock(&h->lock);
    const long round = atomic_load(&h->round);
    const bool last = ++h->arrived == h->world;
    if (last) {
        h->arrived = 0;
        atomic_store(&h->round, round + 1);
        pthread_cond_broadcast(&h->news);
    }
    pthread_mutex_unlock(&h->lock);
    if (!last) {
        wait_for_all(h, round);
    }
    if (atomic_load(&h->round) != round) {
        return DK_OK;
    }
    s->comm.agreed = true; /* it is known to all, and the reason with it */
    return dk_fail(err, h->why.status, "%s", h->why.text);
}

/* Shows `mine` to the others, and waits for theirs. */
static dk_status show(seat *s, void *mine, dk_error *err) {
    s->hub->given[s->comm.rank] = mine;
    return meet(s, err);
}

/* ---- sums ---- */

/* This rank's slice of n values. */
static void slice(const seat *s, size_t n, size_t *first, size_t *last) {
    const size_t rank = (size_t)s->comm.rank, world = (size_t)s->comm.world;
    *first = n / world * rank + (n % world < rank ? n % world : rank);
    *last = *first + n / world + (rank < n % world);
}

static dk_status sum_span(seat *s, float *values, size_t n, bool bf16, dk_error *err) {
    size_t first = 0, last = 0;
    slice(s, n, &first, &last);
    DK_TRY(show(s, values, err));
    float *const *const given = (float **)s->hub->given;
    for (size_t i = first; bf16 && i < last; i++) {
        given[0][i] = dk_bf16_round(given[0][i]);
    }
    for (int r = 1; r < s->comm.world; r++) {
        for (size_t i = first; bf16 && i < last; i++) {
            given[0][i] = dk_bf16_round(given[0][i] + dk_bf16_round(given[r][i]));
        }
        for (size_t i = first; !bf16 && i < last; i++) {
            given[0][i] += given[r][i];
        }
    }
    for (int r = 1; r < s->comm.world; r++) {
        memcpy(given[r] + first, given[0] + first, (last - first) * sizeof(float));
    }
    return meet(s, err);
}

static dk_status finish(dk_comm *c, dk_error *err) {
    seat *const s = (seat *)c;
    const int count = s->count;
    s->count = 0;
    for (int i = 0; i < count; i++) {
        DK_TRY(sum_span(s, s->spans[i].values, s->spans[i].n, s->spans[i].bf16, err));
    }
    return DK_OK;
}

static dk_status begin(dk_comm *c, float *values, size_t n, bool bf16, dk_error *err) {
    seat *const s = (seat *)c;
    if (s->count > 0 && values + n == s->spans[s->count - 1].values && bf16 == s->spans[s->count - 1].bf16) {
        s->spans[s->count - 1].values = values;
        s->spans[s->count - 1].n += n;
        return DK_OK;
    }
    if (s->count == SPANS) {
        DK_TRY(finish(c, err));
    }
    s->spans[s->count].values = values;
    s->spans[s->count].bf16 = bf16;
    s->spans[s->count++].n = n;
    return DK_OK;
}

static dk_status look(dk_comm *c, dk_error *err) {
    (void)c, (void)err;
    return DK_OK;
}

static dk_status total(dk_comm *c, double *values, size_t n, dk_error *err) {
    seat *const s = (seat *)c;
    size_t first = 0, last = 0;
    slice(s, n, &first, &last);
    DK_TRY(show(s, values, err));
    double *const *const given = (double **)s->hub->given;
    for (size_t i = first; i < last; i++) {
        double sum = given[0][i];
        for (int r = 1; r < c->world; r++) {
            sum += given[r][i];
        }
        for (int r = 0; r < c->world; r++) {
            given[r][i] = sum;
        }
    }
    return meet(s, err);
}

/* ---- bytes ---- */

static dk_status gather(dk_comm *c, int root, const void *mine, size_t bytes, void *all, dk_error *err) {
    seat *const s = (seat *)c;
    DK_TRY(show(s, (void *)mine, err));
    for (int r = 0; r < c->world && (root < 0 || root == c->rank); r++) {
        memcpy((char *)all + (size_t)r * bytes, s->hub->given[r], bytes);
    }
    return meet(s, err);
}

static dk_status share(dk_comm *c, int root, void *bytes, size_t n, dk_error *err) {
    seat *const s = (seat *)c;
    DK_TRY(show(s, bytes, err));
    if (c->rank != root) {
        memcpy(bytes, s->hub->given[root], n);
    }
    return meet(s, err);
}

/* ---- opening and closing ---- */

static void free_hub(hub *h) {
    pthread_mutex_destroy(&h->lock);
    pthread_cond_destroy(&h->news);
    free(h->given);
    free(h);
}

static void close(dk_comm *c, const dk_error *alone) {
    hub *const h = ((seat *)c)->hub;
    pthread_mutex_lock(&h->lock);
    if (alone != NULL && !atomic_load(&h->failed)) {
        h->why = *alone;
        if (c->rank > 0) {
            (void)dk_error_prefix(&h->why, alone->status, "rank %d", c->rank);
        }
        atomic_store(&h->failed, true);
        pthread_cond_broadcast(&h->news);
    }
    const bool last = --h->users == 0;
    pthread_mutex_unlock(&h->lock);
    if (last) {
        free_hub(h);
    }
    free(c);
}

static hub *open_hub(int world) {
    hub *const h = calloc(1, sizeof *h);
    void **const given = calloc((size_t)world, sizeof *given);
    if (h == NULL || given == NULL) {
        free(h);
        free(given);
        return NULL;
    }
    h->given = given;
    h->world = h->users = world;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->news, NULL);
    return h;
}

static bool open_seats(dk_comm **out, hub *h) {
    static const dk_comm_kind kind = {.name = "threads",
                                      .begin = begin,
                                      .look = look,
                                      .finish = finish,
                                      .total = total,
                                      .gather = gather,
                                      .share = share,
                                      .close = close};
    const int cores = dk_load_cores() / h->world;
    for (int r = 0; r < h->world; r++) {
        seat *const s = calloc(1, sizeof *s);
        if (s == NULL) {
            while (r-- > 0) {
                free(out[r]);
            }
            return false;
        }
        s->comm = (dk_comm){.kind = &kind,
                            .rank = r,
                            .world = h->world,
                            .near = h->world,
                            .cores = cores > 1 ? cores : 1,
                            .tells = r == 0};
        s->hub = h;
        out[r] = &s->comm;
    }
    return true;
}

dk_status dk_comm_threads(dk_comm **out, int world, dk_error *err) {
    hub *const h = open_hub(world);
    if (h == NULL || !open_seats(out, h)) {
        if (h != NULL) {
            free_hub(h);
        }
        return dk_no_memory(err, (size_t)world * sizeof(seat), "the ranks");
    }
    return DK_OK;
}
