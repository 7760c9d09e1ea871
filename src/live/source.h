/* Where frames come from: a camera, an address or a film (vision.h), or pictures, one frame each. */
#ifndef DK_LIVE_SOURCE_H
#define DK_LIVE_SOURCE_H

#include "base/log.h"
#include "vision/vision.h"

typedef struct dk_source dk_source;

typedef struct {
    bool live;   /* frames come when they come */
    bool stills; /* pictures that have nothing to do with each other */
    double fps;  /* that a film announces, else of its first frames; 0: not known */
    int count;   /* pictures; 0: not known */
} dk_source_info;

/* Decides by the name (a camera's index, an address, a folder), and of a file by its first bytes: a picture, also a GIF
 * of one frame, else a film. Pictures of a folder come in the order of the numbers in their names; one that cannot be
 * read is a warning where there are others. */
DK_CHECKED dk_status dk_source_open(dk_source **out, const char *name, const dk_log *log, dk_error *err);
const dk_source_info *dk_source_about(const dk_source *source);

/* The next frame with number and time (of films and pictures; of cameras the caller's clock has it). *end: there is
 * none. */
DK_CHECKED dk_status dk_source_read(dk_source *source, dk_frame *frame, bool *end, dk_error *err);
int dk_source_bad(const dk_source *source); /* pictures that could not be read */
void dk_source_close(dk_source *source);    /* accepts NULL */

#endif
