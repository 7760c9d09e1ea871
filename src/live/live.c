/* The story of a frame: a table of stages, and the loop that walks it. Time comes from the frames (of films: their stamps;
 * of cameras: the clock), so that a film gives the same answers however fast the machine is.
 * While faces of a film's frame are named, in a thread of their own, the frames behind it are searched, as far as they have
 * come and DK_ASKS goes. Finding and following faces wants to know where they were and not what they show, so answers are
 * the same as when each frame is done before the next one is begun; names are told in the order of the frames. */
#include "live/live.h"

#include <time.h>

#include "base/clock.h"
#include "image/image.h"
#include "live/parts.h"
#include "run/evaluate.h"

#define WAIT .05          /* seconds that a frame is waited for before keys and stop are looked at */
#define PAUSE_NS 30000000 /* between two looks at the keys in a pause */
#define KEEP .9           /* of the running mean of times between frames */
#define COAST .7          /* seconds that a face stays without being found */

/* ---- the first and the last stage; those between are in stages.c and draw.c ---- */

static long on_the_way(const dk_live *l) {
    return l->begun - l->finished;
}

/* Waits only when there is nothing else to do. */
static dk_status grab(dk_live *l, dk_error *err) {
    dk_grabbed what = DK_GRAB_NONE;
    DK_TRY(dk_grab_next(l->grab, &l->next->frame, on_the_way(l) > 0 ? 0 : WAIT, &what, err));
    l->over = what == DK_GRAB_END;
    l->there = what == DK_GRAB_FRAME;
    return DK_OK;
}

static void count_frame(dk_live *l) {
    const double now = dk_clock_now(), passed = now - l->shown_at;
    if (l->report->frames > 0) {
        l->period = l->period > 0 ? KEEP * l->period + (1 - KEEP) * passed : passed;
    }
    l->shown_at = now;
    l->before = l->shown->frame.time;
    l->report->latency += now - l->shown->frame.taken;
    l->report->frames++;
}

static dk_status sink(dk_live *l, dk_error *err) {
    DK_TRY(dk_sinks_frame(&l->sinks, &l->scene, l->again, err));
    if (!l->again) {
        count_frame(l);
        l->ui.paused =
            l->ui.paused || (l->source.stills && l->options->outputs.window); /* each waits for a key */
    }
    return DK_OK;
}

/* ---- the story ---- */

static dk_status (*const story[DK_LIVE_STAGE_COUNT])(dk_live *l, dk_error *err) = {
    [DK_LIVE_GRAB] = grab,
    [DK_LIVE_DETECT] = dk_live_detect,
    [DK_LIVE_TRACK] = dk_live_track,
    [DK_LIVE_CLASSIFY] = dk_live_classify,
    [DK_LIVE_SMOOTH] = dk_live_smooth,
    [DK_LIVE_DRAW] = dk_live_draw,
    [DK_LIVE_SINK] = sink,
};

static dk_status walk(dk_live *l, dk_live_stage first, dk_live_stage last, dk_error *err) {
    for (dk_live_stage i = first; i <= last; i++) {
        const double start = dk_clock_now();
        DK_TRY(story[i](l, err));
        l->report->stage[i] += dk_clock_now() - start;
    }
    return DK_OK;
}

/* Frames that have come are searched, and their faces given away to be named. */
static dk_status begin_frames(dk_live *l, dk_error *err) {
    const long most = l->late ? 1 : DK_ASKS;
    do {
        l->next = &l->shots[l->begun % DK_SHOTS];
        DK_TRY(walk(l, DK_LIVE_GRAB, DK_LIVE_GRAB, err));
        if (l->there) {
            DK_TRY(walk(l, DK_LIVE_DETECT, DK_LIVE_CLASSIFY, err));
            l->begun++;
        }
    } while (l->there && on_the_way(l) < most);
    return DK_OK;
}

static bool pauses(const dk_live *l) {
    return l->ui.paused && l->shown != NULL;
}

static bool ends(const dk_live *l) {
    return l->ui.quit || (l->over && on_the_way(l) == 0 && !pauses(l));
}

/* One frame, or one look at an old one. What fails with a later frame ends it after those before. */
static dk_status turn(dk_live *l, dk_error *err) {
    if (pauses(l)) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    } else if (l->failed == DK_OK) {
        l->failed = begin_frames(l, &l->why);
    }
    l->again = pauses(l) || on_the_way(l) == 0;
    if (!l->again) {
        l->shown = &l->shots[l->finished++ % DK_SHOTS];
        return walk(l, DK_LIVE_SMOOTH, DK_LIVE_SINK, err);
    }
    if (l->failed != DK_OK && !pauses(l)) {
        return dk_fail(err, l->failed, "%s", l->why.text);
    }
    return l->shown != NULL && !ends(l) ? walk(l, DK_LIVE_DRAW, DK_LIVE_SINK, err) : DK_OK;
}

static bool stopped(const dk_live *l) {
    return l->options->stop != NULL && atomic_load(l->options->stop) != 0;
}

