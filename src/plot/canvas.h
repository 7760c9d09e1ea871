/* A picture to draw on, inks and text: what charts and grids share. Everything is in pixels. */
#ifndef DK_PLOT_CANVAS_H
#define DK_PLOT_CANVAS_H

#include <cairo.h>
#include <stdbool.h>

#include "base/status.h"
#include "plot/fonts.h"
#include "plot/ink.h"
#include "plot/letters.h"

typedef struct {
    cairo_surface_t *surface;
    cairo_t *cr;
    dk_letters *letters;
} dk_canvas;

/* White paper. fonts: told of letters that no font has; may be NULL. */
DK_CHECKED dk_status dk_canvas_open(dk_canvas *canvas, int w, int h, dk_fonts *fonts, dk_error *err);
/* Writes a PNG aside and renames it; closes the canvas. */
DK_CHECKED dk_status dk_canvas_save(dk_canvas *canvas, const char *path, dk_error *err);
void dk_canvas_close(dk_canvas *canvas);

void dk_canvas_ink(cairo_t *cr, dk_ink ink, double alpha);
/* The rest wants a canvas's own context: its letters hang on it. */
void dk_canvas_font(cairo_t *cr, double size, bool bold);
double dk_canvas_width(cairo_t *cr, const char *text); /* of any bytes, as dk_canvas_text draws them */

/* Text on the baseline y; align 0: begins at x, .5: centred, 1: ends at x. What is wider than room (0: no
 * limit) is cut and ends with "…". Returns its width. */
double dk_canvas_text(cairo_t *cr, double x, double y, double align, double room, const char *text);

/* The title of a picture and, quiet, the line below it; larger over what is wider. */
void dk_canvas_head(cairo_t *cr, double x, double room, bool large, const char *title, const char *subtitle);

#endif
