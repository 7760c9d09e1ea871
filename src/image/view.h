/* Views of a picture for averaging answers over them: the whole picture as validation sees it, windows cut out
 * of that, and mirror images. */
#ifndef DK_IMAGE_VIEW_H
#define DK_IMAGE_VIEW_H

#include "image/warp.h"

/* A window whose sides are `scale` times those of the whole; x and y place it there, 0: at the
 * left or top, 1: at the right or bottom. */
typedef struct {
    float scale, x, y;
    bool mirror; /* left and right change places */
} dk_view;

/* fit: the map of the whole picture, which {1, 0, 0, false} gives back. */
dk_affine dk_affine_view(const dk_affine *fit, int w, int h, const dk_view *view);

/* dk_image_input of a view: planes[channels·h·w]. DK_ENOMEM, DK_ESHAPE. */
DK_CHECKED dk_status dk_image_view(const dk_image *image, const dk_view *view, const dk_input_conf *conf,
                                   int channels, int h, int w, float *planes, dk_error *err);

#endif
