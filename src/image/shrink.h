/* Small copies of large pictures, for sheets that show many of them. */
#ifndef DK_IMAGE_SHRINK_H
#define DK_IMAGE_SHRINK_H

#include "image/image.h"

/* Means of by × by pixels, by the largest whole number that leaves the longer side `side` pixels or more; by = 1 is a
 * copy. pixels: h rows of `stride` bytes, w pixels of c bytes each. */
DK_CHECKED dk_status dk_image_shrunk(dk_image **out, const uint8_t *pixels, int w, int h, int c,
                                     size_t stride, int side, dk_error *err);

/* dk_image_load, and the picture shrunk. */
DK_CHECKED dk_status dk_image_load_small(dk_image **out, const char *path, int side, dk_error *err);

#endif
