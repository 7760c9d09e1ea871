/* The timeline has a row for each face with areas where and as high as its scores say; the contact sheet has frames from
 * the whole run. How they look is judged by eye. */
#include "plot/sheet.h"
#include "plot/timeline.h"

#include <cairo.h>
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plot/canvas.h"
#include "support/temp.h"

static const char path[] = "t.png";
static dk_error err;

TestSuite(plot_timeline, .init = temp_enter, .fini = temp_leave);

static const char *const names[] = {"angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"};

static uint32_t rgb_of(dk_ink ink) {
    return (uint32_t)lrint(255 * ink.r) << 16 | (uint32_t)lrint(255 * ink.g) << 8 |
           (uint32_t)lrint(255 * ink.b);
}

/* Pixels of this colour in the columns from..to (shares of the width) below the legend; *h gets the height. */
static long pixels_of(uint32_t rgb, double from, double to, int *h) {
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    const int w = cairo_image_surface_get_width(s);
    long n = 0;
    *h = cairo_image_surface_get_height(s);
    for (int y = 110; y < *h; y++) {
        const unsigned char *row = cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s);
        for (int x = (int)(from * w); x < (int)(to * w); x++) {
            uint32_t pixel;
            memcpy(&pixel, row + 4 * x, sizeof pixel);
            n += (pixel & 0xffffff) == rgb;
        }
    }
    cairo_surface_destroy(s);
    return n;
}

enum { POINTS = 200, ROWS = 40 };
static double times[POINTS];
static float values[POINTS * 7];
static double named_for[7];

/* From begin to end, the classes a and b with these scores; named as the larger. */
static dk_timeline_face face_of(int id, double begin, double end, int a, float score_a, int b,
                                float score_b) {
    for (int i = 0; i < POINTS; i++) {
        times[i] = begin + (end - begin) * i / (POINTS - 1);
        values[7 * i + a] = score_a;
        values[7 * i + b] = score_b;
    }
    memset(named_for, 0, sizeof named_for);
    named_for[score_b > score_a ? b : a] = end - begin;
    return (dk_timeline_face){id, POINTS, times, values, named_for};
}

static void save(const dk_timeline_face *faces, int count, double seconds) {
    const dk_timeline t = {.title = "t",
                           .subtitle = "s",
                           .names = names,
                           .classes = 7,
                           .seconds = seconds,
                           .faces = faces,
                           .count = count};
    cr_assert_eq(dk_timeline_save(&t, NULL, path, &err), DK_OK, "%s", err.text);
}

Test(plot_timeline, areas_are_as_high_as_the_scores) {
    const dk_timeline_face face = face_of(1, 0, 10, 2, .25F, 5, .75F);
    int h;
    save(&face, 1, 10);
    const long fear = pixels_of(rgb_of(dk_ink_class(2)), 0, .84, &h);
    const long sad = pixels_of(rgb_of(dk_ink_class(5)), 0, .84, &h);
    cr_assert_gt(fear, 10000);
    cr_assert_float_eq((double)sad / (double)fear, 3, .1, "%ld to %ld", sad, fear);
    cr_assert_float_eq((double)(sad + fear), 862 * 326, 6000, "together they fill the row");
}

Test(plot_timeline, areas_are_where_the_visit_was) {
    const dk_timeline_face face = face_of(1, 10, 20, 3, 1, 0, 0);
    int h;
    save(&face, 1, 20); /* the right half */
    cr_assert_eq(pixels_of(rgb_of(dk_ink_class(3)), 0, .45, &h), 0);
    cr_assert_gt(pixels_of(rgb_of(dk_ink_class(3)), .47, .84, &h), 10000);
}

/* For .6 of the time a little more like fear than sad, else clearly sad: its mean is sad, but its name was mostly fear. */
Test(plot_timeline, a_face_is_most_what_it_was_named_longest) {
    dk_timeline_face face = face_of(1, 0, 10, 2, .5F, 5, .5F);
    int h;
    for (int i = 0; i < POINTS; i++) {
        values[7 * i + 2] = i < POINTS * 6 / 10 ? .55F : .05F;
        values[7 * i + 5] = 1 - values[7 * i + 2];
    }
    memset(named_for, 0, sizeof named_for);
    named_for[2] = 6;
    named_for[5] = 4;
    save(&face, 1, 10);
    cr_expect_gt(pixels_of(rgb_of(dk_ink_class(2)), .84, 1, &h), 100, "the square beside the row");
    cr_expect_eq(pixels_of(rgb_of(dk_ink_class(5)), .84, 1, &h), 0);
}

