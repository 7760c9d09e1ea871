/* What is drawn of faces that have no part in the scene. */
#include <criterion/criterion.h>

#include "image/image.h"
#include "live/parts.h"
#include "support/temp.h"

enum { SIDE = 200, FACE_X = 120, FACE_Y = 80, FACE = 30, MORE = FACE / 6 };

static const dk_data no_names;
static const dk_live_options options = {.data = &no_names};
static dk_live_report report;

/* Black and white by turns, so that every mean of a block is grey. */
static uint8_t board(int x, int y) {
    return (x + y) % 2 ? 255 : 0;
}

/* A demo that has one frame of that pattern and a face in it that was found once. */
static void begin(dk_live *l) {
    dk_error err = {0};
    dk_image *image = NULL;
    *l = (dk_live){.options = &options, .report = &report, .next = &l->shots[0], .shown = &l->shots[0]};
    cr_assert_eq(dk_image_new(&image, SIDE, SIDE, 1, &err), DK_OK);
    for (int i = 0; i < SIDE * SIDE; i++) {
        image->pixels[i] = board(i % SIDE, i / SIDE);
    }
    cr_assert_eq(dk_image_save_png(image, "board.png", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_frame_from_image(&l->shots[0].frame, image, &err), DK_OK);
    dk_image_free(image);
    cr_assert_eq(dk_grab_open(&l->grab, &(dk_grab_conf){.source = "board.png"}, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_overlay_open(&l->overlay, NULL, &err), DK_OK);
    l->tracker.tracks[5] = (dk_track){.used = true, .box = {FACE_X, FACE_Y, FACE, FACE}};
    cr_assert_eq(dk_live_classify(l, &err), DK_OK);
}

static void end(dk_live *l) {
    dk_grab_close(l->grab);
    dk_overlay_close(l->overlay);
    dk_frame_free(&l->shots[0].frame);
    dk_frame_free(&l->drawn);
}

/* Whether all pixels of the box at x and around it are grey (hidden: 1), none is (0), or some are (−1): the line of a box is
 * not grey. */
static int hidden(const dk_live *l, int box_x) {
    int grey = 0, all = 0;
    for (int y = FACE_Y - 2 * MORE; y < FACE_Y + FACE + 2 * MORE; y++) {
        for (int x = box_x - MORE; x < box_x + FACE + MORE; x++, all++) {
            const uint8_t v = l->drawn.bgr[3 * (y * SIDE + x)];
            grey += v > 100 && v < 155;
        }
    }
    return grey == 0 ? 0 : grey == all ? 1 : -1;
}

Test(live_draw, unconfirmed_faces_are_pixelated_too, .init = temp_enter, .fini = temp_leave) {
    static dk_live l;
    dk_error err = {0};
    const int face = FACE_X, across = SIDE - FACE_X - FACE;
    begin(&l);
    cr_assert_eq(dk_live_draw(&l, &err), DK_OK, "%s", err.text);
    cr_expect_eq(hidden(&l, face), 0, "as it is");
    l.ui.pixelate = true;
    cr_assert_eq(dk_live_draw(&l, &err), DK_OK, "%s", err.text);
    cr_expect_eq(hidden(&l, face), 1);
    cr_expect_eq(hidden(&l, across), 0);
    l.ui.mirror = true;
    cr_assert_eq(dk_live_draw(&l, &err), DK_OK, "%s", err.text);
    cr_expect_eq(hidden(&l, face), 0);
    cr_expect_eq(hidden(&l, across), 1);
    l.tracker.tracks[5].used = false;
    cr_assert_eq(dk_live_classify(&l, &err), DK_OK);
    cr_assert_eq(dk_live_draw(&l, &err), DK_OK, "%s", err.text);
    cr_expect_eq(hidden(&l, across), 0, "it has left");
    end(&l);
}
