/* What the stages of live.c share. One floor's own affair; from outside use live.h. */
#ifndef DK_LIVE_PARTS_H
#define DK_LIVE_PARTS_H

#include "live/behind.h"
#include "live/cadence.h"
#include "live/grab.h"
#include "live/live.h"
#include "live/moods.h"
#include "live/pipe.h"

/* A frame on its way: what is known of it when it has been searched, and its names when they have come. */
typedef struct {
    dk_frame frame;
    dk_face faces[DK_TRACKS];
    int count;
    dk_box hidden[DK_TRACKS]; /* of faces that are not confirmed */
    int hidden_count;
    bool asked; /* there are faces whose names are to come */
} dk_shot;

enum { DK_SHOTS = DK_ASKS + 1 }; /* those that wait for names, and the one that is shown */

typedef struct {
    const dk_live_options *options;
    dk_live_report *report;
    dk_arena *arena;
    dk_pipe *pipe; /* NULL: the source is none */
    dk_grab *grab;
    dk_source_info source;
    dk_finder finder;
    dk_cadence cadence;
    dk_tracker tracker;
    dk_predictor *classifier;
    dk_behind *behind;
    dk_overlay *overlay; /* NULL: nobody looks */
    dk_sink_context context;
    dk_sinks sinks;
    dk_ui ui;

    bool late; /* frames do not wait for their names: a camera, a film in real time */
    dk_shot shots[DK_SHOTS];
    long begun, finished; /* frames that were searched, and that were shown */

    dk_shot *next;    /* the one that is searched */
    bool there, over; /* it has come; no more will come */
    dk_status failed; /* what ends it after the frames that are begun */
    dk_error why;
    bool searched; /* faces were looked for in it */
    dk_found found[DK_TRACKS];
    int found_count;
    bool whole; /* no face in this still: it is one itself */
    dk_ask ask;

    dk_shot *shown; /* the one that is named and shown; NULL: there was none yet */
    dk_frame drawn;
    double before; /* time of the frame before */
    bool again;    /* no new one: only what is shown is drawn anew */
    dk_moods moods;
    dk_scene scene;
    double shown_at, period; /* clock of the last scene; running mean of seconds between two */
} dk_live;

/* The stages that are not in live.c itself: stages.c and draw.c. */
DK_CHECKED dk_status dk_live_detect(dk_live *l, dk_error *err);
DK_CHECKED dk_status dk_live_track(dk_live *l, dk_error *err);
DK_CHECKED dk_status dk_live_classify(dk_live *l, dk_error *err);
DK_CHECKED dk_status dk_live_smooth(dk_live *l, dk_error *err);
DK_CHECKED dk_status dk_live_draw(dk_live *l, dk_error *err);

#endif
