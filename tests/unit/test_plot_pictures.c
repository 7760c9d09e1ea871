/* confusion.png, reliability.png and curves with names: valid PNGs of the right size with the inks that they must
 * have, and errors for what cannot be drawn. How they look is judged by eye. */
#include "plot/calibration.h"
#include "plot/lines.h"
#include "plot/matrix.h"
#include "support/temp.h"

#include <cairo.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char path[] = "t.png";

TestSuite(plot_pictures, .init = temp_enter, .fini = temp_leave);

enum { BLUE = 0x0072b2, VERMILION = 0xd55e00 };

/* Pixels of exactly this colour; *w and *h get the size, 0 when it is no PNG. */
static long pixels_of(uint32_t rgb, int *w, int *h) {
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    long n = 0;
    *w = cairo_image_surface_get_width(s);
    *h = cairo_image_surface_get_height(s);
    for (int y = 0; y < *h; y++) {
        const unsigned char *row = cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s);
        for (int x = 0; x < *w; x++) {
            uint32_t pixel;
            memcpy(&pixel, row + 4 * x, sizeof pixel);
            n += (pixel & 0xffffff) == rgb;
        }
    }
    cairo_surface_destroy(s);
    return n;
}

Test(plot_pictures, matrix_shows_right_and_wrong) {
    const char *const names[] = {"one", "two"};
    const long counts[] = {3, 0, 5, 0}; /* all of "one" are right, all of "two" wrong */
    const dk_matrix matrix = {.title = "t", .subtitle = "s", .classes = 2, .names = names, .counts = counts};
    dk_error err = {0};
    int w, h;
    cr_assert_eq(dk_matrix_save(&matrix, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(pixels_of(BLUE, &w, &h), 5000);
    cr_assert_gt(pixels_of(VERMILION, &w, &h), 5000);
}

Test(plot_pictures, matrix_of_many_classes) {
    enum { CLASSES = 300 };
    static const char *names[CLASSES];
    static long counts[CLASSES * CLASSES];
    for (int i = 0; i < CLASSES; i++) {
        names[i] = "a rather long name of a class that must be cut somewhere";
        counts[i * CLASSES + i] = 1;
    }
    dk_matrix matrix = {.title = "t", .subtitle = "s", .classes = CLASSES, .names = names, .counts = counts};
    dk_error err = {0};
    int w, h;
    cr_assert_eq(dk_matrix_save(&matrix, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(pixels_of(BLUE, &w, &h), CLASSES * 16);
    cr_assert_lt(w, 2400);
    matrix.classes = 0;
    cr_assert_eq(dk_matrix_save(&matrix, NULL, path, &err), DK_EUSAGE);
    matrix.classes = 4001;
    cr_assert_eq(dk_matrix_save(&matrix, NULL, path, &err), DK_EUSAGE);
}

Test(plot_pictures, calibration_with_empty_bins) {
    const long none[3] = {0}, count[3] = {0, 4, 2};
    const double accuracy[3] = {NAN, .25, 1}, probability[3] = {NAN, .5, .9};
    dk_calibration_chart c = {.title = "t",
                              .subtitle = "s",
                              .bins = 3,
                              .count = count,
                              .accuracy = accuracy,
                              .probability = probability};
    dk_error err = {0};
    int w, h;
    cr_assert_eq(dk_calibration_chart_save(&c, NULL, path, &err), DK_OK, "%s", err.text);
    const long some = pixels_of(VERMILION, &w, &h);
    cr_assert_eq(w, 760);
    cr_assert_eq(h, 900);
    c.count = none;
    cr_assert_eq(dk_calibration_chart_save(&c, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(some, pixels_of(VERMILION, &w, &h) + 300, "two lines of mean probability");
}

Test(plot_pictures, curves) {
    static const char *names[DK_LINES_MOST + 1];
    static double values[(DK_LINES_MOST + 1) * 3];
    const double epochs[] = {1, 2, 3};
    for (int i = 0; i <= DK_LINES_MOST; i++) {
        names[i] = "name";
        values[3 * i] = i;
        values[3 * i + 1] = NAN;
        values[3 * i + 2] = 2 * i;
    }
    dk_lines lines = {.title = "t",
                      .subtitle = "s",
                      .names = names,
                      .count = 1,
                      .points = 3,
                      .epochs = epochs,
                      .panels = {{"F1", "%.1f", true, values}, {"loss", "%.1f", false, values}},
                      .panel_count = 1};
    dk_error err = {0};
    int w, h, more;
    cr_assert_eq(dk_lines_save(&lines, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(pixels_of(VERMILION, &w, &h), 40);
    cr_assert_eq(w, 1200);
    lines.count = DK_LINES_MOST;
    lines.panel_count = 2;
    cr_assert_eq(dk_lines_save(&lines, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(pixels_of(BLUE, &w, &more), 40);
    cr_assert_gt(more, 2 * h, "the names of many curves need room");
    lines.count = DK_LINES_MOST + 1;
    cr_assert_eq(dk_lines_save(&lines, NULL, path, &err), DK_EUSAGE);
    cr_assert(strstr(err.text, "25 curves; 1 to 24"), "%s", err.text);
}
