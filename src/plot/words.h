/* Texts as small pictures, kept from frame to frame: most of what is drawn on a frame stood on the one before, too. */
#ifndef DK_PLOT_WORDS_H
#define DK_PLOT_WORDS_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/bgr.h"
#include "plot/fonts.h"

typedef struct dk_words dk_words;

DK_CHECKED dk_status dk_words_open(dk_words **out, dk_fonts *fonts, dk_error *err);
void dk_words_close(dk_words *words); /* accepts NULL */

typedef struct {
    int size, room; /* of letters and for the whole, pixels; room 0: no limit */
    bool bold;
    dk_ink ink; /* of letters; emoji have their own colours */
} dk_style;

/* The text on one line, from ascent to descent of its fonts; what is wider than the room is cut and ends with "…". Any
 * bytes will do. Valid until the next 64 calls. */
DK_CHECKED dk_status dk_words_get(dk_words *words, const char *text, dk_style style, dk_picture *out,
                                  dk_error *err);

#endif
