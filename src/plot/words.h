/* Texts as masks, kept from frame to frame: most of what is drawn on a frame stood on the one before, too. */
#ifndef DK_PLOT_WORDS_H
#define DK_PLOT_WORDS_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/bgr.h"

typedef struct dk_words dk_words;

DK_CHECKED dk_status dk_words_open(dk_words **out, dk_error *err);
void dk_words_close(dk_words *words); /* accepts NULL */

/* The text in letters of `size` pixels, one line from ascent to descent; what is wider than room (0: no limit) is
 * cut and ends with "…". Any bytes will do. Valid until the next 64 calls. */
DK_CHECKED dk_status dk_words_get(dk_words *words, const char *text, int size, bool bold, int room,
                                  dk_mask *out, dk_error *err);

#endif
