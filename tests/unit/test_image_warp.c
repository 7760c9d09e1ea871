/* The way into a network: exact where it is identity, the mean where it shrinks, bilinear where it enlarges.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "image/image.h"
#include "image/colour.h"
#include "image/warp.h"

static const dk_input_conf plain = {.input_mean = 0, .input_scale = 1};

static dk_image *noise(int w, int h, int c) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_new(&image, w, h, c, NULL), DK_OK);
    uint32_t state = 7;
    for (int i = 0; i < w * h * c; i++) {
        state = state * 1664525 + 1013904223;
        image->pixels[i] = (uint8_t)(state >> 24);
    }
    return image;
}

static void warp(const dk_image *image, dk_affine map, dk_border border, int channels, int h, int w,
                 float *planes) {
    dk_error err = {0};
    cr_assert_eq(dk_image_warp(image, &map, &dk_colour_none, border, &plain, channels, h, w, planes, &err),
                 DK_OK, "%s", err.text);
}

/* The definition by brute force: the pixel that holds a point, edge or black outside. */
static double at(const dk_image *image, int c, double x, double y, dk_border border) {
    const bool outside = x < 0 || y < 0 || x >= image->w || y >= image->h;
    if (outside && border == DK_BORDER_BLACK) {
        return 0;
    }
    const int i = (int)fmin(fmax(floor(x), 0), image->w - 1), j = (int)fmin(fmax(floor(y), 0), image->h - 1);
    return image->pixels[(j * image->w + i) * image->c + c] / 255.0;
}

Test(image_warp, identity_is_pixel_over_255_exactly) {
    dk_image *const image = noise(48, 48, 3);
    static float planes[3 * 48 * 48];
    cr_assert_eq(dk_image_input(image, &plain, 3, 48, 48, planes, NULL), DK_OK);
    for (int i = 0; i < 48 * 48; i++) {
        for (int c = 0; c < 3; c++) {
            cr_assert_eq(planes[c * 48 * 48 + i], (float)image->pixels[i * 3 + c] / 255.0f);
        }
    }
    dk_image_free(image);
}

Test(image_warp, mean_and_scale) {
    dk_image *const image = noise(5, 5, 1);
    const dk_input_conf conf = {.input_mean = .5f, .input_scale = 2};
    float planes[75];
    cr_assert_eq(dk_image_input(image, &conf, 3, 5, 5, planes, NULL), DK_OK);
    for (int i = 0; i < 75; i++) {
        cr_assert_float_eq(planes[i], (image->pixels[i % 25] / 255.0 - .5) * 2, 1e-6);
    }
    dk_image_free(image);
}

Test(image_warp, shrinking_is_the_mean_of_the_area) {
    dk_image *const image = noise(23, 17, 3);
    const double fine = 60; /* samples a side and output pixel: edges of pixels fall between samples */
    for (int k = 0; k < 4; k++) {
        const dk_border border = k % 2 == 0 ? DK_BORDER_EDGE : DK_BORDER_BLACK;
        const float flip = k < 2 ? 1 : -1;
        const dk_affine map = {{flip * 2.5f, 0, k < 2 ? -1.5f : 21.5f, 0, 1.75f, -2.25f}};
        float planes[3 * 9 * 11];
        warp(image, map, border, 3, 9, 11, planes);
        for (int i = 0; i < 3 * 9 * 11; i++) {
            const int c = i / 99, y = i % 99 / 11, x = i % 11;
            double sum = 0;
            for (int s = 0; s < (int)(fine * fine); s++) {
                const double u = x + (s % (int)fine + .5) / fine, v = y + (floor(s / fine) + .5) / fine;
                sum += at(image, c, (double)map.m[0] * u + (double)map.m[2],
                          (double)map.m[4] * v + (double)map.m[5], border);
            }
            cr_assert_float_eq(planes[i], sum / (fine * fine), .02, "%d: value %d", k, i);
        }
    }
    dk_image_free(image);
}

Test(image_warp, shrinking_by_two_is_exact) {
    dk_image *const image = noise(8, 8, 1);
    float planes[16];
    cr_assert_eq(dk_image_input(image, &plain, 1, 4, 4, planes, NULL), DK_OK);
    for (int i = 0; i < 16; i++) {
        const uint8_t *const p = image->pixels + i / 4 * 16 + i % 4 * 2;
        cr_assert_float_eq(planes[i], (p[0] + p[1] + p[8] + p[9]) / 1020.0, 1e-6);
    }
    dk_image_free(image);
}

