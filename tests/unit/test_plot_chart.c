/* chart.png and contact sheets: valid PNGs of the right size with the curves in them, written whole or not at
 * all. How they look is judged by eye. */
#include "plot/chart.h"
#include "plot/grid.h"

#include <cairo.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/dk_test_plot_XXXXXX", path[64];

static void setup(void) {
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/picture.png", folder);
}

static void teardown(void) {
    unlink(path);
    cr_assert_eq(rmdir(folder), 0, "something besides the picture was left in %s", folder);
}

TestSuite(plot_chart, .init = setup, .fini = teardown);

/* A part of the picture. */
typedef struct {
    int x, y, w, h;
} area;

/* Pixels of exactly this colour in a part of the PNG; −1 when it is no PNG of w×h. */
static long pixels_in(area a, int w, int h, uint32_t rgb) {
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    long n = -1;
    if (cairo_image_surface_get_width(s) == w && cairo_image_surface_get_height(s) == h) {
        n = 0;
        for (int y = a.y; y < a.y + a.h; y++) {
            const unsigned char *row =
                cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s);
            for (int x = a.x; x < a.x + a.w; x++) {
                uint32_t pixel;
                memcpy(&pixel, row + 4 * x, sizeof pixel);
                n += (pixel & 0xffffff) == rgb;
            }
        }
    }
    cairo_surface_destroy(s);
    return n;
}

static long pixels_of(int w, int h, uint32_t rgb) {
    return pixels_in((area){0, 0, w, h}, w, h, rgb);
}

/* Inside the frames of the panels of chart.c; names and samples of the curves stand outside. */
static const area loss = {104, 122, 1066, 290}, accuracy = {104, 460, 1066, 210},
                  rate = {104, 708, 1066, 128};

static long drawn(area a, uint32_t rgb) {
    return pixels_in(a, 1200, 900, rgb);
}

/* One of `of` equal parts of a panel, from the left. */
static area part(area a, int i, int of) {
    return (area){a.x + a.w * i / of, a.y, a.w / of, a.h};
}

enum { BLUE = 0x0072b2, VERMILION = 0xd55e00, GREEN = 0x009e73, PURPLE = 0xa84f85 };

static void save(int count, int best, int stopped, double validation) {
    dk_chart_point *points = calloc((size_t)count + 1, sizeof *points);
    for (int i = 0; i < count; i++) {
        const double value = 10 * pow(1e-4, i / 199.);
        points[i] = (dk_chart_point){.epoch = i + 1,
                                     .train_loss = value,
                                     .train_main = .5,
                                     .valid_loss = validation * value,
                                     .valid_main = validation * .4,
                                     .rate = pow(.1, 1 + i * .02)};
    }
    const dk_chart chart = {
        .main = "accuracy",
        .main_trained = true,
        .share = true,
        .title = "a title that is far longer than the picture is wide, so that it has to be cut "
                 "somewhere, which must not hurt: \xff\xc3 \xe2\x82",
        .points = points,
        .count = count,
        .best = best,
        .stopped = stopped};
    dk_error err = {0};
    cr_assert_eq(dk_chart_save(&chart, NULL, path, &err), DK_OK, "%s", err.text);
    free(points);
}

Test(plot_chart, curves_and_marks_are_there) {
    save(13, 7, 12, 1.2);
    const area panels[] = {loss, accuracy};
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 4; k++) { /* from the first epoch to the last */
            cr_expect_gt(drawn(part(panels[i], k, 4), BLUE), 100, "panel %d, quarter %d", i, k);
            cr_expect_gt(drawn(part(panels[i], k, 4), VERMILION), 100, "panel %d, quarter %d", i, k);
        }
        cr_expect_gt(drawn(panels[i], GREEN), 100, "the best epoch in panel %d", i);
        cr_expect_gt(drawn(panels[i], PURPLE), 50, "the early stop in panel %d", i);
    }
    cr_expect_gt(drawn(rate, GREEN), 20);
    cr_expect_gt(drawn(rate, PURPLE), 10);
}

