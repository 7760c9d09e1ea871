/* The loader: threads that fill a ring of batches ahead of the network.
 *
 * Rows are handed out as tickets 0, 1, 2 …: ticket t is row t mod batch of batch t ÷ batch, whose place in
 * the ring is its number mod SLOTS. A batch is ready when all its rows are done; its slot is free again when
 * the batch after it is asked for. What a row holds follows from its ticket alone (row.c), so the number of
 * threads changes nothing but the speed. */
#include "data/loader.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "data/row.h"

#define SLOTS 3 /* batches: one that is being used, two ahead */

typedef struct {
    float *pixels, *truth;
    int *pictures; /* −1: the row stayed empty */
    int done;      /* rows */
} slot;

/* What threads change, under the lock. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t work, news; /* for the threads; for who waits for them */
    long next;                 /* ticket */
    long tail;                 /* oldest batch that holds a slot */
    int busy;                  /* threads at a row */
    bool paused, quit;
    dk_error failure;
    slot slots[SLOTS];
} state;

typedef struct loader loader;
typedef struct {
    loader *loader;
    dk_row_desk desk;
    pthread_t thread;
    bool started;
} worker;

struct loader {
    dk_stream stream; /* first: a loader is a stream */
    dk_row_source rows;
    long batches; /* of a pass; LONG_MAX: for ever */
    bool handed;  /* batch `tail` is with the caller */
    state *state;
    worker *workers;
};

/* ---- the threads ---- */

/* Waits for a row to do; −1: the end. The lock is held. */
static long take_ticket(const loader *l, state *s) {
    const int batch = l->rows.conf.batch;
    while (!s->quit) {
        const long at = s->next / batch;
        if (!s->paused && s->failure.status == DK_OK && at < l->batches && at < s->tail + SLOTS) {
            return s->next++;
        }
        pthread_cond_wait(&s->work, &s->lock);
    }
    return -1;
}

static void *work(void *user) {
    worker *const w = user;
    const loader *const l = w->loader;
    state *const s = l->state;
    const int batch = l->rows.conf.batch;
    pthread_mutex_lock(&s->lock);
    for (long ticket = take_ticket(l, s); ticket >= 0; ticket = take_ticket(l, s)) {
        s->busy++;
        pthread_mutex_unlock(&s->lock);
        slot *const to = &s->slots[ticket / batch % SLOTS];
        const int row = (int)(ticket % batch);
        const ptrdiff_t truth = to->truth == NULL ? 0 : (ptrdiff_t)row * (ptrdiff_t)l->rows.truth;
        dk_error err = {0};
        const dk_status status =
            dk_row_fill(&l->rows, &w->desk, ticket, to->pixels + row * (ptrdiff_t)l->rows.floats,
                        to->truth == NULL ? NULL : to->truth + truth, &to->pictures[row], &err);
        pthread_mutex_lock(&s->lock);
        s->busy--;
        to->done++;
        if (status != DK_OK && s->failure.status == DK_OK) {
            s->failure = err;
        }
        if (to->done == batch || s->busy == 0 || status != DK_OK) {
            pthread_cond_broadcast(&s->news);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- opening and closing ---- */

static dk_status usual_alloc(void *user, size_t bytes, void **out, dk_error *err) {
    (void)user;
    *out = malloc(bytes);
    return *out != NULL ? DK_OK : dk_no_memory(err, bytes, "a batch of pictures");
}

static void usual_free(void *user, void *memory) {
    (void)user;
    free(memory);
}

static const dk_loader_memory usual = {usual_alloc, usual_free, NULL};

static const dk_loader_memory *memory_of(const dk_row_source *rows) {
    return rows->conf.memory.alloc != NULL ? &rows->conf.memory : &usual;
}

static dk_status open_slot(slot *s, const dk_row_source *rows, dk_error *err) {
    const dk_loader_memory *const m = memory_of(rows);
    const size_t batch = (size_t)rows->conf.batch;
    s->pictures = malloc(batch * sizeof(int));
    if (s->pictures == NULL) {
        return dk_no_memory(err, batch * sizeof(int), "a batch of pictures");
    }
    DK_TRY(m->alloc(m->user, batch * rows->floats * sizeof(float), (void **)&s->pixels, err));
    return rows->truth > 0 ? m->alloc(m->user, batch * rows->truth * sizeof(float), (void **)&s->truth, err)
                           : DK_OK;
}

static void close_slot(slot *s, const dk_row_source *rows) {
    const dk_loader_memory *const m = memory_of(rows);
    float *const taken[] = {s->pixels, s->truth};
    for (int i = 0; i < 2; i++) {
        if (taken[i] != NULL) {
            m->free(m->user, taken[i]);
        }
    }
    free(s->pictures);
}

static dk_status open_state(state **out, const dk_row_source *rows, dk_error *err) {
    state *const s = calloc(1, sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "the loader");
    }
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->news, NULL);
    *out = s;
    for (int i = 0; i < SLOTS; i++) {
        DK_TRY(open_slot(&s->slots[i], rows, err));
    }
    return DK_OK;
}

static void close_state(state *s, const dk_row_source *rows) {
    if (s == NULL) {
        return;
    }
    for (int i = 0; i < SLOTS; i++) {
        close_slot(&s->slots[i], rows);
    }
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->work);
    pthread_cond_destroy(&s->news);
    free(s);
}

