/* Colour changes of training, on planes of values 0…1. */
#ifndef DK_IMAGE_COLOUR_H
#define DK_IMAGE_COLOUR_H

#include "image/warp.h"

/* planes[count][n], count 1 (hue and saturation do nothing) or 3 (R, G, B). Order: hue, saturation and
 * exposure as in HSV, contrast, brightness, then values are cut to 0…1; gamma. */
void dk_colour_apply(const dk_colour *colour, float *planes, int count, size_t n);

#endif