Test(image_warp, enlarging_is_bilinear_between_centres) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_from(&image, 2, 1, 1, (const uint8_t[]){0, 255}, NULL), DK_OK);
    float planes[4];
    warp(image, (dk_affine){{.5f, 0, 0, 0, 1, 0}}, DK_BORDER_BLACK, 1, 1, 4, planes);
    const float wanted[4] = {0, .25f, .75f, 1};
    for (int i = 0; i < 4; i++) {
        cr_assert_float_eq(planes[i], wanted[i], 1e-6);
    }
    dk_image_free(image);
}

Test(image_warp, outside_is_edge_or_black) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_from(&image, 1, 1, 1, (const uint8_t[]){255}, NULL), DK_OK);
    float planes[9];
    for (int turned = 0; turned < 2; turned++) {
        const float skew = turned ? 1e-4f : 0;
        const dk_affine map = {{1, skew, -1, skew, 1, -1}}; /* the pixel lies in the middle */
        warp(image, map, DK_BORDER_BLACK, 1, 3, 3, planes);
        for (int i = 0; i < 9; i++) {
            cr_assert_float_eq(planes[i], i == 4 ? 1 : 0, 1e-6);
        }
        warp(image, map, DK_BORDER_EDGE, 1, 3, 3, planes);
        for (int i = 0; i < 9; i++) {
            cr_assert_float_eq(planes[i], 1, 1e-6);
        }
    }
    dk_image_free(image);
}

Test(image_warp, a_quarter_turn_moves_pixels) {
    dk_image *const image = noise(6, 6, 3);
    float planes[108];
    warp(image, (dk_affine){{0, 1, 0, -1, 0, 6}}, DK_BORDER_BLACK, 3, 6, 6,
         planes); /* source x = y, y = 6 − x */
    for (int i = 0; i < 108; i++) {
        const int c = i / 36, y = i % 36 / 6, x = i % 6;
        cr_assert_float_eq(planes[i], image->pixels[((5 - x) * 6 + y) * 3 + c] / 255.0, 1e-6);
    }
    dk_image_free(image);
}

Test(image_warp, a_slight_turn_is_near_the_upright_picture) {
    dk_image *const image = noise(40, 40, 1);
    float upright[100], turned[100];
    warp(image, (dk_affine){{4, 0, 0, 0, 4, 0}}, DK_BORDER_EDGE, 1, 10, 10, upright);
    warp(image, (dk_affine){{4, 1e-4f, 0, 1e-4f, 4, 0}}, DK_BORDER_EDGE, 1, 10, 10, turned);
    for (int i = 0; i < 100; i++) {
        cr_assert_float_eq(upright[i], turned[i], 1e-3);
    }
    dk_image_free(image);
}

Test(image_warp, fit_covers_and_cuts_the_middle) {
    const dk_affine wide = dk_affine_fit(100, 50, 10, 10);
    cr_assert_arr_eq(wide.m, ((const float[]){5, 0, 25, 0, 5, 0}), sizeof wide.m);
    const dk_affine tall = dk_affine_fit(50, 200, 100, 50);
    cr_assert_arr_eq(tall.m, ((const float[]){.5f, 0, 0, 0, .5f, 87.5f}), sizeof tall.m);
}

Test(image_warp, bgr_turns_the_order_of_colours_and_of_nothing_else) {
    dk_image *image = NULL;
    const uint8_t pixels[] = {200, 100, 50, 20, 10, 5};
    cr_assert_eq(dk_image_from(&image, 2, 1, 3, pixels, NULL), DK_OK);
    const dk_input_conf bgr = {.input_scale = 255, .bgr = 1},
                        both = {.input_scale = 255, .bgr = 1, .grey = 1};
    const float order[] = {50, 5, 100, 10, 200, 20};
    float planes[6], grey[2];
    cr_assert_eq(dk_image_input(image, &bgr, 3, 1, 2, planes, NULL), DK_OK);
    for (int i = 0; i < 6; i++) {
        cr_expect_float_eq(planes[i], order[i], 1e-4);
    }
    cr_assert_eq(dk_image_input(image, &bgr, 1, 1, 2, grey, NULL), DK_OK);
    cr_assert_eq(dk_image_input(image, &both, 3, 1, 2, planes, NULL), DK_OK);
    for (int i = 0; i < 6; i++) {
        cr_expect_float_eq(planes[i], grey[i % 2], 1e-4);
    }
    dk_image_free(image);
}

