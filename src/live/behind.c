/* Three asks go round: one waits, one is worked on, one is done. A mutex guards which is which. */
#include "live/behind.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct dk_behind {
    dk_predictor *classifier;
    bool thread, stop;
    pthread_t worker;
    pthread_mutex_t lock;
    pthread_cond_t wake, answered;
    dk_ask waits, works, done, taken;
    bool fresh;   /* done was not taken yet */
    bool working; /* the thread is at works */
    double seconds;
    dk_status status; /* of the thread */
    dk_error err;
};

const dk_tta *dk_ask_views(const dk_tta *wanted, bool stills, int faces) {
    const dk_tta *by_itself = stills || faces <= DK_FACES_FLIPPED ? &dk_tta_flip : &dk_tta_none;
    return wanted != NULL ? wanted : by_itself;
}

void dk_ask_clear(dk_ask *ask) {
    for (int i = 0; i < ask->count; i++) {
        dk_image_free(ask->crops[i]);
    }
    ask->count = 0;
}

/* Everything but the room for scores changes hands. */
static void move(dk_ask *to, dk_ask *from) {
    dk_ask_clear(to);
    float *room = to->scores;
    *to = *from;
    to->scores = room;
    from->count = 0;
}

static void swap(dk_ask *a, dk_ask *b) {
    const dk_ask kept = *a;
    *a = *b;
    *b = kept;
}

static dk_status answer(dk_behind *b, double *seconds, dk_error *err) {
    const double start = dk_clock_now();
    const dk_ask *w = &b->works;
    const dk_status status = dk_predictor_views(b->classifier, (const dk_image *const *)w->crops, w->count,
                                                w->tta, w->scores, err);
    *seconds = dk_clock_now() - start;
    return status;
}

static void *work(void *user) {
    dk_behind *b = user;
    pthread_mutex_lock(&b->lock);
    while (!b->stop && b->status == DK_OK) {
        if (b->waits.count == 0) {
            pthread_cond_wait(&b->wake, &b->lock);
            continue;
        }
        double seconds = 0;
        dk_error err = {0};
        move(&b->works, &b->waits);
        b->working = true;
        pthread_mutex_unlock(&b->lock);
        const dk_status status = answer(b, &seconds, &err);
        pthread_mutex_lock(&b->lock);
        b->working = false;
        b->seconds += seconds;
        b->status = status;
        b->err = err;
        swap(&b->done, &b->works);
        b->fresh = true;
        pthread_cond_signal(&b->answered);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static dk_status open_parts(dk_behind *b, dk_error *err) {
    dk_ask *const asks[] = {&b->waits, &b->works, &b->done, &b->taken};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        const size_t values = DK_TRACKS * b->classifier->outputs;
        asks[i]->scores = calloc(values, sizeof(float));
        if (asks[i]->scores == NULL) {
            return dk_no_memory(err, values * sizeof(float), "the faces' scores");
        }
    }
    return DK_OK;
}

dk_status dk_behind_open(dk_behind **out, dk_predictor *classifier, bool thread, dk_error *err) {
    dk_behind *b = calloc(1, sizeof *b);
    *out = NULL;
    if (b == NULL) {
        return dk_no_memory(err, sizeof *b, "the classifier's thread");
    }
    b->classifier = classifier;
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->wake, NULL);
    dk_clock_condition(&b->answered);
    dk_status status = open_parts(b, err);
    if (status == DK_OK && thread) {
        b->thread = pthread_create(&b->worker, NULL, work, b) == 0;
        status = b->thread ? DK_OK : dk_fail(err, DK_EIO, "cannot start the classifier's thread");
    }
    if (status != DK_OK) {
        dk_behind_close(b);
        return status;
    }
    *out = b;
    return DK_OK;
}

dk_status dk_behind_give(dk_behind *b, dk_ask *ask, dk_error *err) {
    if (b->thread) {
        pthread_mutex_lock(&b->lock);
        move(&b->waits, ask);
        pthread_cond_signal(&b->wake);
        pthread_mutex_unlock(&b->lock);
        return DK_OK;
    }
    double seconds = 0;
    move(&b->works, ask);
    DK_TRY(answer(b, &seconds, err));
    b->seconds += seconds;
    swap(&b->done, &b->works);
    b->fresh = true;
    return DK_OK;
}

void dk_behind_wait(dk_behind *b, double seconds) {
    const double until = dk_clock_now() + seconds;
    pthread_mutex_lock(&b->lock);
    for (double left = seconds; left > 0 && (b->working || b->waits.count > 0) && b->status == DK_OK;) {
        dk_clock_wait(&b->answered, &b->lock, left);
        left = until - dk_clock_now();
    }
    pthread_mutex_unlock(&b->lock);
}

dk_status dk_behind_take(dk_behind *b, const dk_ask **done, dk_error *err) {
    *done = NULL;
    pthread_mutex_lock(&b->lock);
    const dk_status status = b->status;
    if (status != DK_OK) {
        dk_fail(err, status, "%s", b->err.text);
    } else if (b->fresh) {
        swap(&b->taken, &b->done);
        b->fresh = false;
        *done = &b->taken;
    }
    pthread_mutex_unlock(&b->lock);
    return status;
}

double dk_behind_seconds(dk_behind *b) {
    pthread_mutex_lock(&b->lock);
    const double seconds = b->seconds;
    pthread_mutex_unlock(&b->lock);
    return seconds;
}

void dk_behind_close(dk_behind *b) {
    if (b == NULL) {
        return;
    }
    if (b->thread) {
        pthread_mutex_lock(&b->lock);
        b->stop = true;
        pthread_cond_signal(&b->wake);
        pthread_mutex_unlock(&b->lock);
        pthread_join(b->worker, NULL);
    }
    dk_ask *const asks[] = {&b->waits, &b->works, &b->done, &b->taken};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        dk_ask_clear(asks[i]);
        free(asks[i]->scores);
    }
    pthread_cond_destroy(&b->wake);
    pthread_cond_destroy(&b->answered);
    pthread_mutex_destroy(&b->lock);
    free(b);
}
