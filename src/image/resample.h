/* Sampling a picture under an affine map, the two halves of warp.c: upright maps axis by axis, turned ones
 * point by point. Both fill float planes [1 or 3][h][w] with values 0…255: one plane for grey pictures and
 * for luma, else three. What lies outside the picture is its edge, or black. */
#ifndef DK_IMAGE_RESAMPLE_H
#define DK_IMAGE_RESAMPLE_H

#include "image/warp.h"

typedef struct {
    const dk_image *image;
    const dk_affine *map; /* finite */
    dk_border border;
    bool luma; /* of a colour picture */
    int h, w;  /* of the planes */
} dk_resample;

/* Weights of BT.601, those of dk_image_luma. */
#define DK_LUMA_R .299f
#define DK_LUMA_G .587f
#define DK_LUMA_B .114f

/* m[1] = m[3] = 0. DK_ENOMEM. */
DK_CHECKED dk_status dk_resample_upright(const dk_resample *r, float *planes, dk_error *err);

void dk_resample_turned(const dk_resample *r, float *planes);

#endif
