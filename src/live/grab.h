/* Frames from a source, taken in by a thread of its own. Films wait until every frame was used; of cameras, and of films
 * in real time, only the newest frame is kept. A camera or stream that breaks off is tried again, with longer and longer
 * pauses. */
#ifndef DK_LIVE_GRAB_H
#define DK_LIVE_GRAB_H

#include "live/source.h"

typedef struct {
    const char *source; /* as it is called */
    const char *from;   /* what is opened in its place; NULL: the source itself */
    bool pace;          /* a film no faster than it was taken */
    bool fresh;         /* of a film, too, only the newest frame */
    double reconnect;   /* seconds that a stream which broke off is tried again; 0: not at all */
    dk_log log;
} dk_grab_conf;

typedef enum { DK_GRAB_FRAME, DK_GRAB_NONE, DK_GRAB_END } dk_grabbed;

typedef struct dk_grab dk_grab;

/* Opens the source at once (its errors come from here), then starts the thread. What conf names must outlive it. */
DK_CHECKED dk_status dk_grab_open(dk_grab **out, const dk_grab_conf *conf, dk_error *err);
const dk_source_info *dk_grab_about(const dk_grab *g);

/* Exchanges *frame for the next one; waits at most so many seconds: NONE when nothing came, END when nothing will.
 * Errors of the source, and a stream that did not come back, are errors here. */
DK_CHECKED dk_status dk_grab_next(dk_grab *g, dk_frame *frame, double seconds, dk_grabbed *what,
                                  dk_error *err);

/* "camera is gone, trying again in 2 s" while that is so, else "". */
void dk_grab_notice(dk_grab *g, char notice[128]);

typedef struct {
    long read, dropped;
    double seconds; /* spent reading */
    int lost, bad;  /* times that it broke off; pictures that could not be read */
} dk_grab_counts;
dk_grab_counts dk_grab_count(dk_grab *g);

void dk_grab_close(dk_grab *g); /* accepts NULL */

#endif
