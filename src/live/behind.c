/* Asks go round in a ring: given, begun, answered and taken in this order; a mutex guards how many of them are. One place
 * is for the ask that the caller looks at. */
#include "live/behind.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "live/crop.h"

enum { ROOM = DK_ASKS + 1 };

struct dk_behind {
    dk_predictor *classifier;
    bool newest, thread, stop;
    pthread_t worker;
    pthread_mutex_t lock;
    pthread_cond_t wake, answered_one;
    dk_ask asks[ROOM];
    long given, begun, answered, taken;
    double seconds;
    dk_status status; /* of the thread */
    dk_error err;
};

const dk_tta *dk_ask_views(const dk_tta *wanted, bool stills, int faces) {
    const dk_tta *by_itself = stills || faces <= DK_FACES_FLIPPED ? &dk_tta_flip : &dk_tta_none;
    return wanted != NULL ? wanted : by_itself;
}

dk_status dk_ask_add(dk_ask *ask, const dk_frame *frame, dk_track *track, bool whole, float margin,
                     dk_error *err) {
    dk_image *crop = NULL;
    DK_TRY(dk_crop_face(&crop, &track->note, frame, &track->box, whole, margin, err));
    if (track->note == NULL) {
        ask->ids[ask->count] = track->id;
        ask->crops[ask->count++] = crop;
    }
    return DK_OK;
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

static dk_ask *at(dk_behind *b, long number) {
    return &b->asks[number % ROOM];
}

static void *work(void *user) {
    dk_behind *b = user;
    pthread_mutex_lock(&b->lock);
    while (!b->stop && b->status == DK_OK) {
        if (b->begun == b->given) {
            pthread_cond_wait(&b->wake, &b->lock);
            continue;
        }
        dk_error err = {0};
        const dk_ask *a = at(b, b->begun++);
        pthread_mutex_unlock(&b->lock);
        const double start = dk_clock_now();
        const dk_status status = dk_predictor_views(b->classifier, (const dk_image *const *)a->crops,
                                                    a->count, a->tta, a->scores, &err);
        const double seconds = dk_clock_now() - start;
        pthread_mutex_lock(&b->lock);
        b->seconds += seconds;
        b->answered += status == DK_OK;
        b->status = status;
        b->err = err;
        pthread_cond_signal(&b->answered_one);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static dk_status open_parts(dk_behind *b, dk_error *err) {
    const size_t values = DK_TRACKS * b->classifier->outputs;
    for (int i = 0; i < ROOM; i++) {
        b->asks[i].scores = calloc(values, sizeof(float));
        if (b->asks[i].scores == NULL) {
            return dk_no_memory(err, values * sizeof(float), "the faces' scores");
        }
    }
    b->thread = pthread_create(&b->worker, NULL, work, b) == 0;
    return b->thread ? DK_OK : dk_fail(err, DK_EIO, "cannot start the classifier's thread");
}

dk_status dk_behind_open(dk_behind **out, dk_predictor *classifier, bool newest, dk_error *err) {
    dk_behind *b = calloc(1, sizeof *b);
    *out = NULL;
    if (b == NULL) {
        return dk_no_memory(err, sizeof *b, "the classifier's thread");
    }
    b->classifier = classifier;
    b->newest = newest;
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->wake, NULL);
    dk_clock_condition(&b->answered_one);
    const dk_status status = open_parts(b, err);
    if (status != DK_OK) {
        dk_behind_close(b);
        return status;
    }
    *out = b;
    return DK_OK;
}

void dk_behind_give(dk_behind *b, dk_ask *ask) {
    pthread_mutex_lock(&b->lock);
    b->given -= b->newest && b->given > b->begun;
    assert(b->newest || b->given - b->taken < DK_ASKS);
    move(at(b, b->given++), ask);
    pthread_cond_signal(&b->wake);
    pthread_mutex_unlock(&b->lock);
}

void dk_behind_wait(dk_behind *b, double seconds) {
    const double until = dk_clock_now() + seconds;
    pthread_mutex_lock(&b->lock);
    for (double left = seconds; left > 0 && b->answered < b->given && b->status == DK_OK;) {
        dk_clock_wait(&b->answered_one, &b->lock, left);
        left = until - dk_clock_now();
    }
    pthread_mutex_unlock(&b->lock);
}

dk_status dk_behind_take(dk_behind *b, const dk_ask **done, dk_error *err) {
    *done = NULL;
    dk_status status = DK_OK;
    pthread_mutex_lock(&b->lock);
    while (!b->newest && b->answered == b->taken && b->status == DK_OK) {
        pthread_cond_wait(&b->answered_one, &b->lock);
    }
    if (b->answered > b->taken) {
        b->taken = b->newest ? b->answered : b->taken + 1;
        *done = at(b, b->taken - 1);
    } else if (b->status != DK_OK) {
        status = dk_fail(err, b->status, "%s", b->err.text);
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
    for (int i = 0; i < ROOM; i++) {
        dk_ask_clear(&b->asks[i]);
        free(b->asks[i].scores);
    }
    pthread_cond_destroy(&b->wake);
    pthread_cond_destroy(&b->answered_one);
    pthread_mutex_destroy(&b->lock);
    free(b);
}
