/* The stages between frame and picture: find faces, tell who is who, ask the network, let its answers settle. */
#include <math.h>

#include "base/clock.h"
#include "live/crop.h"
#include "live/parts.h"

#define SLOW .25        /* seconds between frames of a camera that is slow */
#define LONGEST_WAIT 1. /* seconds in which no key is looked at */

dk_status dk_live_detect(dk_live *l, dk_error *err) {
    dk_box faces[DK_TRACKS];
    dk_known known = {.faces = faces, .count = dk_tracker_boxes(&l->tracker, faces)};
    const dk_search search = dk_cadence_due(&l->cadence, l->frame.number, l->frame.time,
                                            dk_tracker_settled(&l->tracker) ? known.count : 0);
    l->searched = search != DK_SEARCH_NONE;
    if (!l->searched) {
        return DK_OK;
    }
    const double start = dk_clock_now();
    known.near = search == DK_SEARCH_NEAR;
    DK_TRY(dk_finder_run(&l->finder, &l->frame, l->source.stills ? NULL : &known, l->found, DK_TRACKS,
                         &l->found_count, err));
    dk_cadence_took(&l->cadence, dk_clock_now() - start);
    l->report->detections++;
    l->whole = l->source.stills && l->found_count == 0;
    if (l->whole) {
        l->found[l->found_count++] = (dk_found){.box = {0, 0, (float)l->frame.w, (float)l->frame.h}};
    }
    return DK_OK;
}

dk_status dk_live_track(dk_live *l, dk_error *err) {
    (void)err;
    if (l->source.stills) {
        dk_tracker_forget(&l->tracker);
    }
    dk_tracker_move(&l->tracker, l->frame.time);
    if (l->searched) {
        dk_tracker_found(&l->tracker, l->frame.time, l->found, l->found_count);
    }
    return DK_OK;
}

/* Cuts out a face and looks whether it is fit to be asked about; then it is part of the ask. */
static dk_status cut(dk_live *l, dk_track *t, dk_error *err) {
    dk_image *crop = NULL;
    DK_TRY(dk_crop_face(&crop, &t->note, &l->frame, &t->box, l->whole, l->options->margin, err));
    if (t->note != NULL) {
        dk_mood_clear(&t->mood);
        return DK_OK;
    }
    l->ask.ids[l->ask.count] = t->id;
    l->ask.crops[l->ask.count++] = crop;
    return DK_OK;
}

/* All faces that the last detection found; those that coast keep what they showed. */
dk_status dk_live_classify(dk_live *l, dk_error *err) {
    for (int i = 0; i < DK_TRACKS; i++) {
        dk_track *t = &l->tracker.tracks[i];
        if (t->used && t->id > 0 && (t->history & 1)) {
            DK_TRY(cut(l, t, err));
        }
    }
    l->ask.time = l->frame.time;
    l->ask.tta = dk_ask_views(l->options->tta, l->source.stills, l->ask.count);
    l->report->asked += l->ask.count;
    return l->ask.count > 0 ? dk_behind_give(l->behind, &l->ask, err) : DK_OK;
}

static void show_face(dk_live *l, const dk_track *t) {
    const bool named = t->note == NULL && t->mood.any;
    l->faces[l->scene.count++] = (dk_face){.id = t->id,
                                           .box = t->box,
                                           .whole = l->whole,
                                           .coasting = !(t->history & 1),
                                           .note = t->note,
                                           .label = named ? t->mood.label : -1,
                                           .scores = named ? t->mood.scores : NULL};
}

/* Where the next frame is far, names have the time to come with this one. */
static void wait_for_names(dk_live *l) {
    const double gap = l->frame.time - l->before;
    if (l->source.live && gap > SLOW) {
        dk_behind_wait(l->behind, fmin(gap / 2, LONGEST_WAIT));
    }
}

/* Answers go to the faces that are still there; then the scene is complete. */
dk_status dk_live_smooth(dk_live *l, dk_error *err) {
    const dk_ask *done = NULL;
    wait_for_names(l);
    DK_TRY(dk_behind_take(l->behind, &done, err));
    for (int i = 0; done != NULL && i < done->count; i++) {
        dk_track *t = dk_tracker_find(&l->tracker, done->ids[i]);
        if (t != NULL) {
            const float *scores = done->scores + (size_t)i * l->classifier->outputs;
            dk_mood_add(&t->mood, scores, done->time, l->source.stills ? 0 : l->options->smooth);
        }
    }
    l->scene = (dk_scene){.frame = &l->frame,
                          .faces = l->faces,
                          .names = l->options->data->names,
                          .classes = l->options->data->conf.classes};
    for (int i = 0; i < DK_TRACKS; i++) {
        if (l->tracker.tracks[i].used && l->tracker.tracks[i].id > 0) {
            show_face(l, &l->tracker.tracks[i]);
        }
    }
    return DK_OK;
}
