/* Times of a film's frames, out of the stamps that its file gives them: seconds since its first frame, growing from frame
 * to frame. Where a stamp is missing, repeats or goes back, time goes on without it. */
#ifndef DK_LIVE_STAMPS_H
#define DK_LIVE_STAMPS_H

#include <stdbool.h>

/* Begins as {.fps = f}. */
typedef struct {
    double fps; /* frames a second that the film announces; 0: it does not */
    bool begun;
    bool mended;    /* a stamp was of no use */
    double origin;  /* stamp at time 0; NAN: no stamp came yet */
    double last;    /* stamp that came last; NAN: none */
    double highest; /* since origin */
    double time;    /* of the frame before, seconds */
    double step;    /* between the last two stamps that were of use; 0: none yet */
} dk_stamps;

/* The time of the next frame, whose stamp this is, seconds; NAN: it has none. */
double dk_stamps_time(dk_stamps *s, double stamp);

/* Seconds that a frame stays when nothing else is known: one over the announced rate, else the last distance. */
double dk_stamps_step(const dk_stamps *s);

#endif
