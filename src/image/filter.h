/* Blur and noise of training, on planes of values 0…1, behind the colours. */
#ifndef DK_IMAGE_FILTER_H
#define DK_IMAGE_FILTER_H

#include "image/warp.h"

/* planes[count][h][w]: blurred, then noise on every value, cut to 0…1. DK_ENOMEM. */
DK_CHECKED dk_status dk_filter_apply(const dk_filter *filter, float *planes, int count, int h, int w,
                                     dk_error *err);

#endif
