/* Text on cairo's pictures. Letters that stand beside each other as they are (Latin, Greek, Cyrillic) are cairo's own affair;
 * other scripts, and letters that the usual font lacks, are pango's (shaped.h). Canvases have one of these (canvas.h); what
 * draws many small pictures keeps one for all of them. */
#ifndef DK_PLOT_LETTERS_H
#define DK_PLOT_LETTERS_H

#include <cairo.h>
#include <stdbool.h>

#include "plot/fonts.h"

typedef struct dk_letters dk_letters;

/* fonts: told what is missing; may be NULL, else it outlives the letters. For one thread at a time. */
DK_CHECKED dk_status dk_letters_open(dk_letters **out, dk_fonts *fonts, dk_error *err);
void dk_letters_close(dk_letters *letters); /* accepts NULL */

/* The size in pixels, for what is drawn from now on. */
void dk_letters_font(dk_letters *letters, double size, bool bold);

/* A line of text, in pixels around the point that it begins at, on its baseline: how far it advances, and the box that it
 * covers; all ≥ 0. */
typedef struct {
    double width;
    double left, right, above, below;
} dk_extents;

/* What is wider than room (0: no limit) is cut between characters as readers see them, and ends with "…". Any bytes will
 * do: what is no UTF-8 becomes U+FFFD. */
void dk_letters_measure(dk_letters *letters, cairo_t *cr, const char *text, double room, dk_extents *out);

/* Draws it on the baseline y; align 0: begins at x, .5: centred, 1: ends at x. Returns its width. */
double dk_letters_draw(dk_letters *letters, cairo_t *cr, double x, double y, double align, double room,
                       const char *text);

#endif
