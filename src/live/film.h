/* A film written aside that takes its name when it is whole, with pictures at their times: one that comes early is left
 * out, one that comes late is repeated, so that a film of a camera lasts as long as what it shows. */
#ifndef DK_LIVE_FILM_H
#define DK_LIVE_FILM_H

#include "vision/vision.h"

typedef struct {
    dk_film *film; /* NULL: no frame yet */
    char path[4096], aside[4160];
    double fps, begin;
    long written;
} dk_recorder;

/* Proves that the file can be written. Other endings than .mp4 and .avi are DK_EUSAGE. */
DK_CHECKED dk_status dk_recorder_open(dk_recorder *r, const char *path, double fps, dk_error *err);
DK_CHECKED dk_status dk_recorder_frame(dk_recorder *r, const dk_frame *frame, dk_error *err);
/* Sees that all frames are in the film, then gives it its name; a full disk is told here, and the old file stays. Where no
 * film comes of it an empty file of that name goes, too (dk_sink_free_name). */
DK_CHECKED dk_status dk_recorder_close(dk_recorder *r, dk_error *err);

#endif
