/* A mask: the parts of a face are drawn finer than the picture and without antialiasing, so that every sample is one part;
 * a pixel goes by its samples. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "picture.h"

enum { FINE = 4, SAMPLES = FINE * FINE, WANTED = 3 * SAMPLES / 4 };

/* The part that enough of a pixel's samples show; they begin at p (B G R 0, grey) and are `stride` bytes a row. */
static uint8_t part_of(const unsigned char *p, int stride) {
    int votes[PARTS] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        const int part = p[i / FINE * stride + 4 * (i % FINE)];
        if (++votes[part] == WANTED) {
            return (uint8_t)part;
        }
    }
    return UNDECIDED;
}

uint8_t *mask_of(const struct face *face, const struct framing *framing, int size) {
    cairo_surface_t *fine = cairo_image_surface_create(CAIRO_FORMAT_RGB24, FINE * size, FINE * size);
    cairo_t *cr = cairo_create(fine);
    cairo_scale(cr, FINE, FINE);
    framing_set(cr, framing);
    face_draw_parts(cr, face);
    const bool drawn = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_flush(fine);
    const unsigned char *data = cairo_image_surface_get_data(fine);
    const int stride = cairo_image_surface_get_stride(fine);
    uint8_t *mask = drawn ? malloc((size_t)size * (size_t)size) : NULL;
    for (int i = 0; mask != NULL && i < size * size; i++) {
        mask[i] =
            part_of(data + (ptrdiff_t)(i / size) * FINE * stride + (ptrdiff_t)(i % size) * FINE * 4, stride);
    }
    cairo_surface_destroy(fine);
    return mask;
}
