/* PNGs whose pixels are numbers: a class for each pixel, in a palette's colours for people to see. They are read from PNGs
 * with a palette of any depth, and from grey ones of at most 8 bits, whose samples are taken unscaled (1, 2, 4 bits: 0…1,
 * 0…3, 0…15); interlaced or not. What else a PNG can be (RGB, alpha, 16 bits) is an error. */
#ifndef DK_IMAGE_INDEXED_H
#define DK_IMAGE_INDEXED_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { DK_INDEXED_COLOURS = 256 }; /* most of a palette */

/* Writes w·h indices, row by row from the top, as a PNG of 8 bits aside and renames it. palette: the R G B of indices
 * 0 … colours − 1, of which there are at most 256. An index without a colour is an error. */
DK_CHECKED dk_status dk_image_save_indexed(const uint8_t *indices, int w, int h, const uint8_t (*palette)[3],
                                           int colours, const char *path, dk_error *err);

/* The w·h indices of a file, row by row from the top, as it stands upright (EXIF); the caller frees *out. The palette is not
 * looked at: an index may be one that it lacks. Errors: those of dk_image_load, and a file that holds no indices. */
DK_CHECKED dk_status dk_indexed_load(uint8_t **out, int *w, int *h, const char *path, dk_error *err);
/* The same of a file's bytes; `name` is for messages. */
DK_CHECKED dk_status dk_indexed_decode(uint8_t **out, int *w, int *h, const uint8_t *bytes, size_t size,
                                       const char *name, dk_error *err);

#endif
