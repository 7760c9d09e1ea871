/* The way into a network: sample, colours, blur and noise, normalise, repeat grey over the channels.
 * Sampling itself is upright.c and turned.c, colours are colour.c, blur and noise filter.c. */
#include "image/warp.h"

#include <math.h>
#include <string.h>

#include "image/colour.h"
#include "image/filter.h"
#include "image/resample.h"

dk_affine dk_affine_fit(int source_w, int source_h, int w, int h) {
    const float across = (float)source_w / (float)w, down = (float)source_h / (float)h;
    const float step = across < down ? across : down; /* source pixels per output pixel */
    return (dk_affine){
        {step, 0, ((float)source_w - step * (float)w) / 2, 0, step, ((float)source_h - step * (float)h) / 2}};
}

dk_affine dk_input_map(const dk_input_conf *conf, int source_w, int source_h, int w, int h) {
    return conf->fit == DK_FIT_STRETCH
               ? (dk_affine){{(float)source_w / (float)w, 0, 0, 0, (float)source_h / (float)h, 0}}
               : dk_affine_fit(source_w, source_h, w, h);
}

/* Red and blue change places. */
static void swap_ends(float *planes, size_t plane) {
    for (size_t i = 0; i < plane; i++) {
        const float red = planes[i];
        planes[i] = planes[2 * plane + i];
        planes[2 * plane + i] = red;
    }
}

static void normalise(const dk_input_conf *conf, float *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        values[i] = (values[i] - conf->input_mean) * conf->input_scale;
    }
}

dk_status dk_image_warp(const dk_image *image, const dk_affine *map, const dk_colour *colour,
                        dk_border border, const dk_input_conf *conf, int channels, int h, int w,
                        float *planes, dk_error *err) {
    if (channels != 1 && channels != 3) {
        return dk_fail(err, DK_ESHAPE, "pictures give a network 1 or 3 channels, not %d", channels);
    }
    if (h < 1 || w < 1) {
        return dk_fail(err, DK_ESHAPE, "a network's input of %dx%d pixels holds no picture", w, h);
    }
    for (int i = 0; i < 6; i++) {
        if (!isfinite(map->m[i])) {
            return dk_fail(err, DK_ESHAPE, "the map of a picture is not finite");
        }
    }
    const bool one = channels == 1 || conf->grey || image->c == 1;
    const int sampled = one ? 1 : 3;
    const size_t plane = (size_t)h * (size_t)w, values = (size_t)sampled * plane;
    const dk_resample r = {.image = image, .map = map, .border = border, .luma = one, .h = h, .w = w};
    if (map->m[1] == 0 && map->m[3] == 0) {
        DK_TRY(dk_resample_upright(&r, planes, err));
    } else {
        dk_resample_turned(&r, planes);
    }
    for (size_t i = 0; i < values; i++) {
        planes[i] /= 255.0f; /* not ·(1/255): equal bytes must give what other programs get */
    }
    dk_colour_apply(colour, planes, sampled, plane);
    DK_TRY(dk_filter_apply(&colour->filter, planes, sampled, h, w, err));
    normalise(conf, planes, values);
    if (conf->bgr && !one) {
        swap_ends(planes, plane);
    }
    for (int c = sampled; c < channels; c++) {
        memcpy(planes + (size_t)c * plane, planes, plane * sizeof *planes);
    }
    return DK_OK;
}

dk_status dk_image_input(const dk_image *image, const dk_input_conf *conf, int channels, int h, int w,
                         float *planes, dk_error *err) {
    const dk_affine fit = dk_input_map(conf, image->w, image->h, w, h);
    return dk_image_warp(image, &fit, &dk_colour_none, DK_BORDER_EDGE, conf, channels, h, w, planes, err);
}
