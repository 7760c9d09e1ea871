/* A ring of frames between the thread that reads and the one that uses. With `fresh` there is one place in it, and a
 * new frame takes that of an unused one. */
#include "live/grab.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"

enum { AHEAD = 4 }; /* frames of a film that are read before they are used */
#define FIRST_PAUSE .5
#define LONGEST_PAUSE 10.0
#define LATE .25 /* seconds behind which a film does not try to catch up */

struct dk_grab {
    dk_grab_conf conf;
    dk_source *source; /* the thread's, once it runs */
    dk_source_info info;
    bool fresh, running;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    dk_frame ring[AHEAD], reading;
    int first, waiting, room; /* of the ring */
    bool stop, end;
    dk_status status;
    dk_error err;
    double begin;     /* clock at the first frame */
    double due, last; /* of the frame before: clock at which it was to be shown, its time in the film */
    long number;
    dk_grab_counts counts;
    char notice[128], shown[DK_SHOWN];
};

/* Waits for a change, at most so long. Locked. */
static void wait_change(dk_grab *g, double seconds) {
    dk_clock_wait(&g->changed, &g->lock, seconds);
}

/* Sleeps unless it is to stop. Locked. */
static void pause_until(dk_grab *g, double clock) {
    for (double left = clock - dk_clock_now(); left > 0 && !g->stop; left = clock - dk_clock_now()) {
        wait_change(g, left);
    }
}

/* A film that falls behind (a pause, a slow machine) goes on from there. Locked. */
static void keep_pace(dk_grab *g) {
    const double now = dk_clock_now(), due = g->due + g->reading.time - g->last;
    g->due = due < now - LATE ? now : due;
    g->last = g->reading.time;
    pause_until(g, g->due);
    g->reading.taken = dk_clock_now();
}

/* The frame that was read goes into the ring. Locked. */
static void publish(dk_grab *g) {
    while (!g->fresh && g->waiting == g->room && !g->stop) {
        wait_change(g, 1);
    }
    if (g->waiting == g->room) {
        g->first = (g->first + 1) % g->room;
        g->waiting--;
        g->counts.dropped++;
    }
    dk_frame *place = &g->ring[(g->first + g->waiting) % g->room];
    const dk_frame kept = *place;
    *place = g->reading;
    g->reading = kept;
    g->waiting++;
    g->counts.read++;
    pthread_cond_broadcast(&g->changed);
}

/* One frame with number and times. Not locked. */
static dk_status read_frame(dk_grab *g, bool *end, dk_error *err) {
    const double start = dk_clock_now();
    DK_TRY(dk_source_read(g->source, &g->reading, end, err));
    const double now = dk_clock_now();
    if (g->number == 0) {
        g->begin = now;
    }
    if (g->info.live) {
        g->reading.number = g->number;
        g->reading.time = now - g->begin;
    }
    g->reading.taken = now;
    g->number += !*end;
    pthread_mutex_lock(&g->lock);
    g->counts.seconds += now - start;
    g->counts.bad = dk_source_bad(g->source);
    pthread_mutex_unlock(&g->lock);
    return DK_OK;
}

/* One attempt to open the source again. Not locked. */
static bool open_again(dk_grab *g, dk_error *err) {
    dk_source_close(g->source);
    return dk_source_open(&g->source, g->conf.from, &g->conf.log, err) == DK_OK;
}

static const char *kind(const dk_grab *g) {
    return dk_capture_is_camera(g->conf.source) ? "camera" : "stream";
}

/* The source broke off: tries again with growing pauses. Locked, but not while it opens. */
static dk_status reconnect(dk_grab *g, dk_error *err) {
    const double lost = dk_clock_now();
    double pause = FIRST_PAUSE;
    bool back = false;
    g->counts.lost++;
    dk_warn(&g->conf.log, "%s: the %s broke off", g->shown, kind(g));
    while (!back && !g->stop && dk_clock_now() - lost < g->conf.reconnect) {
        snprintf(g->notice, sizeof g->notice, "%s is gone, trying again in %.3g s", kind(g), pause);
        dk_note(&g->conf.log, "%s: trying again in %.3g s", g->shown, pause);
        pause_until(g, dk_clock_now() + pause);
        pause = fmin(2 * pause, LONGEST_PAUSE);
        if (!g->stop) {
            pthread_mutex_unlock(&g->lock);
            back = open_again(g, err);
            pthread_mutex_lock(&g->lock);
        }
    }
    g->notice[0] = '\0';
    if (back) {
        dk_note(&g->conf.log, "%s: the %s is back after %.1f s", g->shown, kind(g), dk_clock_now() - lost);
    }
    if (back || g->stop) {
        return DK_OK;
    }
    return dk_fail(err, DK_EIO, "%s: the %s broke off%s", g->shown, kind(g),
                   g->conf.reconnect > 0 ? " and did not come back; -reconnect SECONDS tries longer" : "");
}

