/* What the faces show that are there, by their ids. */
#ifndef DK_LIVE_MOODS_H
#define DK_LIVE_MOODS_H

#include "base/arena.h"
#include "live/behind.h"
#include "live/mood.h"
#include "live/scene.h"
#include "live/track.h"

typedef struct {
    int ids[DK_TRACKS]; /* 0: the place is free */
    dk_mood moods[DK_TRACKS];
} dk_moods;

DK_CHECKED dk_status dk_moods_open(dk_moods *moods, int classes, dk_arena *arena, dk_error *err);

/* Forgets faces that are not among these, and what those showed that have a note now; new ones get a place. At most
 * DK_TRACKS. */
void dk_moods_keep(dk_moods *moods, const dk_face *faces, int count);

/* What faces were answered goes to those that are still there. outputs: scores of each; constant: live/mood.h. */
void dk_moods_answer(dk_moods *moods, const dk_ask *answered, size_t outputs, double constant);

/* The faces have the labels and scores that are known of them, which stay the moods'. */
void dk_moods_tell(dk_moods *moods, dk_face *faces, int count);

/* A face that is followed, without a name yet. whole: it is the picture. */
dk_face dk_track_face(const dk_track *track, bool whole);

/* That of the face with the id, or NULL: it has left. */
dk_mood *dk_moods_find(dk_moods *moods, int id);

#endif
