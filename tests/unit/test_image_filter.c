/* Blur and noise: what a Gaussian does to a point, an edge and a flat picture; the moments of the noise. */
#include <criterion/criterion.h>
#include <math.h>

#include "image/filter.h"

#define SIDE 31

static void filter(dk_filter f, float *planes, int count, int h, int w) {
    dk_error err = {0};
    cr_assert_eq(dk_filter_apply(&f, planes, count, h, w, &err), DK_OK, "%s", err.text);
}

Test(image_filter, a_point_becomes_a_gaussian) {
    static float plane[SIDE * SIDE];
    const int middle = SIDE / 2;
    plane[middle * SIDE + middle] = 1;
    filter((dk_filter){.blur = 2, .radius = 10}, plane, 1, SIDE, SIDE);
    double sum = 0, across = 0, down = 0;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const double v = (double)plane[y * SIDE + x];
            sum += v;
            across += v * (x - middle) * (x - middle);
            down += v * (y - middle) * (y - middle);
        }
    }
    cr_assert_float_eq(sum, 1, 1e-5);
    cr_assert_float_eq(across, 4, 1e-3);
    cr_assert_float_eq(down, 4, 1e-3);
    const double ratio = (double)(plane[middle * SIDE + middle + 3] / plane[middle * SIDE + middle]);
    cr_assert_float_eq(ratio, exp(-9 / 8.0), 1e-5);
}

Test(image_filter, a_kernel_wider_than_the_picture_keeps_what_is_flat) {
    float planes[2 * 3 * 5];
    for (int i = 0; i < 30; i++) {
        planes[i] = i < 15 ? .25f : .75f;
    }
    filter((dk_filter){.blur = 15, .radius = DK_BLUR_RADIUS}, planes, 2, 3, 5);
    for (int i = 0; i < 30; i++) {
        cr_assert_float_eq(planes[i], i < 15 ? .25f : .75f, 1e-5);
    }
}

Test(image_filter, an_edge_is_softened_and_the_border_repeated) {
    float plane[3 * 8];
    for (int i = 0; i < 24; i++) {
        plane[i] = i % 8 < 4 ? 0 : 1;
    }
    filter((dk_filter){.blur = .8f, .radius = 1}, plane, 1, 3, 8);
    const double beside = exp(-1 / 1.28) / (1 + 2 * exp(-1 / 1.28));
    for (int i = 0; i < 24; i++) {
        const double wanted = i % 8 < 3 ? 0 : i % 8 == 3 ? beside : i % 8 == 4 ? 1 - beside : 1;
        cr_assert_float_eq(plane[i], wanted, 1e-6, "place %d: %g", i, (double)plane[i]);
    }
}

Test(image_filter, noise_has_its_moments_and_stays_in_range) {
    enum { SIZE = 256 };
    static float plane[SIZE * SIZE], again[SIZE * SIZE];
    for (int i = 0; i < SIZE * SIZE; i++) {
        plane[i] = again[i] = .5f;
    }
    filter((dk_filter){.noise = .05f, .noise_key = 7}, plane, 1, SIZE, SIZE);
    double m1 = 0, m2 = 0, m4 = 0;
    for (int i = 0; i < SIZE * SIZE; i++) {
        const double x = ((double)plane[i] - .5) / .05;
        m1 += x / (SIZE * SIZE);
        m2 += x * x / (SIZE * SIZE);
        m4 += x * x * x * x / (SIZE * SIZE);
    }
    cr_assert_float_eq(m1, 0, .02);
    cr_assert_float_eq(m2, 1, .03);
    cr_assert_float_eq(m4, 2.85, .15);
    filter((dk_filter){.noise = .05f, .noise_key = 7}, again, 1, SIZE, SIZE);
    cr_assert_arr_eq(plane, again, sizeof plane);
    filter((dk_filter){.noise = .5f, .noise_key = 8}, again, 1, SIZE, SIZE);
    for (int i = 0; i < SIZE * SIZE; i++) {
        cr_assert(again[i] >= 0 && again[i] <= 1);
    }
}

Test(image_filter, nothing_does_nothing) {
    float planes[12], before[12];
    for (int i = 0; i < 12; i++) {
        planes[i] = before[i] = (float)i / 12;
    }
    filter((dk_filter){0}, planes, 3, 2, 2);
    filter((dk_filter){.blur = 0, .radius = 3}, planes, 3, 2, 2);
    cr_assert_arr_eq(planes, before, sizeof planes);
}
