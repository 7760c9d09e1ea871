/* On which frames faces are looked for, and whether everywhere. By itself: a film, about eight times in its seconds (every
 * frame of one that has fewer), so that the same film gives the same answers on every machine; a camera, as often as half
 * of the time allows, at least every half second. Everywhere at most six times a second once faces are known, and while none is; else near
 * those that are. */
#ifndef DK_LIVE_CADENCE_H
#define DK_LIVE_CADENCE_H

#include <stdbool.h>

typedef enum { DK_SEARCH_NONE, DK_SEARCH_NEAR, DK_SEARCH_EVERYWHERE } dk_search;

typedef struct {
    int every;         /* frames; 0: by time */
    bool live;         /* by what a detection costs */
    double everywhere; /* seconds between two that look everywhere, once faces are known */
    bool begun;
    double before; /* time of the frame before, seconds */
    long number;   /* of the frame of the last detection */
    double time;   /* of it, seconds */
    double full;   /* time of the last detection everywhere */
    double cost;   /* of a detection, seconds: a running mean */
} dk_cadence;

/* every: what the user asked for, 0: nothing. */
dk_cadence dk_cadence_begin(int every, bool live);

/* How faces are to be looked for in the frame of this number and time, when so many are known; the first is searched. */
dk_search dk_cadence_due(dk_cadence *c, long number, double time, int known);

/* What the detection cost, seconds of the clock. */
void dk_cadence_took(dk_cadence *c, double seconds);

#endif