static void *run(void *user) {
    dk_grab *g = user;
    dk_error err = {0};
    dk_status status = DK_OK;
    bool end = false;
    pthread_mutex_lock(&g->lock);
    while (!g->stop && status == DK_OK && !end) {
        pthread_mutex_unlock(&g->lock);
        status = read_frame(g, &end, &err);
        pthread_mutex_lock(&g->lock);
        if (status == DK_OK && end && g->info.live) {
            end = false;
            status = reconnect(g, &err);
        } else if (status == DK_OK && !end) {
            if (g->conf.pace && !g->info.live && !g->info.stills) {
                keep_pace(g);
            }
            publish(g);
        }
    }
    g->status = status;
    g->err = err;
    g->end = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

dk_status dk_grab_open(dk_grab **out, const dk_grab_conf *conf, dk_error *err) {
    dk_grab *g = calloc(1, sizeof *g);
    *out = NULL;
    if (g == NULL) {
        return dk_no_memory(err, sizeof *g, "the frames");
    }
    g->conf = *conf;
    g->conf.from = conf->from != NULL ? conf->from : conf->source;
    dk_capture_shown(g->shown, sizeof g->shown, conf->source);
    dk_clock_condition(&g->changed);
    pthread_mutex_init(&g->lock, NULL);
    dk_status status = dk_source_open(&g->source, g->conf.from, &conf->log, err);
    if (status == DK_OK) {
        g->info = *dk_source_about(g->source);
        g->fresh = g->info.live || (conf->fresh && !g->info.stills);
        g->room = g->fresh ? 1 : AHEAD;
        g->running = pthread_create(&g->thread, NULL, run, g) == 0;
        status = g->running ? DK_OK : dk_fail(err, DK_EIO, "cannot start the thread that takes frames in");
    }
    if (status != DK_OK) {
        dk_grab_close(g);
        return status;
    }
    *out = g;
    return DK_OK;
}

const dk_source_info *dk_grab_about(const dk_grab *g) {
    return &g->info;
}

static dk_status take(dk_grab *g, dk_frame *frame, dk_grabbed *what, dk_error *err) {
    *what = DK_GRAB_NONE;
    if (g->waiting > 0) {
        const dk_frame kept = *frame;
        *frame = g->ring[g->first];
        g->ring[g->first] = kept;
        g->first = (g->first + 1) % g->room;
        g->waiting--;
        *what = DK_GRAB_FRAME;
        pthread_cond_broadcast(&g->changed);
    } else if (g->end) {
        *what = DK_GRAB_END;
        if (g->status != DK_OK) {
            return dk_fail(err, g->status, "%s", g->err.text);
        }
    }
    return DK_OK;
}

dk_status dk_grab_next(dk_grab *g, dk_frame *frame, double seconds, dk_grabbed *what, dk_error *err) {
    const double until = dk_clock_now() + seconds;
    pthread_mutex_lock(&g->lock);
    for (double left = seconds; g->waiting == 0 && !g->end && left > 0; left = until - dk_clock_now()) {
        wait_change(g, left);
    }
    const dk_status status = take(g, frame, what, err);
    pthread_mutex_unlock(&g->lock);
    return status;
}

void dk_grab_notice(dk_grab *g, char notice[128]) {
    pthread_mutex_lock(&g->lock);
    memcpy(notice, g->notice, sizeof g->notice);
    pthread_mutex_unlock(&g->lock);
}

dk_grab_counts dk_grab_count(dk_grab *g) {
    pthread_mutex_lock(&g->lock);
    const dk_grab_counts counts = g->counts;
    pthread_mutex_unlock(&g->lock);
    return counts;
}

void dk_grab_close(dk_grab *g) {
    if (g == NULL) {
        return;
    }
    if (g->running) {
        pthread_mutex_lock(&g->lock);
        g->stop = true;
        pthread_cond_broadcast(&g->changed);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->thread, NULL);
    }
    dk_source_close(g->source);
    for (int i = 0; i < AHEAD; i++) {
        dk_frame_free(&g->ring[i]);
    }
    dk_frame_free(&g->reading);
    pthread_cond_destroy(&g->changed);
    pthread_mutex_destroy(&g->lock);
    free(g);
}
