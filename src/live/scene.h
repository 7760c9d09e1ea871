/* A frame and what is known of the faces in it: what sinks get. */
#ifndef DK_LIVE_SCENE_H
#define DK_LIVE_SCENE_H

#include "base/box.h"
#include "base/text.h"
#include "vision/frame.h"

enum { DK_FACES_A_BATCH = 16 }; /* that a network is asked about together; more are several batches */

typedef struct {
    int id;              /* from 1, never used again */
    dk_box box;          /* around the face, without margin */
    bool whole;          /* no face was found: the box is the picture */
    bool coasting;       /* the last detection missed it; the box is where it should be */
    const char *note;    /* why it is not named: "too small", "too dark", "blurred"; NULL: it is good */
    int label;           /* class; -1: none (yet) */
    const float *scores; /* one a class, smoothed; NULL: none (yet) */
} dk_face;

typedef struct {
    const dk_frame *frame; /* as it came */
    const dk_frame *drawn; /* with boxes and names; NULL when no sink wanted it */
    const dk_face *faces;
    int count;
    const char *const *names;
    int classes;
} dk_scene;

/* Appends one JSON object without a line end: {"frame", "time", "faces": [{"id", "x", "y", "w", "h", "label",
 * "probability", "scores": {name: score}}]}; of a picture also "file". A face that is not named has null there, and
 * perhaps a "note"; "whole" and "coasting" stand only where they are true. */
void dk_scene_json(dk_buffer *out, const dk_scene *scene);

#endif
