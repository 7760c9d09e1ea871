/* The parts of an overlay, for overlay.c only: each draws on one frame in the making. */
#ifndef DK_PLOT_OVERLAY_PARTS_H
#define DK_PLOT_OVERLAY_PARTS_H

#include "plot/overlay.h"
#include "plot/places.h"
#include "plot/words.h"

enum { DK_OVERLAY_HABITS = 64 };

/* Which places the plates of a face had on the last frame; −1: none. */
typedef struct {
    int id, label, chart;
} dk_overlay_habit;

typedef struct {
    dk_words *words;
    dk_places *places;        /* faces first, in their order; then plates */
    dk_overlay_habit *habits; /* of id i in row i mod DK_OVERLAY_HABITS */
    int *way;                 /* in which labels were written on the last frame (overlay_labels.c) */
    int *corners;             /* where the two lines were: left or right, above and at the foot */
    dk_bgr frame;
    const dk_overlay_look *look;
    int letters, small; /* sizes of text: labels and lines; charts */
    int line, gap;      /* of boxes; between things */
} dk_overlay_drawing;

/* Dark paper, light and dim letters on it, and what a bar runs on. */
extern const dk_ink dk_overlay_plate, dk_overlay_light, dk_overlay_dim, dk_overlay_track;

dk_area dk_overlay_box(const dk_overlay_face *face);
void dk_overlay_paper(const dk_overlay_drawing *d, dk_area area);

/* The colour of its class, and the row that keeps its places. */
dk_ink dk_overlay_ink(const dk_overlay_face *face);
dk_overlay_habit *dk_overlay_habit_of(const dk_overlay_drawing *d, int id);
float dk_overlay_share(float v); /* within 0…1 */

/* Faces are the first of d->places, in their order; own: index of the face there. */
DK_CHECKED dk_status dk_overlay_labels(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count,
                                       dk_error *err);
DK_CHECKED dk_status dk_overlay_chart(const dk_overlay_drawing *d, const dk_overlay_face *face, int own,
                                      dk_error *err);
void dk_overlay_outline(const dk_overlay_drawing *d, const dk_overlay_face *face);

/* A line of text in an upper corner, or at the foot of the frame: on the left, unless that hides more of faces. */
DK_CHECKED dk_status dk_overlay_line(const dk_overlay_drawing *d, const char *text, bool foot, dk_error *err);
DK_CHECKED dk_status dk_overlay_keys(const dk_overlay_drawing *d, dk_error *err);

#endif
