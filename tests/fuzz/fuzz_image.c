/* Any bytes as a picture of every kind, as a film, as an EXIF block and on the way into a network: never a crash or a
 * leak, a failure always has a text, a picture always its pixels, and planes are numbers of 0…1. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"
#include "image/warp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define SIDE 7

static void check_planes(const float *planes) {
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        if (!(planes[i] >= -1e-3f && planes[i] <= 1.001f)) {
            abort();
        }
    }
}

static void use(const dk_image *image) {
    static const dk_input_conf conf = {.input_scale = 1};
    float planes[3 * SIDE * SIDE];
    const dk_affine turned = {{1.5f, -2, 3, .5f, 1, -4}};
    if (dk_image_input(image, &conf, 3, SIDE, SIDE, planes, NULL) != DK_OK) {
        abort();
    }
    check_planes(planes);
    if (dk_image_warp(image, &turned, &dk_colour_none, DK_BORDER_BLACK, &conf, 3, SIDE, SIDE, planes, NULL) !=
        DK_OK) {
        abort();
    }
    check_planes(planes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const int orientation = dk_exif_orientation(bytes, size);
    if (orientation < 1 || orientation > 8) {
        abort();
    }
    (void)dk_jpeg_moves(bytes, size);
    (void)dk_gif_moves(bytes, size);
    dk_image *image = NULL;
    dk_error err = {0};
    const dk_status status = dk_image_decode(&image, bytes, size, "fuzz", &err);
    if (status != DK_OK) {
        if (image != NULL || err.status != status || strncmp(err.text, "fuzz: ", 6) != 0 ||
            strchr(err.text, '\n')) {
            abort();
        }
        return 0;
    }
    if (image->w < 1 || image->h < 1 || (image->c != 1 && image->c != 3)) {
        abort();
    }
    use(image);
    dk_image_free(image);
    return 0;
}