/* The loss falls to a ten-thousandth: its curve is in the upper half on the left, in the lower on the right. */
Test(plot_chart, a_curve_goes_where_its_values_do) {
    save(200, -1, -1, NAN);
    area left = part(loss, 0, 8), right = part(loss, 7, 8);
    left.h = right.h = loss.h / 2;
    cr_expect_gt(drawn(left, BLUE), 100);
    cr_expect_eq(drawn(right, BLUE), 0);
    left.y = right.y = loss.y + loss.h / 2;
    cr_expect_eq(drawn(left, BLUE), 0);
    cr_expect_gt(drawn(right, BLUE), 100);
}

Test(plot_chart, from_none_to_many_points) {
    const int counts[] = {0, 1, 2, 3, 200, 3000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        save(counts[i], counts[i] - 1, -1, 1.1);
        const long least = counts[i] == 0 ? 0 : counts[i] == 1 ? 10 : 500;
        cr_expect(counts[i] > 200 || drawn(loss, BLUE) >= least, "%d points",
                  counts[i]); /* of more the second hides it */
        cr_expect_geq(drawn(accuracy, BLUE), least, "%d points", counts[i]);
        cr_expect_geq(drawn(loss, VERMILION), least, "%d points", counts[i]);
        cr_expect(counts[i] > 0 || (drawn(loss, BLUE) == 0 && drawn(loss, VERMILION) == 0), "none: no curve");
    }
}

Test(plot_chart, without_validation_there_is_no_second_curve) {
    save(20, -1, -1, NAN);
    cr_expect_eq(drawn(loss, VERMILION), 0);
    cr_expect_eq(drawn(accuracy, VERMILION), 0);
    cr_assert_eq(pixels_of(1200, 900, GREEN), 0);
    cr_assert_eq(pixels_of(1200, 900, PURPLE), 0);
}

Test(plot_chart, a_folder_that_is_not_there_is_an_error) {
    const dk_chart chart = {
        .main = "accuracy", .main_trained = true, .share = true, .best = -1, .stopped = -1};
    dk_error err = {0};
    cr_assert_neq(dk_chart_save(&chart, NULL, "/no/such/folder/chart.png", &err), DK_OK);
    cr_assert_neq(strstr(err.text, "/no/such/folder"), NULL, "%s", err.text);
}

Test(plot_chart, grid_shows_pictures_and_captions) {
    uint8_t red[4 * 2 * 3], grey[2 * 2];
    for (size_t i = 0; i < sizeof red; i++) {
        red[i] = i % 3 == 0 ? 200 : 10;
    }
    grey[0] = grey[2] = 0x4d;
    grey[1] = grey[3] = 0xb0;
    const dk_image wide = {4, 2, 3, red}, flat = {2, 2, 1, grey};
    const dk_image *const images[] = {&wide, &flat, &wide};
    const char *const captions[] = {"a caption that is wider than its picture", NULL, "\xf0\x28"};
    dk_error err = {0};
    cr_assert_eq(dk_grid_save(images, captions, 3, 2, 40, "title", NULL, path, &err), DK_OK, "%s", err.text);
    const int w = 2 * 24 + 2 * 40 + 10, h = 24 + 40 + 2 * (40 + 10 + 22) - 10 + 24;
    cr_assert_eq(pixels_of(w, h, 0xc80a0a), 2 * 40 * 20, "both wide pictures are 40×20");
    cr_assert_eq(pixels_of(w, h, 0x4d4d4d), 20 * 40, "enlarged pixels stay sharp");
    cr_assert_eq(pixels_of(w, h, 0xb0b0b0), 20 * 40);
}

Test(plot_chart, grid_refuses_nonsense) {
    uint8_t pixel = 0;
    const dk_image dot = {1, 1, 1, &pixel};
    const dk_image *const images[] = {&dot};
    dk_error err = {0};
    cr_assert_eq(dk_grid_save(images, NULL, 0, 1, 40, NULL, NULL, path, &err), DK_EUSAGE);
    cr_assert_eq(dk_grid_save(images, NULL, 1, 0, 40, NULL, NULL, path, &err), DK_EUSAGE);
    cr_assert_eq(dk_grid_save(images, NULL, 1, 1, 40000, NULL, NULL, path, &err), DK_EUSAGE);
    cr_assert_eq(dk_grid_save(images, NULL, 1, 1, 40, NULL, NULL, path, &err), DK_OK);
}
