/* Film files: aside, in time, synced, renamed. */
#include "live/film.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/grow.h"

enum {
    LEAST = 16,         /* pixels of a side */
    LONGEST = 8190,     /* of a side: MPEG-4 has 13 bits for it */
    MOST = 4096 * 2304, /* pixels: H.264 to level 5.2, which is what browsers decode */
    HELD = 30,          /* frames of a film: what jitters settles within a second */
    HELD_LIVE = 12,     /* of a camera, which is not to wait */
    HELD_BYTES = 128 << 20
};

static dk_status fail(dk_recorder *r, dk_status status, const char *why, dk_error *err) {
    r->broken = true;
    return dk_fail(err, status, "cannot write '%s': %s", r->path, why);
}

dk_status dk_recorder_open(dk_recorder *r, const char *path, const dk_source_info *source, dk_error *err) {
    *r = (dk_recorder){.source = *source, .container = dk_container_of(path)};
    if (r->container == NULL) {
        return dk_fail(err, DK_EUSAGE,
                       "-out %s: a film ends in " DK_CONTAINER_ENDINGS "; of one picture also .png or .jpg",
                       path);
    }
    if ((size_t)snprintf(r->path, sizeof r->path, "%s", path) >= sizeof r->path) {
        return dk_fail(err, DK_EUSAGE, "-out %s: the path is too long", path);
    }
    return dk_writer_open(&r->file, path, err);
}

/* ---- the beginning ---- */

static int even_side(double side) {
    return (int)(2 * ceil(fmax(LEAST, side) / 2));
}

void dk_film_size(const dk_frame *frames, int count, int *w, int *h) {
    double most_w = 0, most_h = 0;
    for (int i = 0; i < count; i++) {
        most_w = fmax(most_w, frames[i].w);
        most_h = fmax(most_h, frames[i].h);
    }
    const double shrink = fmin(fmin(1, LONGEST / fmax(most_w, most_h)), sqrt(MOST / (most_w * most_h)));
    *w = even_side(floor(shrink * most_w));
    *h = even_side(floor(shrink * most_h));
}

static dk_status hold(dk_recorder *r, const dk_frame *frame, dk_error *err) {
    DK_TRY(DK_GROW(r->held, r->count, r->room, "the film", err));
    r->held[r->count] = (dk_frame){0};
    DK_TRY(dk_frame_copy(&r->held[r->count], frame, err));
    r->bytes += r->held[r->count++].room;
    return DK_OK;
}

/* Pictures of a folder may all be of different sizes. */
static bool is_enough(const dk_recorder *r) {
    return r->bytes >= HELD_BYTES || (!r->source.stills && r->count >= (r->source.live ? HELD_LIVE : HELD));
}

static void let_go(dk_recorder *r) {
    for (int i = 0; i < r->count; i++) {
        dk_frame_free(&r->held[i]);
    }
    free(r->held);
    r->held = NULL;
    r->count = r->room = 0;
}

static dk_status open_film(dk_recorder *r, dk_error *err) {
    double times[HELD];
    const int known = r->count < HELD ? r->count : HELD;
    for (int i = 0; i < known; i++) {
        times[i] = r->held[i].time;
    }
    const double fps = dk_rate_choose(&r->source, times, known);
    dk_film_conf conf = {.container = r->container, .rate = dk_rate_of(fps)};
    dk_film_size(r->held, r->count, &conf.w, &conf.h);
    r->rate = conf.rate;
    r->stay = 1 / fps;
    r->begin = r->last = times[0];
    return dk_film_open(&r->film, r->file.aside, &conf, &r->codec, err);
}

/* ---- frames ---- */

/* Places of the film that lie before the time. */
static long places(const dk_recorder *r, double time) {
    return lround((time - r->begin) * dk_rate_value(r->rate));
}

static dk_status repeat_until(dk_recorder *r, long place, dk_error *err) {
    const long times = place - r->written;
    if (times > 0) {
        DK_TRY(dk_film_repeat(r->film, times, err));
        r->written = place;
    }
    return DK_OK;
}

static dk_status put(dk_recorder *r, const dk_frame *frame, dk_error *err) {
    const long place = places(r, frame->time);
    r->last = frame->time;
    if (place < r->written) {
        return DK_OK;
    }
    DK_TRY(repeat_until(r, place, err));
    DK_TRY(dk_film_write(r->film, frame, err));
    r->written++;
    return DK_OK;
}

static dk_status begin(dk_recorder *r, dk_error *err) {
    DK_TRY(open_film(r, err));
    for (int i = 0; i < r->count; i++) {
        DK_TRY(put(r, &r->held[i], err));
    }
    let_go(r);
    return DK_OK;
}

static dk_status take(dk_recorder *r, const dk_frame *frame, dk_error *err) {
    if (r->film != NULL) {
        return put(r, frame, err);
    }
    DK_TRY(hold(r, frame, err));
    return is_enough(r) ? begin(r, err) : DK_OK;
}

dk_status dk_recorder_frame(dk_recorder *r, const dk_frame *frame, dk_error *err) {
    dk_error why = {0};
    const dk_status status = take(r, frame, &why);
    return status != DK_OK ? fail(r, status, why.text, err) : DK_OK;
}

/* ---- the end ---- */

static dk_status finish(dk_recorder *r, dk_error *err) {
    if (r->film == NULL) {
        DK_TRY(begin(r, err));
    }
    return repeat_until(r, places(r, r->last + r->stay), err);
}

dk_status dk_recorder_close(dk_recorder *r, dk_error *err) {
    dk_error why = {0}, closing = {0};
    const bool any = !r->broken && (r->film != NULL || r->count > 0);
    dk_status status = any ? finish(r, &why) : DK_OK;
    const dk_status closed = dk_film_close(r->film, &closing);
    r->film = NULL;
    let_go(r);
    if (status == DK_OK && closed != DK_OK) {
        status = closed;
        why = closing;
    }
    if (any && status == DK_OK) {
        return dk_writer_commit(&r->file, err);
    }
    dk_writer_abandon(&r->file);
    if (dk_path_is_empty(r->path)) {
        unlink(r->path);
    }
    return status != DK_OK ? fail(r, status, why.text, err) : DK_OK;
}
