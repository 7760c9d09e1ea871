/* What the program can be asked for. */
#ifndef JOBS_H
#define JOBS_H

#include <stdbool.h>

#include "base/status.h"

struct request {
    long seed, size, count, places, seconds, fps, width, height;
    bool grey, stay;
    const char *out;
};

/* A data set of single faces: OUT/{train,validation}/EMOTION/NNNNN.png. */
DK_CHECKED dk_status draw_set(const struct request *r, dk_error *err);
/* The same with poses, and with masks: OUT/{train,validation}/images/NNNNN.png with labels/NNNNN.txt, masks/NNNNN.png. */
DK_CHECKED dk_status draw_poses(const struct request *r, dk_error *err);
DK_CHECKED dk_status draw_masks(const struct request *r, dk_error *err);
/* A picture of width×height with one to three faces; they are told on stdout. */
DK_CHECKED dk_status draw_scene(const struct request *r, dk_error *err);
/* A video (AVI); what is true of each frame is told on stdout. */
DK_CHECKED dk_status draw_clip(const struct request *r, dk_error *err);

#endif
