/* When to look for faces. */
#include "live/cadence.h"

#include <math.h>

#define A_SECOND 8.0   /* detections of a film */
#define LONGEST .5     /* seconds between two at a camera */
#define EVERYWHERE .15 /* seconds between two that look everywhere, when faces are known */
#define SHARE .5       /* of the time that detection may take at a camera */
#define KEEP .8        /* of the running mean */

dk_cadence dk_cadence_begin(int every, bool live, double fps) {
    const long own = live ? 0 : fps > 0 ? lround(fps / A_SECOND) : 1;
    return (dk_cadence){.every = every > 0 ? every : live ? 0 : own > 1 ? (int)own : 1};
}

dk_search dk_cadence_due(dk_cadence *c, long number, double time, int known) {
    const double pause = fmin(c->cost / SHARE, LONGEST);
    if (c->begun && (c->every > 0 ? number - c->number < c->every : time - c->time < pause)) {
        return DK_SEARCH_NONE;
    }
    const bool near = c->begun && known > 0 && time - c->full < EVERYWHERE;
    c->begun = true;
    c->number = number;
    c->time = time;
    c->full = near ? c->full : time;
    return near ? DK_SEARCH_NEAR : DK_SEARCH_EVERYWHERE;
}

void dk_cadence_took(dk_cadence *c, double seconds) {
    c->cost = c->cost > 0 ? KEEP * c->cost + (1 - KEEP) * seconds : seconds;
}
