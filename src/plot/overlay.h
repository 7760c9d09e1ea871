/* What the demo draws over a frame: a box for each face with its id, label and probability, a small bar chart of all
 * scores beside it, a status line in a corner, a notice at the bottom, a page of keys; and the pixelation of
 * faces. Sizes follow the frame's height. A class has the same colour everywhere (dk_ink_class, canvas.h). */
#ifndef DK_PLOT_OVERLAY_H
#define DK_PLOT_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "plot/fonts.h"

/* A face as it is drawn. */
typedef struct {
    int id;              /* 0: none is shown (stills) */
    float x, y, w, h;    /* box, pixels of the frame; may lie partly or wholly outside */
    int best;            /* class of the label; -1: no label yet */
    float probability;   /* of that class, 0..1 */
    const float *scores; /* one a class, 0..1; NULL: no bars */
    const char *note;    /* shown in the label's place: "too small", "too dark", "blurred"; NULL: none */
} dk_overlay_face;

/* A row of the page of keys: "q", "quit". */
typedef struct {
    const char *key, *does;
} dk_overlay_key;

typedef struct {
    const char *const *names; /* of the classes, UTF-8 */
    int classes;
    bool bars, pixelate;
    int hidden; /* faces behind the others in the list that are pixelated with them, and of which nothing is drawn */
    const dk_overlay_key *keys; /* the page of keys, ends with a key NULL; NULL: not shown */
    const char *status;         /* corner: "29.8 fps  34 ms"; NULL: none */
    const char
        *notice; /* bottom line: weights, "recording", "camera is gone, trying again in 2 s"; NULL: none */
} dk_overlay_look;

typedef struct dk_overlay dk_overlay;

/* Keeps what is costly to make (drawn texts) from frame to frame. One a thread. */
DK_CHECKED dk_status dk_overlay_open(dk_overlay **out, dk_fonts *fonts, dk_error *err);

/* Draws over an 8-bit frame, B G R interleaved, width×height pixels in rows `stride` bytes apart; touches
 * nothing else. Errors: DK_EUSAGE for a frame without pixels or a stride below 3·width, DK_ENOMEM. */
DK_CHECKED dk_status dk_overlay_draw(dk_overlay *overlay, uint8_t *bgr, int width, int height, size_t stride,
                                     const dk_overlay_face *faces, int count, const dk_overlay_look *look,
                                     dk_error *err);

void dk_overlay_close(dk_overlay *overlay); /* accepts NULL */

#endif
