/* What the stages of live.c share. One floor's own affair; from outside use live.h. */
#ifndef DK_LIVE_PARTS_H
#define DK_LIVE_PARTS_H

#include "live/behind.h"
#include "live/cadence.h"
#include "live/grab.h"
#include "live/live.h"
#include "live/pipe.h"

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

    dk_frame frame, drawn;
    double before; /* time of the frame before */
    bool any;      /* there is a frame */
    bool again;    /* no new one: only what is shown is drawn anew */
    bool over;     /* no more will come */
    bool searched; /* faces were looked for in it */
    dk_found found[DK_TRACKS];
    int found_count;
    bool whole; /* no face in this still: it is one itself */
    dk_ask ask;
    dk_face faces[DK_TRACKS];
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
