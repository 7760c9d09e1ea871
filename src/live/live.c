/* The story of a frame: a table of stages, and the loop that walks it. Time comes from the frames (of films: their stamps;
 * of cameras: the clock), so that a film gives the same answers however fast the machine is. */
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

static dk_status grab(dk_live *l, dk_error *err) {
    dk_grabbed what = DK_GRAB_NONE;
    if (l->ui.paused && l->any) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    } else {
        DK_TRY(dk_grab_next(l->grab, &l->frame, WAIT, &what, err));
    }
    l->over = what == DK_GRAB_END;
    l->again = what == DK_GRAB_NONE;
    l->any = l->any || what == DK_GRAB_FRAME;
    return DK_OK;
}

static void count_frame(dk_live *l) {
    const double now = dk_clock_now(), passed = now - l->shown_at;
    if (l->report->frames > 0) {
        l->period = l->period > 0 ? KEEP * l->period + (1 - KEEP) * passed : passed;
    }
    l->shown_at = now;
    l->before = l->frame.time;
    l->report->latency += now - l->frame.taken;
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

typedef struct {
    dk_status (*run)(dk_live *l, dk_error *err);
    bool again; /* also when there is no new frame, but the old one is to be shown anew */
} stage;

static const stage story[DK_LIVE_STAGE_COUNT] = {
    [DK_LIVE_GRAB] = {grab, true},
    [DK_LIVE_DETECT] = {dk_live_detect, false},
    [DK_LIVE_TRACK] = {dk_live_track, false},
    [DK_LIVE_CLASSIFY] = {dk_live_classify, false},
    [DK_LIVE_SMOOTH] = {dk_live_smooth, false},
    [DK_LIVE_DRAW] = {dk_live_draw, true},
    [DK_LIVE_SINK] = {sink, true},
};

/* One frame, or one look at an old one. */
static dk_status turn(dk_live *l, dk_error *err) {
    for (int i = 0; i < DK_LIVE_STAGE_COUNT; i++) {
        const bool idle = i > DK_LIVE_GRAB && (l->over || !l->any || (l->again && !story[i].again));
        if (idle) {
            continue;
        }
        const double start = dk_clock_now();
        DK_TRY(story[i].run(l, err));
        l->report->stage[i] += dk_clock_now() - start;
    }
    return DK_OK;
}

static bool stopped(const dk_live *l) {
    return l->options->stop != NULL && atomic_load(l->options->stop) != 0;
}

static dk_status loop(dk_live *l, dk_error *err) {
    const double start = dk_clock_now();
    dk_status status = DK_OK;
    while (status == DK_OK && !l->over && !l->ui.quit && !stopped(l)) {
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
                              .pace = o->realtime || o->outputs.window,
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
    const bool late = l->source.live || (o->realtime && !l->source.stills); /* a still is seen once */
    DK_TRY(dk_behind_open(&l->behind, l->classifier, late, err));
    DK_TRY(
        dk_tracker_open(&l->tracker, o->data->conf.classes, l->source.stills ? 1 : 2, COAST, l->arena, err));
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
    dk_frame_free(&l->frame);
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
