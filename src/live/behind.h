/* Classification of frames' faces in a thread of its own: of each frame, in their order; or always of the newest that was
 * given, so that a slow network makes labels late and never pictures. */
#ifndef DK_LIVE_BEHIND_H
#define DK_LIVE_BEHIND_H

#include "run/predict.h"
#include "live/track.h"
#include "vision/frame.h"

enum { DK_FACES_FLIPPED = 4 }; /* at a time that there is time to ask about twice */

/* In which views faces are asked about together: as wanted or, where that is NULL, mirrored, too, when they are of stills,
 * or few. The number decides and not the clock, so that a film has the same names on every machine. */
const dk_tta *dk_ask_views(const dk_tta *wanted, bool stills, int faces);

/* The faces of one frame and, once done, their scores. */
typedef struct {
    int count;
    int ids[DK_TRACKS];
    dk_image *crops[DK_TRACKS];
    double time; /* of the frame */
    const dk_tta *tta;
    float *scores; /* count · outputs; room for DK_TRACKS */
} dk_ask;

typedef struct dk_behind dk_behind;

enum { DK_ASKS = 4 }; /* that may be given and not taken yet, where each is answered */

/* newest: a frame that still waits is replaced, else each is answered. The classifier stays the caller's, who leaves it
 * alone until dk_behind_close. */
DK_CHECKED dk_status dk_behind_open(dk_behind **out, dk_predictor *classifier, bool newest, dk_error *err);

/* Takes the crops over; ask->count is 0 afterwards. */
void dk_behind_give(dk_behind *b, dk_ask *ask);

/* Where each is answered: waits for the answer to the oldest that was given and not taken. Else the newest answer since the
 * last call, or NULL. Valid until the next call. Errors of the thread come out here. */
DK_CHECKED dk_status dk_behind_take(dk_behind *b, const dk_ask **done, dk_error *err);

/* Waits until all that was given is answered, at most so many seconds. */
void dk_behind_wait(dk_behind *b, double seconds);

double dk_behind_seconds(dk_behind *b); /* computing time so far */
void dk_behind_close(dk_behind *b);     /* accepts NULL; waits for the frame at work */

/* Cuts the face out of the frame and looks whether it is fit to be asked about (track->note: why not); then it is part of the
 * ask. whole, margin: live/crop.h. */
DK_CHECKED dk_status dk_ask_add(dk_ask *ask, const dk_frame *frame, dk_track *track, bool whole, float margin,
                                dk_error *err);

/* Frees the crops of an ask that was not given. */
void dk_ask_clear(dk_ask *ask);

#endif