Test(plot_timeline, a_row_for_each_face_up_to_sixteen) {
    static dk_timeline_face faces[ROWS];
    int one, eight, many, more;
    for (int i = 0; i < ROWS; i++) {
        faces[i] = face_of(i + 1, 0, 9, 3, 1, 0, 0);
    }
    save(faces, 1, 9);
    pixels_of(0, 0, 1, &one);
    save(faces, 8, 9);
    pixels_of(0, 0, 1, &eight);
    save(faces, DK_TIMELINE_ROWS, 9);
    pixels_of(0, 0, 1, &many);
    save(faces, ROWS, 9);
    pixels_of(0, 0, 1, &more);
    cr_assert(one < eight && eight < many && many < 2400 && many == more, "%d %d %d %d", one, eight, many,
              more);
}

Test(plot_timeline, no_faces_one_point_and_many_classes) {
    static const char *many[300];
    static float scores[300];
    static double named[300];
    for (int i = 0; i < 300; i++) {
        many[i] = "\xff a class with a name that is rather long";
        scores[i] = i == 7 ? .9F : .1F / 299;
    }
    named[7] = 1;
    const double when = 3;
    const dk_timeline_face faces[] = {{.id = 1}, {2, 1, &when, scores, named}};
    dk_timeline t = {.title = "t", .subtitle = "s", .names = many, .classes = 300};
    int h;
    cr_assert_eq(dk_timeline_save(&t, NULL, path, &err), DK_OK, "%s", err.text);
    t.faces = faces;
    t.count = 2;
    cr_assert_eq(dk_timeline_save(&t, NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_gt(pixels_of(rgb_of(dk_ink_class(7)), 0, .84, &h), 100);
}

/* A run of `frames` grey frames, each a little lighter than the one before; the greys of the sheet's cells, in order. */
static int run(int frames, int most, uint8_t *greys) {
    enum { FW = 64, FH = 48 };
    static uint8_t bgr[3 * FW * FH];
    dk_sheet *sheet;
    cr_assert_eq(dk_sheet_open(&sheet, most, &err), DK_OK);
    for (int i = 0; i < frames; i++) {
        memset(bgr, 1 + 250 * i / frames, sizeof bgr);
        cr_assert_eq(dk_sheet_add(sheet, "12.4 s", bgr, FW, FH, 3 * FW, &err), DK_OK);
    }
    cr_assert_eq(dk_sheet_save(sheet, "title", NULL, path, &err), DK_OK, "%s", err.text);
    dk_sheet_close(sheet);
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    const int w = cairo_image_surface_get_width(s), h = cairo_image_surface_get_height(s);
    int n = 0;
    for (int y = 100; y < h; y += 272) { /* 240 high, a caption, a gap */
        for (int x = 100; x < w; x += 330) {
            const uint8_t grey =
                cairo_image_surface_get_data(s)[y * cairo_image_surface_get_stride(s) + 4 * x];
            if (grey != 255) {
                greys[n++] = grey;
            }
        }
    }
    cairo_surface_destroy(s);
    return n;
}

Test(plot_timeline, sheet_spans_the_run_evenly) {
    static const int lengths[] = {12, 13, 24, 25, 100, 500, 1000};
    uint8_t greys[64];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        cr_assert_eq(run(lengths[i], 12, greys), 12, "of %d frames", lengths[i]);
        cr_assert_eq(greys[0], 1, "the first frame");
        cr_assert_gt(greys[11], 200, "one near the end: %d", greys[11]);
        for (int k = 1; k < 12; k++) {
            cr_assert(greys[k] > greys[k - 1] && greys[k] - greys[k - 1] < 50, "%d frames: %d after %d",
                      lengths[i], greys[k], greys[k - 1]);
        }
    }
    cr_assert_eq(run(3, 12, greys), 3, "a short run has all its frames");
}

Test(plot_timeline, sheet_of_nothing) {
    dk_sheet *sheet;
    cr_assert_eq(dk_sheet_open(&sheet, 0, &err), DK_EUSAGE);
    cr_assert_eq(dk_sheet_open(&sheet, 12, &err), DK_OK);
    cr_assert_eq(dk_sheet_save(sheet, "title", NULL, path, &err), DK_OK, "%s", err.text);
    cr_assert_eq(access(path, R_OK), 0);
    dk_sheet_close(sheet);
}
