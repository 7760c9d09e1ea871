/* Stamps are taken as they are while they grow. When they fall and grow on from there (films put together, a clock that was
 * set back) they count on from the time that was reached; a single one that falls is passed over. */
#include "live/stamps.h"

#include <math.h>

#define UNKNOWN_FPS 25.0

double dk_stamps_step(const dk_stamps *s) {
    return s->fps > 0 ? 1 / s->fps : s->step > 0 ? s->step : 1 / UNKNOWN_FPS;
}

/* Seconds from the frame before to this one. */
static double distance(dk_stamps *s, double stamp) {
    const double since = stamp - s->origin - s->time; /* NAN where a stamp is missing */
    if (since > 0) {
        s->step = since;
        return since;
    }
    s->mended = true;
    if (stamp > s->last && stamp <= s->highest) { /* it was no slip: they count from another moment now */
        const double after = stamp - s->last;
        s->origin = stamp - s->time - after;
        s->highest = stamp;
        return after;
    }
    return dk_stamps_step(s);
}

double dk_stamps_time(dk_stamps *s, double stamp) {
    if (!s->begun) {
        *s = (dk_stamps){.fps = s->fps,
                         .begun = true,
                         .origin = stamp,
                         .last = stamp,
                         .highest = stamp,
                         .mended = isnan(stamp)};
        return 0;
    }
    s->time += distance(s, stamp);
    if (!isnan(stamp)) {
        s->origin = isnan(s->origin) ? stamp - s->time : s->origin;
        s->last = stamp;
        s->highest = fmax(s->highest, stamp);
    }
    return s->time;
}
