/* What a camera does to a picture: soft focus (two box blurs, nearly a Gaussian), contrast, noise, grey. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "pen.h"
#include "picture.h"

/* One box blur of radius r (a fraction counts the outermost pixels partly) along n pixels, `step` bytes
 * apart, of one channel; edges are repeated. */
static void box(unsigned char *data, int n, ptrdiff_t step, double r, unsigned char *copy) {
    const int whole = (int)r;
    const double part = r - whole, total = 2 * r + 1;
    for (int i = 0; i < n; i++) {
        copy[i] = data[i * step];
    }
    for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int k = -whole - 1; k <= whole + 1; k++) {
            const int at = i + k < 0 ? 0 : i + k >= n ? n - 1 : i + k;
            sum += copy[at] * (abs(k) > whole ? part : 1);
        }
        data[i * step] = (unsigned char)(sum / total + .5);
    }
}

static void blur(unsigned char *data, int w, int h, int stride, double r) {
    unsigned char *copy = malloc((size_t)(w > h ? w : h));
    for (int pass = 0; copy != NULL && pass < 2; pass++) {
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < h; y++) {
                box(data + y * stride + c, w, 4, r, copy);
            }
            for (int x = 0; x < w; x++) {
                box(data + 4 * x + c, h, stride, r, copy);
            }
        }
    }
    free(copy);
}

static unsigned char graded(double v, const struct camera *camera, double noise) {
    return (unsigned char)clamp(128 + camera->contrast * (v - 128) + camera->brightness + noise + .5, 0, 255);
}

void camera_shoot(cairo_surface_t *picture, const struct camera *camera, dk_rng *rng) {
    cairo_surface_flush(picture);
    unsigned char *data = cairo_image_surface_get_data(picture);
    const int w = cairo_image_surface_get_width(picture), h = cairo_image_surface_get_height(picture);
    const int stride = cairo_image_surface_get_stride(picture);
    if (camera->blur > .05) {
        blur(data, w, h, stride, camera->blur);
    }
    for (int y = 0; y < h; y++) {
        unsigned char *p = data + y * stride;
        for (int x = 0; x < w; x++, p += 4) { /* little-endian: B G R 0 */
            const double grain =
                camera->noise * (double)(dk_rng_uniform(rng, -1, 1) + dk_rng_uniform(rng, -1, 1));
            if (camera->grey) {
                const double luma = .114 * p[0] + .587 * p[1] + .299 * p[2];
                memset(p, graded(luma, camera, grain), 3);
            } else {
                for (int c = 0; c < 3; c++) {
                    p[c] = graded(p[c], camera, grain);
                }
            }
        }
    }
    cairo_surface_mark_dirty(picture);
}

struct camera camera_random(dk_rng *rng, double size) {
    return (struct camera){.blur = between(rng, 0, .42) * size / 48,
                           .noise = between(rng, .5, 4),
                           .contrast = vary(rng, .97, .09),
                           .brightness = vary(rng, 0, 9)};
}
