/* Views: where their corners lie in the source, and that a mirror image is one. */
#include <criterion/criterion.h>

#include "image/image.h"
#include "image/view.h"

static float across(const dk_affine *a, float x) {
    return a->m[0] * x + a->m[2];
}

static float down(const dk_affine *a, float y) {
    return a->m[4] * y + a->m[5];
}

Test(image_view, the_whole_is_the_fit) {
    const dk_view whole = {1, 0, 0, false};
    const dk_affine fit = dk_affine_fit(37, 20, 8, 6), view = dk_affine_view(&fit, 8, 6, &whole);
    cr_assert_arr_eq(&fit, &view, sizeof fit);
}

/* A picture of 400×300 at a network of 96×96: the fit shows 50…350 by 0…300, a window of .8 is 240 wide. */
Test(image_view, windows_touch_their_corners) {
    const struct {
        dk_view view;
        float left, right, top, bottom;
    } cases[] = {{{.8f, 0, 0, false}, 50, 290, 0, 240},     {{.8f, 1, 0, false}, 110, 350, 0, 240},
                 {{.8f, 0, 1, false}, 50, 290, 60, 300},    {{.8f, 1, 1, true}, 350, 110, 60, 300},
                 {{.8f, .5f, .5f, true}, 320, 80, 30, 270}, {{1, 0, 0, true}, 350, 50, 0, 300}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const dk_affine fit = dk_affine_fit(400, 300, 96, 96),
                        a = dk_affine_view(&fit, 96, 96, &cases[i].view);
        cr_expect_float_eq(across(&a, 0), cases[i].left, 1e-3, "%zu: left %g", i, across(&a, 0));
        cr_expect_float_eq(across(&a, 96), cases[i].right, 1e-3, "%zu: right %g", i, across(&a, 96));
        cr_expect_float_eq(down(&a, 0), cases[i].top, 1e-3, "%zu: top %g", i, down(&a, 0));
        cr_expect_float_eq(down(&a, 96), cases[i].bottom, 1e-3, "%zu: bottom %g", i, down(&a, 96));
        cr_expect(a.m[1] == 0 && a.m[3] == 0);
    }
}

Test(image_view, a_mirror_image_is_exact) {
    enum { SIDE = 6 };
    const dk_input_conf plain = {.input_scale = 1};
    const dk_view view = {1, 0, 0, true};
    const dk_affine fit = dk_affine_fit(SIDE, SIDE, SIDE, SIDE),
                    map = dk_affine_view(&fit, SIDE, SIDE, &view);
    dk_image *image = NULL;
    float straight[SIDE * SIDE], mirrored[SIDE * SIDE];
    cr_assert_eq(dk_image_new(&image, SIDE, SIDE, 1, NULL), DK_OK);
    for (int i = 0; i < SIDE * SIDE; i++) {
        image->pixels[i] = (uint8_t)(i * 7);
    }
    cr_assert_eq(dk_image_input(image, &plain, 1, SIDE, SIDE, straight, NULL), DK_OK);
    cr_assert_eq(
        dk_image_warp(image, &map, &dk_colour_none, DK_BORDER_EDGE, &plain, 1, SIDE, SIDE, mirrored, NULL),
        DK_OK);
    for (int i = 0; i < SIDE * SIDE; i++) {
        cr_expect_eq(mirrored[i], straight[i / SIDE * SIDE + SIDE - 1 - i % SIDE], "pixel %d", i);
    }
    dk_image_free(image);
}
