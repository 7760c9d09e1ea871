/* The stages between frame and picture: find faces, tell who is who, ask the network, let its answers settle. */
#include <math.h>

#include "base/clock.h"
#include "live/parts.h"

#define SLOW .25        /* seconds between frames of a camera that is slow */
#define LONGEST_WAIT 1. /* seconds in which no key is looked at */

dk_status dk_live_detect(dk_live *l, dk_error *err) {
    dk_box faces[DK_TRACKS];
    dk_known known = {.faces = faces, .count = dk_tracker_boxes(&l->tracker, faces)};
    const dk_search search = dk_cadence_due(&l->cadence, l->next->frame.number, l->next->frame.time,
                                            dk_tracker_settled(&l->tracker) ? known.count : 0);
    l->searched = search != DK_SEARCH_NONE;
    if (!l->searched) {
        return DK_OK;
    }
    const double start = dk_clock_now();
    known.near = search == DK_SEARCH_NEAR;
    DK_TRY(dk_finder_run(&l->finder, &l->next->frame, l->source.stills ? NULL : &known, l->found, DK_TRACKS,
                         &l->found_count, err));
    dk_cadence_took(&l->cadence, dk_clock_now() - start);
    l->report->detections++;
    l->whole = l->source.stills && l->found_count == 0;
    if (l->whole) {
        l->found[l->found_count++] =
            (dk_found){.box = {0, 0, (float)l->next->frame.w, (float)l->next->frame.h}};
    }
    return DK_OK;
}

dk_status dk_live_track(dk_live *l, dk_error *err) {
    (void)err;
    if (l->source.stills) {
        dk_tracker_forget(&l->tracker);
    }
    dk_tracker_move(&l->tracker, l->next->frame.time);
    if (l->searched) {
        dk_tracker_found(&l->tracker, l->next->frame.time, l->found, l->found_count);
    }
    return DK_OK;
}

static void note_face(dk_live *l, const dk_track *t) {
    dk_shot *s = l->next;
    if (t->id > 0) {
        s->faces[s->count++] = dk_track_face(t, l->whole);
    } else {
        s->hidden[s->hidden_count++] = t->box;
    }
}

/* All faces that the last detection found; those that coast keep what they showed. */
dk_status dk_live_classify(dk_live *l, dk_error *err) {
    l->next->count = l->next->hidden_count = 0;
    for (int i = 0; i < DK_TRACKS; i++) {
        dk_track *t = &l->tracker.tracks[i];
        if (t->used && t->id > 0 && (t->history & 1)) {
            DK_TRY(dk_ask_add(&l->ask, &l->next->frame, t, l->whole, l->options->margin, err));
        }
        if (t->used) {
            note_face(l, t);
        }
    }
    l->ask.time = l->next->frame.time;
    l->ask.tta = dk_ask_views(l->options->tta, l->source.stills, l->ask.count);
    l->report->asked += l->ask.count;
    l->next->asked = l->ask.count > 0;
    if (l->next->asked) {
        dk_behind_give(l->behind, &l->ask);
    }
    return DK_OK;
}

/* Where the next frame of a camera is far, names have the time to come with this one. */
static void wait_for_names(dk_live *l) {
    const double gap = l->shown->frame.time - l->before;
    if (l->source.live && gap > SLOW) {
        dk_behind_wait(l->behind, fmin(gap / 2, LONGEST_WAIT));
    }
}

/* Answers go to the faces that are still there; then the scene is complete. */
dk_status dk_live_smooth(dk_live *l, dk_error *err) {
    dk_shot *s = l->shown;
    const dk_ask *done = NULL;
    wait_for_names(l);
    DK_TRY(l->late || s->asked ? dk_behind_take(l->behind, &done, err) : DK_OK);
    dk_moods_keep(&l->moods, s->faces, s->count);
    if (done != NULL) {
        dk_moods_answer(&l->moods, done, l->classifier->outputs, l->source.stills ? 0 : l->options->smooth);
    }
    dk_moods_tell(&l->moods, s->faces, s->count);
    l->scene = (dk_scene){.frame = &s->frame,
                          .faces = s->faces,
                          .count = s->count,
                          .names = l->options->data->names,
                          .classes = l->options->data->conf.classes};
    return DK_OK;
}