static dk_status start(worker *w, loader *l, dk_error *err) {
    w->loader = l;
    DK_TRY(dk_row_desk_open(&w->desk, &l->rows, err));
    const int code = pthread_create(&w->thread, NULL, work, w);
    if (code != 0) {
        return dk_fail(err, DK_ENOMEM, "cannot start a loader thread: %s; fewer -threads would do",
                       strerror(code));
    }
    w->started = true;
    return DK_OK;
}

/* The threads and their ring, from batch conf.first on. */
static dk_status begin(loader *l, dk_error *err) {
    const dk_loader_conf *const conf = &l->rows.conf;
    DK_TRY(open_state(&l->state, &l->rows, err));
    l->state->tail = conf->first;
    l->state->next = conf->first * conf->batch;
    l->workers = calloc((size_t)conf->threads, sizeof *l->workers);
    if (l->workers == NULL) {
        return dk_no_memory(err, (size_t)conf->threads * sizeof *l->workers, "the loader's threads");
    }
    for (int i = 0; i < conf->threads; i++) {
        DK_TRY(start(&l->workers[i], l, err));
    }
    return DK_OK;
}

/* Stops the threads; what they have read ahead is gone. */
static void end(loader *l) {
    if (l->workers != NULL) {
        pthread_mutex_lock(&l->state->lock);
        l->state->quit = true;
        pthread_cond_broadcast(&l->state->work);
        pthread_mutex_unlock(&l->state->lock);
        for (int i = 0; i < l->rows.conf.threads; i++) {
            if (l->workers[i].started) {
                pthread_join(l->workers[i].thread, NULL);
            }
            dk_row_desk_close(&l->workers[i].desk);
        }
    }
    free(l->workers);
    close_state(l->state, &l->rows);
    l->workers = NULL;
    l->state = NULL;
    l->handed = false;
}

static dk_status open_all(loader *l, const dk_dataset *set, const dk_loader_conf *conf, dk_error *err) {
    const long whole = (long)conf->batch * (conf->world < 1 ? 1 : conf->world);
    l->batches = conf->shuffle ? LONG_MAX : (set->count + whole - 1) / whole;
    DK_TRY(dk_row_source_open(&l->rows, set, conf, err));
    return begin(l, err);
}

static void close(dk_stream *s) {
    loader *const l = (loader *)s;
    end(l);
    dk_row_source_close(&l->rows);
    free(l);
}

static dk_status reshape(dk_stream *s, int height, int width, dk_shape truth, long first, dk_error *err) {
    loader *const l = (loader *)s;
    end(l);
    dk_row_source_reshape(&l->rows, height, width, truth);
    l->rows.conf.first = first;
    return begin(l, err);
}

/* ---- batches ---- */

/* Closes the gaps of rows that stayed empty; rows from count on are zero. */
static int compact(const loader *l, slot *s) {
    const size_t floats = l->rows.floats, truth = l->rows.truth;
    const int batch = l->rows.conf.batch;
    int count = 0;
    for (int row = 0; row < batch; row++) {
        if (s->pictures[row] < 0) {
            continue;
        }
        if (row != count) {
            const size_t from = (size_t)row, to = (size_t)count;
            memcpy(s->pixels + to * floats, s->pixels + from * floats, floats * sizeof(float));
            if (s->truth != NULL) {
                memcpy(s->truth + to * truth, s->truth + from * truth, truth * sizeof(float));
            }
            s->pictures[count] = s->pictures[row];
        }
        count++;
    }
    const size_t empty = (size_t)(batch - count), begin = (size_t)count;
    memset(s->pixels + begin * floats, 0, empty * floats * sizeof(float));
    if (s->truth != NULL) {
        memset(s->truth + begin * truth, 0, empty * truth * sizeof(float));
    }
    return count;
}

