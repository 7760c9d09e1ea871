/* The stages of a frame (live/live.c) without a source of our own: find, follow, ask, settle. */
#include "live/visitors.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "live/behind.h"
#include "live/cadence.h"
#include "live/moods.h"

#define COAST .7 /* seconds that a face stays without being found */
#define EVERYWHERE                                                                                           \
    .6 /* seconds between two searches of the whole frame: it is what costs most, and many share it */

typedef struct {
    char name[DK_VISITOR_NAME + 1]; /* empty: nobody */
    double begun, seen;             /* clock of the first frame and the last */
    long frames;
    dk_tracker tracker;
    dk_cadence cadence;
    dk_moods moods;
} visitor;

struct dk_visitors {
    dk_visitors_conf conf;
    dk_arena *arena;
    dk_finder finder;
    visitor all[DK_VISITORS];
    dk_ask ask; /* of the frame that has its turn, as what follows */
    dk_frame frame;
    dk_face faces[DK_TRACKS];
    dk_scene scene;
};

static dk_status open_parts(dk_visitors *v, dk_error *err) {
    const int classes = v->conf.data->conf.classes;
    const size_t values = DK_TRACKS * v->conf.classifier->outputs;
    v->arena = dk_arena_open();
    v->ask.scores = calloc(values, sizeof(float));
    if (v->arena == NULL || v->ask.scores == NULL) {
        return dk_no_memory(err, values * sizeof(float), "the visitors");
    }
    for (int i = 0; i < DK_VISITORS; i++) {
        DK_TRY(dk_moods_open(&v->all[i].moods, classes, v->arena, err));
    }
    return dk_finder_open(&v->finder, &v->conf.finder, err);
}

dk_status dk_visitors_open(dk_visitors **out, const dk_visitors_conf *conf, dk_error *err) {
    dk_visitors *v = *out = calloc(1, sizeof *v);
    if (v == NULL) {
        return dk_no_memory(err, sizeof *v, "the visitors");
    }
    v->conf = *conf;
    return open_parts(v, err);
}

void dk_visitors_close(dk_visitors *v) {
    if (v != NULL) {
        dk_finder_close(&v->finder);
        dk_ask_clear(&v->ask);
        dk_frame_free(&v->frame);
        dk_arena_close(v->arena);
        free(v->ask.scores);
        free(v);
    }
}

/* ---- who ---- */

static bool is_there(const visitor *who, double time) {
    return who->name[0] != '\0' && time - who->seen < DK_VISITOR_SECONDS;
}

int dk_visitors_count(const dk_visitors *v, double time) {
    int count = 0;
    for (int i = 0; i < DK_VISITORS; i++) {
        count += is_there(&v->all[i], time);
    }
    return count;
}

static dk_status check_name(const char *name, dk_error *err) {
    const size_t n =
        name != NULL ? strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") : 0;
    return n >= 8 && n <= DK_VISITOR_NAME && name[n] == '\0'
               ? DK_OK
               : dk_fail(err, DK_EUSAGE,
                         "wanted is ?visitor=NAME behind the path, 8 to %d letters, digits and -: by it the "
                         "faces of this frame are found again in the next",
                         DK_VISITOR_NAME);
}

static void begin(dk_visitors *v, visitor *who, const char *name, double time) {
    strcpy(who->name, name);
    who->begun = time;
    who->frames = 0;
    dk_tracker_open(&who->tracker, 2, COAST);
    who->cadence = dk_cadence_begin(v->conf.detect_every, true);
    who->cadence.everywhere = EVERYWHERE;
    dk_moods_keep(&who->moods, NULL, 0);
}

/* Who has this name, or a place that is free. */
static dk_status find(visitor **out, dk_visitors *v, const char *name, double time, dk_error *err) {
    visitor *place = NULL;
    for (int i = 0; i < DK_VISITORS; i++) {
        visitor *const one = &v->all[i];
        if (is_there(one, time) && strcmp(one->name, name) == 0) {
            *out = one;
            return DK_OK;
        }
        place = is_there(one, time) ? place : one;
    }
    if (place == NULL) {
        return dk_fail(err, DK_ENOMEM, "%d visitors are here already; come again when one has left",
                       DK_VISITORS);
    }
    begin(v, place, name, time);
    *out = place;
    return DK_OK;
}

/* ---- what ---- */

static dk_status follow(dk_visitors *v, visitor *who, dk_error *err) {
    const dk_frame *const frame = &v->frame;
    dk_box boxes[DK_TRACKS];
    dk_found found[DK_TRACKS];
    dk_known known = {.faces = boxes, .count = dk_tracker_boxes(&who->tracker, boxes)};
    const dk_search search = dk_cadence_due(&who->cadence, frame->number, frame->time,
                                            dk_tracker_settled(&who->tracker) ? known.count : 0);
    int count = 0;
    dk_tracker_move(&who->tracker, frame->time);
    if (search == DK_SEARCH_NONE) {
        return DK_OK;
    }
    const double start = dk_clock_now();
    known.near = search == DK_SEARCH_NEAR;
    DK_TRY(dk_finder_run(&v->finder, frame, &known, found, DK_TRACKS, &count, err));
    dk_cadence_took(&who->cadence, dk_clock_now() - start);
    dk_tracker_found(&who->tracker, frame->time, found, count);
    return DK_OK;
}

static dk_status ask(dk_visitors *v, visitor *who, dk_error *err) {
    dk_ask *const a = &v->ask;
    v->scene.count = 0;
    for (int i = 0; i < DK_TRACKS; i++) {
        dk_track *const t = &who->tracker.tracks[i];
        if (!t->used || t->id == 0) {
            continue;
        }
        if (t->history & 1) {
            DK_TRY(dk_ask_add(a, &v->frame, t, false, v->conf.margin, err));
        }
        v->faces[v->scene.count++] = dk_track_face(t, false);
    }
    a->time = v->frame.time;
    return a->count > 0 ? dk_predictor_views(v->conf.classifier, (const dk_image *const *)a->crops, a->count,
                                             dk_ask_views(v->conf.tta, false, a->count), a->scores, err)
                        : DK_OK;
}

static dk_status look(dk_visitors *v, visitor *who, dk_error *err) {
    DK_TRY(follow(v, who, err));
    DK_TRY(ask(v, who, err));
    dk_moods_keep(&who->moods, v->faces, v->scene.count);
    dk_moods_answer(&who->moods, &v->ask, v->conf.classifier->outputs, v->conf.smooth);
    dk_moods_tell(&who->moods, v->faces, v->scene.count);
    return DK_OK;
}

dk_status dk_visitors_frame(dk_visitors *v, const char *name, const dk_image *image, double time,
                            const dk_scene **scene, dk_error *err) {
    visitor *who = NULL;
    DK_TRY(check_name(name, err));
    DK_TRY(find(&who, v, name, time, err));
    who->seen = time;
    DK_TRY(dk_frame_from_image(&v->frame, image, err));
    v->frame.number = who->frames++;
    v->frame.time = time - who->begun;
    v->frame.taken = time;
    v->scene = (dk_scene){.frame = &v->frame,
                          .faces = v->faces,
                          .names = v->conf.data->names,
                          .classes = v->conf.data->conf.classes};
    const dk_status status = look(v, who, err);
    dk_ask_clear(&v->ask);
    *scene = &v->scene;
    return status;
}
