/* What was seen in all: seconds of each class by face, and scores over time, in a fixed number of bins that grow wider as
 * time goes on, so that memory does not grow with it. */
#ifndef DK_LIVE_SUMMARY_H
#define DK_LIVE_SUMMARY_H

#include "live/scene.h"

enum { DK_SUMMARY_BINS = 400 };

typedef struct {
    int id;
    double first, last; /* seconds */
    double *seconds;    /* [classes]: with this label */
    double unnamed;     /* without one: too small, too dark, blurred, or just come */
    float *bins;        /* [DK_SUMMARY_BINS][classes]: mean scores, once divided by weight */
    float *weight;      /* [DK_SUMMARY_BINS]: seconds with scores */
} dk_summary_face;

/* Begins as {.classes = n, .live = …}. */
typedef struct dk_summary {
    int classes;
    bool live;    /* a gap is one of the stream, and nobody's; that of a film is a frame that stays */
    double width; /* of a bin, seconds */
    double begin, now;
    bool any;
    dk_summary_face *faces; /* by id */
    int count, room;
} dk_summary;

DK_CHECKED dk_status dk_summary_add(dk_summary *s, const dk_scene *scene, dk_error *err);
void dk_summary_free(dk_summary *s); /* leaves it empty */

#endif
