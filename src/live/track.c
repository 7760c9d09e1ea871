/* Faces are matched with detections greedily, best pair first, by overlap and distance of centres. Position and speed
 * follow an alpha-beta filter (Kalata 1984): predicted x + v·dt, residual r, x ← predicted + α·r, v ← v + β·r / dt. */
#include "live/track.h"

#include <math.h>
#include <stddef.h>

#define ALPHA .7f    /* of positions */
#define BETA .25f    /* of speeds */
#define GAMMA .5f    /* of sizes, that have no speed */
#define REACH .6f    /* of the larger side: centres farther apart are of two faces */
#define RATIO 1.9f   /* of sides, beyond which two boxes are of two faces */
#define DOUBLE .3f   /* overlap with a face that is there already: the same one, found twice */
#define MOVE_FOR .25 /* seconds that a face moves on after it was found last */
#define RETURN 2.    /* seconds in which a face that left has its id again */
#define APART 1e9f   /* price of a pair that cannot be */
#define MISSES 3U    /* bits of history: a face stays while one of the last two detections found it */

void dk_tracker_open(dk_tracker *tracker, int hits, double coast) {
    *tracker = (dk_tracker){.hits = hits, .coast = coast, .next_id = 1};
}

/* 0: the same box; APART: not the same face. */
static float price(const dk_box *a, const dk_box *b) {
    const float dx = a->x + a->w / 2 - b->x - b->w / 2, dy = a->y + a->h / 2 - b->y - b->h / 2;
    const float larger = fmaxf(a->w, b->w), smaller = fminf(a->w, b->w);
    const float far = hypotf(dx, dy) / larger;
    if (smaller <= 0 || larger / smaller > RATIO || far > REACH) {
        return APART;
    }
    return 1 - dk_box_overlap(a, b) + far;
}

static void let_go(dk_tracker *tracker, dk_track *t) {
    if (t->id > 0) {
        tracker->gone[tracker->next_gone] = (dk_gone){t->id, t->last, t->seen};
        tracker->next_gone = (tracker->next_gone + 1) % DK_TRACKS;
    }
    t->used = false;
    t->id = 0;
}

void dk_tracker_forget(dk_tracker *tracker) {
    for (int i = 0; i < DK_TRACKS; i++) {
        let_go(tracker, &tracker->tracks[i]);
        tracker->gone[i].id = 0;
    }
}

/* That of the face which has just left from there, else a new one. */
static int id_for(dk_tracker *tracker, const dk_box *box, double time) {
    dk_gone *best = NULL;
    float least = APART;
    for (int i = 0; i < DK_TRACKS; i++) {
        dk_gone *g = &tracker->gone[i];
        const bool fresh = g->id > 0 && time - g->seen <= RETURN;
        const float p = fresh ? price(&g->last, box) : APART;
        if (p < least) {
            least = p;
            best = g;
        }
    }
    if (best == NULL) {
        return tracker->next_id++;
    }
    const int id = best->id;
    best->id = 0;
    return id;
}

int dk_tracker_boxes(const dk_tracker *tracker, dk_box boxes[DK_TRACKS]) {
    int count = 0;
    for (int i = 0; i < DK_TRACKS; i++) {
        if (tracker->tracks[i].used && tracker->tracks[i].id > 0) {
            boxes[count++] = tracker->tracks[i].box;
        }
    }
    return count;
}

bool dk_tracker_settled(const dk_tracker *tracker) {
    for (int i = 0; i < DK_TRACKS; i++) {
        const dk_track *t = &tracker->tracks[i];
        if (t->used && (t->id == 0 || !(t->history & 1))) {
            return false;
        }
    }
    return true;
}

/* Not found for too long, be it frames or seconds that are few. */
static bool has_left(const dk_tracker *tracker, const dk_track *t, double time) {
    return time - t->seen > tracker->coast && (t->history & MISSES) == 0;
}

