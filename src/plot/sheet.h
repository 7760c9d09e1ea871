/* contact-sheet.png: frames of a run in a grid with their captions (times). The run's length need not be known: frames are
 * collected at an interval that doubles whenever there are too many. */
#ifndef DK_PLOT_SHEET_H
#define DK_PLOT_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "plot/fonts.h"

typedef struct dk_sheet dk_sheet;

/* A sheet of at most `most` (1 … 64) frames. */
DK_CHECKED dk_status dk_sheet_open(dk_sheet **out, int most, dk_error *err);

/* Offers every frame of the run: 8 bits, B G R interleaved, w×h pixels in rows `stride` bytes apart. Few are kept, and
 * those small; a caption is its time, "12.4 s". */
DK_CHECKED dk_status dk_sheet_add(dk_sheet *sheet, const char *caption, const uint8_t *bgr, int w, int h,
                                  size_t stride, dk_error *err);

/* Writes the PNG aside and renames it; without frames it says that there were none. */
DK_CHECKED dk_status dk_sheet_save(const dk_sheet *sheet, const char *title, dk_fonts *fonts,
                                   const char *path, dk_error *err);

void dk_sheet_close(dk_sheet *sheet); /* accepts NULL */

#endif
