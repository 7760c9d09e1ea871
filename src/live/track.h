/* Following faces from detection to detection. A face appears when it was found in `hits` of the last three
 * detections, moves on by its speed between them, stays without being found for `coast` seconds and at least
 * one detection, and has an id that no other face gets. One that appears within 2 s of when another was found last, near
 * where that was and of like size, is that one, and has its id again. Time is that of the frames, in seconds, and there may be a minute
 * between two; boxes are pixels. */
#ifndef DK_LIVE_TRACK_H
#define DK_LIVE_TRACK_H

#include <stdbool.h>

#include "base/box.h"

enum { DK_TRACKS = 64 }; /* faces at a time */

typedef struct {
    bool used;
    int id; /* 0: not confirmed, not to be shown (nor its pixels, where faces are pixelated) */
    dk_box box;
    dk_box last;      /* where it was when a detection found it last */
    float vx, vy;     /* of the centre, pixels a second */
    double seen;      /* when a detection found it last */
    double at;        /* the time that box is for */
    unsigned history; /* bit 0: the last detection found it, bit 1: the one before … */
    const char *note; /* quality; NULL: good */
} dk_track;

/* A face that has left; id 0: none. */
typedef struct {
    int id;
    dk_box last;
    double seen;
} dk_gone;

typedef struct {
    int hits;     /* of three detections, to appear: 2; of stills: 1 */
    double coast; /* .7 */
    int next_id;
    dk_track tracks[DK_TRACKS];
    dk_gone gone[DK_TRACKS]; /* the last ones */
    int next_gone;
} dk_tracker;

void dk_tracker_open(dk_tracker *tracker, int hits, double coast);

/* Moves the boxes to this time; lets go of faces that were not found for too long. */
void dk_tracker_move(dk_tracker *tracker, double time);

/* What a detection found at this time (after dk_tracker_move). What no face's place is left for is passed over. */
void dk_tracker_found(dk_tracker *tracker, double time, const dk_found *faces, int count);

/* The boxes of all faces that are confirmed; returns how many. */
int dk_tracker_boxes(const dk_tracker *tracker, dk_box boxes[DK_TRACKS]);

/* Whether all are confirmed and none was missed. Else it takes a search everywhere, since near a false hit there are easily
 * more. */
bool dk_tracker_settled(const dk_tracker *tracker);

/* Lets go of all faces; ids go on. */
void dk_tracker_forget(dk_tracker *tracker);

#endif
