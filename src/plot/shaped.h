/* Text whose letters change with their neighbours, go from right to left, or are in another font than the rest: pango's
 * work. Opening it maps its library, so that is done for the first such text. */
#ifndef DK_PLOT_SHAPED_H
#define DK_PLOT_SHAPED_H

#include "plot/letters.h"

enum { DK_LETTERS_MOST = 1024 }; /* bytes of a text that are drawn, with a closing 0 */

typedef struct dk_shaped dk_shaped;

/* DK_EUNSUPPORTED where the library is not installed. */
DK_CHECKED dk_status dk_shaped_open(dk_shaped **out, dk_error *err);
void dk_shaped_close(dk_shaped *shaped); /* accepts NULL */

void dk_shaped_font(dk_shaped *shaped, double size, bool bold);

/* Lays out UTF-8 of one line, as letters.h says, and tells what has no glyph. */
void dk_shaped_set(dk_shaped *shaped, cairo_t *cr, const char *text, double room, dk_fonts *fonts,
                   dk_extents *out);
/* Draws what was laid out for this context. */
void dk_shaped_draw(const dk_shaped *shaped, cairo_t *cr, double x, double y);

#endif