static dk_status loop(dk_live *l, dk_error *err) {
    const double start = dk_clock_now();
    dk_status status = DK_OK;
    while (status == DK_OK && !ends(l) && !stopped(l)) {
        status = turn(l, err);
    }
    l->report->seconds = dk_clock_now() - start;
    return status == DK_OK && stopped(l) ? dk_fail(err, DK_ESTOPPED, "stopped") : status;
}

/* ---- opening and closing ---- */

static dk_status open_sinks(dk_live *l, dk_error *err) {
    const dk_live_options *o = l->options;
    l->ui.bars = true;
    l->context = (dk_sink_context){.outputs = &o->outputs,
                                   .source = &l->source,
                                   .names = o->data->names,
                                   .classes = o->data->conf.classes,
                                   .ui = &l->ui,
                                   .fonts = o->fonts,
                                   .log = o->log};
    DK_TRY(dk_sinks_open(&l->sinks, &l->context, err));
    return l->sinks.draws ? dk_overlay_open(&l->overlay, o->fonts, err) : DK_OK;
}

/* A pipe is read by a thread of ours, so that a wish to stop ends the wait for it. */
static dk_status open_grab(dk_live *l, dk_grab_conf *conf, dk_error *err) {
    if (!dk_image_named(conf->source)) { /* pictures are read whole, from files alone */
        DK_TRY(dk_pipe_open(&l->pipe, conf->source, l->options->stop, err));
        conf->from = l->pipe != NULL ? dk_pipe_name(l->pipe) : NULL;
    }
    const dk_status status = dk_grab_open(&l->grab, conf, err);
    return status != DK_OK && l->pipe != NULL && stopped(l) ? dk_fail(err, DK_ESTOPPED, "stopped") : status;
}

/* What costs least comes first, so that mistakes are told soon; but files are begun anew only when all the rest is
 * right. */
static dk_status open_parts(dk_live *l, dk_error *err) {
    const dk_live_options *o = l->options;
    dk_grab_conf grab_conf = {.source = dk_capture_name(o->source),
                              .pace = o->realtime || o->outputs.window || o->outputs.http.address != NULL,
                              .fresh = o->realtime,
                              .reconnect = o->reconnect,
                              .log = o->log};
    l->arena = dk_arena_open();
    if (l->arena == NULL) {
        return dk_no_memory(err, 0, "the demo");
    }
    DK_TRY(dk_sinks_check(&o->outputs, grab_conf.source, err));
    DK_TRY(open_grab(l, &grab_conf, err));
    l->source = *dk_grab_about(l->grab);
    dk_finder_conf finder = o->finder;
    finder.still = l->source.stills;
    DK_TRY(dk_finder_open(&l->finder, &finder, err));
    DK_TRY(dk_predictor_open(&l->classifier, &o->model, DK_FACES_A_BATCH, o->temperature, err));
    DK_TRY(dk_predictor_warm(l->classifier, err));
    DK_TRY(dk_data_fits(o->data, l->classifier->model.net, err));
    l->late = l->source.live || (o->realtime && !l->source.stills); /* a still is seen once */
    DK_TRY(dk_behind_open(&l->behind, l->classifier, l->late, err));
    dk_tracker_open(&l->tracker, l->source.stills ? 1 : 2, COAST);
    DK_TRY(dk_moods_open(&l->moods, o->data->conf.classes, l->arena, err));
    DK_TRY(open_sinks(l, err));
    l->cadence = dk_cadence_begin(l->source.stills ? 1 : o->detect_every, l->source.live);
    return DK_OK;
}

static void fill_report(dk_live *l) {
    dk_live_report *r = l->report;
    if (l->grab != NULL) {
        const dk_grab_counts counts = dk_grab_count(l->grab);
        r->dropped = counts.dropped;
        r->capturing = counts.seconds;
        r->lost = counts.lost;
        r->bad = counts.bad;
    }
    r->classifying = l->behind != NULL ? dk_behind_seconds(l->behind) : 0;
    r->faces = l->tracker.next_id > 0 ? l->tracker.next_id - 1 : 0;
    r->latency = r->frames > 0 ? r->latency / (double)r->frames : 0;
}

static dk_status close_parts(dk_live *l, dk_status status, dk_error *err) {
    fill_report(l);
    const bool good = status == DK_OK || status == DK_ESTOPPED;
    dk_error closing = {0};
    const dk_status closed = dk_sinks_close(&l->sinks, &closing);
    dk_pipe_close(l->pipe);
    dk_grab_close(l->grab);
    dk_behind_close(l->behind);
    dk_predictor_close(l->classifier);
    dk_finder_close(&l->finder);
    dk_overlay_close(l->overlay);
    dk_ask_clear(&l->ask);
    for (int i = 0; i < DK_SHOTS; i++) {
        dk_frame_free(&l->shots[i].frame);
    }
    dk_frame_free(&l->drawn);
    dk_arena_close(l->arena);
    return good && closed != DK_OK ? dk_fail(err, closed, "%s", closing.text) : status;
}

dk_status dk_live_run(const dk_live_options *options, dk_live_report *report, dk_error *err) {
    dk_live l = {.options = options, .report = report};
    *report = (dk_live_report){0};
    dk_status status = open_parts(&l, err);
    if (status == DK_OK) {
        status = loop(&l, err);
    }
    return close_parts(&l, status, err);
}
