/* The map of a view: with the fit's map s·x + o, a window of scale k is k·s·x + o + place·(1 − k)·s·w, and its
 * mirror image runs from the window's end backwards. */
#include "image/view.h"

dk_affine dk_affine_view(const dk_affine *fit, int w, int h, const dk_view *view) {
    const float across = fit->m[0] * (float)w,
                down = fit->m[4] * (float)h; /* source pixels that the fit shows */
    const float spare = 1 - view->scale;
    dk_affine a = {{view->scale * fit->m[0], 0, fit->m[2] + view->x * spare * across, 0,
                    view->scale * fit->m[4], fit->m[5] + view->y * spare * down}};
    if (view->mirror) {
        a.m[2] += a.m[0] * (float)w;
        a.m[0] = -a.m[0];
    }
    return a;
}

dk_status dk_image_view(const dk_image *image, const dk_view *view, const dk_input_conf *conf, int channels,
                        int h, int w, float *planes, dk_error *err) {
    const dk_affine fit = dk_input_map(conf, image->w, image->h, w, h);
    const dk_affine map = dk_affine_view(&fit, w, h, view);
    return dk_image_warp(image, &map, &dk_colour_none, DK_BORDER_EDGE, conf, channels, h, w, planes, err);
}