Test(image_warp, grey_takes_luma_and_repeats_it) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_from(&image, 1, 1, 3, (const uint8_t[]){200, 100, 50}, NULL), DK_OK);
    const double luma = (.299 * 200 + .587 * 100 + .114 * 50) / 255;
    cr_assert_eq(dk_image_luma(image->pixels), 124);
    const dk_input_conf grey = {.input_scale = 1, .grey = 1};
    float planes[3];
    cr_assert_eq(dk_image_input(image, &grey, 3, 1, 1, planes, NULL), DK_OK);
    for (int i = 0; i < 3; i++) {
        cr_assert_float_eq(planes[i], luma, 1e-6);
    }
    cr_assert_eq(dk_image_input(image, &plain, 1, 1, 1, planes, NULL), DK_OK);
    cr_assert_float_eq(planes[0], luma, 1e-6);
    dk_image_free(image);
}

static void colour(const uint8_t rgb[3], dk_colour change, const float wanted[3]) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_from(&image, 1, 1, 3, rgb, NULL), DK_OK);
    const dk_affine map = dk_affine_fit(1, 1, 1, 1);
    float planes[3];
    cr_assert_eq(dk_image_warp(image, &map, &change, DK_BORDER_EDGE, &plain, 3, 1, 1, planes, NULL), DK_OK);
    for (int i = 0; i < 3; i++) {
        cr_assert_float_eq(planes[i], wanted[i], 1e-5, "channel %d is %g", i, (double)planes[i]);
    }
    dk_image_free(image);
}

Test(image_warp, colours) {
    const uint8_t orange[3] = {255, 102, 0}, grey[3] = {51, 51, 51};
    dk_colour c = dk_colour_none;
    c.hue = 1.0f / 3; /* red goes to green, green to blue */
    colour(orange, c, (const float[]){0, 1, .4f});
    c.hue = -1.0f / 3;
    colour(orange, c, (const float[]){.4f, 0, 1});
    colour(grey, c, (const float[]){.2f, .2f, .2f});
    c = dk_colour_none;
    c.saturation = .5f;
    colour(orange, c, (const float[]){1, .7f, .5f});
    c.hue = 1; /* once around: the long way gives the same */
    colour(orange, c, (const float[]){1, .7f, .5f});
    c = dk_colour_none;
    c.exposure = .5f;
    colour(orange, c, (const float[]){.5f, .2f, 0});
    c = dk_colour_none;
    c.contrast = 2;
    colour(grey, c, (const float[]){0, 0, 0}); /* −.1, cut */
    c.brightness = .25f;
    colour(grey, c, (const float[]){.15f, .15f, .15f});
    c = dk_colour_none;
    c.gamma = 2;
    colour(orange, c, (const float[]){1, .16f, 0});
    c.exposure = 2;
    colour(grey, c, (const float[]){.16f, .16f, .16f}); /* (2 · .2)² */
}

/* Against the C library, also at 0 and 1, which stay what they are. */
Test(image_warp, gamma_is_a_power) {
    enum { STEPS = 5000 };
    static const float powers[] = {.01f, .25f, .7f, 1.5f, 4, 100};
    static float values[STEPS + 1];
    for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) {
        dk_colour c = dk_colour_none;
        c.gamma = powers[k];
        for (int i = 0; i <= STEPS; i++) {
            values[i] = (float)i / STEPS;
        }
        dk_colour_apply(&c, values, 1, STEPS + 1);
        cr_expect(values[0] == 0 && values[STEPS] == 1, "0 and 1 to %g: %g and %g", (double)c.gamma,
                  (double)values[0], (double)values[STEPS]);
        for (int i = 0; i <= STEPS; i++) {
            cr_assert_float_eq(values[i], powf((float)i / STEPS, c.gamma), 1e-5, "%d to %g", i,
                               (double)c.gamma);
        }
    }
}

Test(image_warp, wrong_shapes_are_refused) {
    dk_image *const image = noise(4, 4, 1);
    float planes[64];
    dk_error err = {0};
    cr_assert_eq(dk_image_input(image, &plain, 4, 4, 4, planes, &err), DK_ESHAPE);
    cr_assert_not_null(strstr(err.text, "1 or 3 channels, not 4"));
    dk_affine map = dk_affine_fit(4, 4, 4, 4);
    map.m[2] = NAN;
    cr_assert_eq(dk_image_warp(image, &map, &dk_colour_none, DK_BORDER_EDGE, &plain, 1, 4, 4, planes, &err),
                 DK_ESHAPE);
    dk_image_free(image);
}
