/* Views of a picture for averaging answers over them: the whole picture as validation sees it, windows cut out
 * of that, and mirror images. */
#ifndef DK_IMAGE_VIEW_H
#define DK_IMAGE_VIEW_H

#include "image/warp.h"

/* A window whose sides are `scale` times those of what dk_affine_fit shows; x and y place it there, 0: at the
 * left or top, 1: at the right or bottom. */
typedef struct {
    float scale, x, y;
    bool mirror; /* left and right change places */
} dk_view;

/* {1, 0, 0, false} is dk_affine_fit. */
dk_affine dk_affine_view(int source_w, int source_h, int w, int h, const dk_view *view);

#endif
