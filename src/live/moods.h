/* What the faces show that are there, by their ids. */
#ifndef DK_LIVE_MOODS_H
#define DK_LIVE_MOODS_H

#include "base/arena.h"
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

/* That of the face with the id, or NULL: it has left. */
dk_mood *dk_moods_find(dk_moods *moods, int id);

#endif