/* Gives the caller's batch back to the threads and waits for the one after it; NULL at the end of the pass.
 */
static dk_status await(loader *l, slot **out, dk_error *err) {
    state *const s = l->state;
    *out = NULL;
    pthread_mutex_lock(&s->lock);
    if (l->handed) {
        s->slots[s->tail % SLOTS].done = 0;
        s->tail++;
        l->handed = false;
        pthread_cond_broadcast(&s->work);
    }
    slot *const wanted = &s->slots[s->tail % SLOTS];
    if (s->tail < l->batches) {
        while (wanted->done < l->rows.conf.batch && s->failure.status == DK_OK) {
            pthread_cond_wait(&s->news, &s->lock);
        }
        *out = wanted;
        l->handed = s->failure.status == DK_OK;
    }
    const dk_error failure = s->failure;
    pthread_mutex_unlock(&s->lock);
    if (failure.status != DK_OK) {
        return dk_fail(err, failure.status, "%s", failure.text);
    }
    return DK_OK;
}

static dk_status next(dk_stream *s, dk_batch *batch, dk_error *err) {
    loader *const l = (loader *)s;
    const dk_loader_conf *const conf = &l->rows.conf;
    *batch = (dk_batch){0};
    slot *ready = NULL;
    int count = 0;
    while (count == 0) { /* a validation batch of unreadable pictures only is passed over */
        DK_TRY(await(l, &ready, err));
        DK_TRY(dk_skips_check(l->rows.skips, conf->max_bad, err));
        if (ready == NULL) {
            return DK_OK;
        }
        count = compact(l, ready);
        if (count < conf->batch && conf->shuffle) {
            return dk_fail(err, DK_EDATA, "none of the %d pictures can be read", l->rows.set->count);
        }
    }
    const long first = l->state->tail * conf->batch * l->rows.world;
    *batch = (dk_batch){.count = count,
                        .pixels = ready->pixels,
                        .truth = ready->truth,
                        .floats = l->rows.truth,
                        .picture = ready->pictures,
                        .epoch = first / l->rows.set->count};
    return DK_OK;
}

static dk_status rewind_pass(dk_stream *stream, dk_error *err) {
    loader *const l = (loader *)stream;
    state *const s = l->state;
    (void)err;
    pthread_mutex_lock(&s->lock);
    if (s->tail > 0 || l->handed) {
        s->paused = true;
        while (s->busy > 0) {
            pthread_cond_wait(&s->news, &s->lock);
        }
        for (int i = 0; i < SLOTS; i++) {
            s->slots[i].done = 0;
        }
        s->next = s->tail = 0;
        l->handed = false;
        s->paused = false;
        pthread_cond_broadcast(&s->work);
    }
    pthread_mutex_unlock(&s->lock);
    return DK_OK;
}

static int skipped(const dk_stream *s) {
    return dk_skips_count(((const loader *)s)->rows.skips);
}

static const char *skip(const dk_stream *s, int i, int *picture) {
    return dk_skips_at(((const loader *)s)->rows.skips, i, picture);
}

static const dk_stream_kind kind = {.next = next,
                                    .rewind = rewind_pass,
                                    .reshape = reshape,
                                    .skipped = skipped,
                                    .skip = skip,
                                    .close = close};

dk_status dk_loader_open(dk_stream **out, const dk_dataset *set, const dk_loader_conf *conf, dk_error *err) {
    *out = NULL;
    if (conf->batch < 1 || conf->threads < 1 || conf->height < 1 || conf->width < 1 || conf->channels < 1) {
        return dk_fail(err, DK_EUSAGE, "a loader of batch %d, %dx%dx%d, %d threads; each must be at least 1",
                       conf->batch, conf->width, conf->height, conf->channels, conf->threads);
    }
    loader *const l = calloc(1, sizeof *l);
    if (l == NULL) {
        return dk_no_memory(err, sizeof *l, "the loader");
    }
    l->stream.kind = &kind;
    const dk_status status = open_all(l, set, conf, err);
    if (status != DK_OK) {
        close(&l->stream);
        return status;
    }
    *out = &l->stream;
    return DK_OK;
}