void dk_tracker_move(dk_tracker *tracker, double time) {
    for (int i = 0; i < DK_TRACKS; i++) {
        dk_track *t = &tracker->tracks[i];
        if (t->used && has_left(tracker, t, time)) {
            let_go(tracker, t);
        }
        if (t->used && time - t->seen > tracker->coast) { /* where it went nobody knows */
            t->box = t->last;
            t->vx = t->vy = 0;
        }
        const double until = fmin(time, t->seen + MOVE_FOR);
        if (t->used && until > t->at) {
            t->box.x += t->vx * (float)(until - t->at);
            t->box.y += t->vy * (float)(until - t->at);
            t->at = until;
        }
    }
}

static int ones(unsigned bits) {
    return (int)(bits & 1) + (int)(bits >> 1 & 1) + (int)(bits >> 2 & 1);
}

/* The filter, whose speed is px/s. After a long gap the past says nothing: the box is where it was found, at rest. */
static void follow(dk_track *t, const dk_box *box, float passed, bool anew) {
    if (anew) {
        t->box = *box;
        t->vx = t->vy = 0;
        return;
    }
    const float rx = box->x + box->w / 2 - t->box.x - t->box.w / 2;
    const float ry = box->y + box->h / 2 - t->box.y - t->box.h / 2;
    const float cx = t->box.x + t->box.w / 2 + ALPHA * rx, cy = t->box.y + t->box.h / 2 + ALPHA * ry;
    if (passed > 0) {
        t->vx += BETA * rx / passed;
        t->vy += BETA * ry / passed;
    }
    t->box.w += GAMMA * (box->w - t->box.w);
    t->box.h += GAMMA * (box->h - t->box.h);
    t->box.x = cx - t->box.w / 2;
    t->box.y = cy - t->box.h / 2;
}

static void found(dk_tracker *tracker, dk_track *t, const dk_box *box, double time) {
    const double passed = time - t->seen;
    follow(t, box, (float)passed, passed > tracker->coast);
    t->last = t->box;
    t->seen = t->at = time;
    t->history = t->history << 1 | 1;
    if (t->id == 0 && ones(t->history) >= tracker->hits) {
        t->id = id_for(tracker, &t->box, time);
    }
}

static void missed(dk_tracker *tracker, dk_track *t, double time) {
    t->history <<= 1;
    if (t->id == 0 && (t->history & MISSES) == 0) {
        let_go(tracker, t); /* one hit cannot become two in three any more */
    } else if (has_left(tracker, t, time)) {
        let_go(tracker, t);
    } else {
        t->vx *= .5f; /* a face that is not found has perhaps stopped or turned */
        t->vy *= .5f;
    }
}

static void begin(dk_tracker *tracker, const dk_box *box, double time) {
    dk_track *place = NULL;
    for (int i = DK_TRACKS - 1; i >= 0; i--) {
        dk_track *t = &tracker->tracks[i];
        if (!t->used) {
            place = t;
        } else if (dk_box_overlap(&t->box, box) > DOUBLE) {
            return;
        }
    }
    if (place != NULL) {
        *place = (dk_track){.used = true, .box = *box, .last = *box, .seen = time, .at = time, .history = 1};
        place->id = tracker->hits <= 1 ? id_for(tracker, box, time) : 0;
    }
}

void dk_tracker_found(dk_tracker *tracker, double time, const dk_found *faces, int count) {
    bool matched[DK_TRACKS] = {false}, taken[DK_TRACKS] = {false};
    count = count < DK_TRACKS ? count : DK_TRACKS;
    for (;;) {
        float least = APART;
        int track = 0, box = 0;
        for (int i = 0; i < DK_TRACKS; i++) {
            for (int k = 0; k < count && tracker->tracks[i].used && !matched[i]; k++) {
                const float p = taken[k] ? APART : price(&tracker->tracks[i].box, &faces[k].box);
                if (p < least) {
                    least = p;
                    track = i;
                    box = k;
                }
            }
        }
        if (least >= APART) {
            break;
        }
        matched[track] = taken[box] = true;
        found(tracker, &tracker->tracks[track], &faces[box].box, time);
    }
    for (int i = 0; i < DK_TRACKS; i++) {
        if (tracker->tracks[i].used && !matched[i]) {
            missed(tracker, &tracker->tracks[i], time);
        }
    }
    for (int k = 0; k < count; k++) {
        if (!taken[k]) {
            begin(tracker, &faces[k].box, time);
        }
    }
}
