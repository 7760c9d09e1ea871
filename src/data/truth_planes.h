/* Masks: a class for each pixel of a picture, in an indexed or grey PNG of the picture's size: masks/x.png for
 * images/x.png, else x.mask.png. 255 is "no matter what". */
#ifndef DK_DATA_TRUTH_PLANES_H
#define DK_DATA_TRUTH_PLANES_H

#include "data/truth.h"

enum { DK_MASK_IGNORED = 255 };

/* The mask of a picture, *w·*h classes, row by row; the caller frees *out. DK_EDATA: it has a class beyond the set's. */
DK_CHECKED dk_status dk_mask_open(uint8_t **out, int *w, int *h, const dk_dataset *set, int picture,
                                  dk_error *err);

#endif
