/* When to look for faces. */
#include "live/cadence.h"

#include <math.h>

#define A_SECOND 8.0   /* detections of a film */
#define LONGEST .5     /* seconds between two at a camera */
#define EVERYWHERE .15 /* seconds between two that look everywhere, when faces are known */
#define SHARE .5       /* of the time that detection may take at a camera */
#define KEEP .8        /* of the running mean */
#define EXACT 1e-6     /* seconds; rounding of times must not choose */

dk_cadence dk_cadence_begin(int every, bool live) {
    return (dk_cadence){.every = every > 0 ? every : 0, .live = live, .everywhere = EVERYWHERE};
}

/* Of a film the frame nearest to the moment is searched: one that comes up to half a distance early. */
static bool is_due(const dk_cadence *c, long number, double time) {
    if (c->every > 0) {
        return number - c->number >= c->every;
    }
    const double passed = time - c->time;
    if (c->live) {
        return passed >= fmin(c->cost / SHARE, LONGEST);
    }
    return passed + (time - c->before) / 2 > 1 / A_SECOND + EXACT;
}

dk_search dk_cadence_due(dk_cadence *c, long number, double time, int known) {
    const bool due = !c->begun || is_due(c, number, time);
    c->before = time;
    if (!due) {
        return DK_SEARCH_NONE;
    }
    const bool near = c->begun && known > 0 && time - c->full < c->everywhere;
    c->begun = true;
    c->number = number;
    c->time = time;
    c->full = near ? c->full : time;
    return near ? DK_SEARCH_NEAR : DK_SEARCH_EVERYWHERE;
}

void dk_cadence_took(dk_cadence *c, double seconds) {
    c->cost = c->cost > 0 ? KEEP * c->cost + (1 - KEEP) * seconds : seconds;
}
