/* A labelled contact sheet of pictures: samples of a data set, mistakes of a network. */
#ifndef DK_PLOT_GRID_H
#define DK_PLOT_GRID_H

#include "base/status.h"
#include "plot/fonts.h"

/* Writes a PNG aside and renames it: count pictures in rows of `columns`, each fitted into a square of `cell`
 * pixels with its caption below, up to three lines of it ('\n' between them); rows are no higher than the highest
 * picture needs. captions may be NULL, and so may a caption or the title. A line that is too wide is cut. DK_EUSAGE
 * for no pictures, columns < 1, cell < 16, or a sheet of more than 32767 pixels a side. */
DK_CHECKED dk_status dk_grid_save(const dk_image *const *images, const char *const *captions, int count,
                                  int columns, int cell, const char *title, dk_fonts *fonts, const char *path,
                                  dk_error *err);

/* A sheet without pictures: the title alone says why. */
DK_CHECKED dk_status dk_grid_save_empty(const char *title, dk_fonts *fonts, const char *path, dk_error *err);

#endif
