/* Crops: where they lie, what is beyond the edge, which are not fit to be named, and that a crop is asked about as
 * `predict` asks about a PNG of it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "image/image.h"
#include "live/scene.h"
#include "live/behind.h"
#include "live/crop.h"
#include "run/predict.h"
#include "support/temp.h"
#include "support/toy.h"

TestSuite(live_crop, .init = temp_enter, .fini = temp_leave);

static dk_frame frame;

/* Blue is x, green is y, red is 200. */
static void draw_gradient(int w, int h) {
    cr_assert_eq(dk_frame_fit(&frame, w, h, NULL), DK_OK);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            memcpy(frame.bgr + 3 * (y * w + x), (uint8_t[]){(uint8_t)x, (uint8_t)y, 200}, 3);
        }
    }
}

static void draw_noise(int w, int h, int low, int high) {
    dk_rng rng = dk_rng_key(7, 0, 0, DK_RNG_TEST);
    cr_assert_eq(dk_frame_fit(&frame, w, h, NULL), DK_OK);
    for (int i = 0; i < 3 * w * h; i++) {
        frame.bgr[i] = (uint8_t)(low + (int)dk_rng_below(&rng, (uint32_t)(high - low)));
    }
}

static dk_image *crop(dk_box box, float margin) {
    dk_image *out = NULL;
    cr_assert_eq(dk_crop_square(&out, &frame, &box, margin, NULL), DK_OK);
    return out;
}

static const uint8_t *at(const dk_image *image, int x, int y) {
    return image->pixels + 3 * (y * image->w + x);
}

Test(live_crop, a_square_around_the_centre_with_its_margin) {
    draw_gradient(200, 100);
    dk_image *c = crop((dk_box){50, 20, 40, 40}, .05f);
    cr_expect(c->w == 44 && c->h == 44 && c->c == 3);
    cr_expect_arr_eq(at(c, 0, 0), ((uint8_t[]){200, 18, 48}), 3, "R G B");
    cr_expect_arr_eq(at(c, 43, 43), ((uint8_t[]){200, 61, 91}), 3);
    dk_image_free(c);
    c = crop((dk_box){50, 20, 20, 40}, 0); /* a tall box: the longer side counts */
    cr_expect(c->w == 40 && at(c, 0, 0)[2] == 40);
    dk_image_free(c);
}

Test(live_crop, beyond_the_frame_is_its_edge) {
    draw_gradient(200, 100);
    dk_image *c = crop((dk_box){-10, 80, 40, 40}, 0);
    cr_expect_arr_eq(at(c, 0, 0), ((uint8_t[]){200, 80, 0}), 3);
    cr_expect_arr_eq(at(c, 9, 39), ((uint8_t[]){200, 99, 0}), 3);
    cr_expect_arr_eq(at(c, 20, 39), ((uint8_t[]){200, 99, 10}), 3);
    dk_image_free(c);
    c = crop((dk_box){500, 500, 40, 40}, 0); /* wholly outside */
    cr_expect_arr_eq(at(c, 3, 3), ((uint8_t[]){200, 99, 199}), 3);
    dk_image_free(c);
}

/* ---- quality ---- */

static const char *note(dk_box box) {
    dk_image *c = crop(box, 0);
    const char *said = dk_crop_note(c, &box);
    dk_image_free(c);
    return said ? said : "fit";
}

/* Dark and light: squares of 20 pixels, or one soft wave over all 160. */
static void draw_pattern(bool sharp) {
    enum { SIDE = 160 };
    cr_assert_eq(dk_frame_fit(&frame, SIDE, SIDE, NULL), DK_OK);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const int soft = 120 + (int)(60 * sin(x * 6.2832 / SIDE) * cos(y * 6.2832 / SIDE));
            memset(frame.bgr + 3 * (y * SIDE + x), sharp ? (x / 20 + y / 20) % 2 ? 180 : 60 : soft, 3);
        }
    }
}

Test(live_crop, what_is_not_fit_is_said) {
    draw_noise(200, 200, 60, 200);
    cr_expect_str_eq(note((dk_box){50, 50, 80, 80}), "fit");
    cr_expect_str_eq(note((dk_box){50, 50, 15, 15}), "too small");
    draw_noise(200, 200, 0, 40);
    cr_expect_str_eq(note((dk_box){50, 50, 80, 80}), "too dark");
    draw_pattern(true);
    cr_expect_str_eq(note((dk_box){0, 0, 160, 160}), "fit");
    draw_pattern(false);
    cr_expect_str_eq(note((dk_box){0, 0, 160, 160}), "blurred");
    cr_assert_eq(dk_frame_fit(&frame, 100, 100, NULL), DK_OK);
    memset(frame.bgr, 128, 3 * 100 * 100);
    cr_expect_str_eq(note((dk_box){0, 0, 100, 100}), "blurred", "nothing to see");
}

/* ---- asking ---- */

enum { FACES = 5, CLASSES = 3 };

static dk_model_options model(void) {
    return (dk_model_options){.cfg = "toy.cfg", .threads = 1, .seed = 3};
}

static dk_predictor *open_classifier(void) {
    dk_predictor *c = NULL;
    dk_error err = {0};
    const dk_model_options options = model();
    cr_assert_eq(dk_predictor_open(&c, &options, DK_FACES_A_BATCH, 1, &err), DK_OK, "%s", err.text);
    return c;
}

/* Five crops at once, and each again as a PNG that `predict`'s own way opens. */
Test(live_crop, a_crop_and_its_png_get_the_same_scores) {
    dk_image *crops[FACES];
    float live[FACES * CLASSES], again[CLASSES];
    dk_predictor *predictor = NULL;
    dk_error err = {0};
    toy_write("seed=3");
    const dk_model_options options = model();
    dk_predictor *c = open_classifier();
    cr_assert_eq(dk_predictor_open(&predictor, &options, 0, 1, &err), DK_OK, "%s", err.text);
    draw_noise(160, 120, 0, 255);
    for (int i = 0; i < FACES; i++) {
        crops[i] =
            crop((dk_box){30 * (float)i - 5, 10 * (float)i, 17 + 13 * (float)i, 17 + 13 * (float)i}, .05f);
    }
    cr_assert_eq(dk_predictor_run(c, (const dk_image *const *)crops, FACES, live, &err), DK_OK, "%s",
                 err.text);
    for (int i = 0; i < FACES; i++) {
        dk_image *png = NULL;
        cr_assert_eq(dk_image_save_png(crops[i], "crop.png", &err), DK_OK, "%s", err.text);
        cr_assert_eq(dk_image_load(&png, "crop.png", &err), DK_OK, "%s", err.text);
        cr_assert_eq(dk_predictor_run(predictor, (const dk_image *const *)&png, 1, again, &err), DK_OK);
        for (int k = 0; k < CLASSES; k++) {
            cr_expect_float_eq(live[i * CLASSES + k], again[k], 1e-5, "face %d: %g %g", i,
                               (double)live[i * CLASSES + k], (double)again[k]);
        }
        dk_image_free(png);
        dk_image_free(crops[i]);
    }
    cr_expect(fabsf(live[0] - live[CLASSES]) > 1e-4f, "different faces get different scores");
    dk_predictor_close(predictor);
    dk_predictor_close(c);
}

/* Two faces of a batch of two in three views: the second's lie in two parts. */
Test(live_crop, the_mean_of_views_is_that_of_pictures_cut_and_mirrored_so) {
    static const dk_view views[] = {{1, 0, 0, false}, {1, 0, 0, true}, {.5f, 1, 0, false}};
    const dk_tta tta = {"three", views, 3, 0}, *const all[] = {&tta, &dk_tta_flip};
    dk_image *crops[2], *mirrored = NULL;
    float mean[2 * CLASSES], plain[2 * CLASSES], turned[CLASSES];
    dk_predictor *p = NULL;
    dk_error err = {0};
    toy_write("seed=3");
    const dk_model_options options = model();
    cr_assert_eq(dk_predictor_open(&p, &options, 2, 1, &err), DK_OK, "%s", err.text);
    draw_noise(160, 120, 0, 255);
    crops[0] = crop((dk_box){10, 10, 40, 40}, 0);
    crops[1] = crop((dk_box){70, 30, 60, 60}, 0);
    dk_frame_mirror(&frame);
    mirrored = crop((dk_box){160 - 70 - 60, 30, 60, 60}, 0);
    cr_assert_eq(dk_predictor_run(p, (const dk_image *const *)crops, 2, plain, &err), DK_OK);
    cr_assert_eq(dk_predictor_run(p, (const dk_image *const *)&mirrored, 1, turned, &err), DK_OK);
    cr_assert_eq(dk_predictor_views(p, (const dk_image *const *)crops, 2, &dk_tta_flip, mean, &err), DK_OK);
    for (int k = 0; k < CLASSES; k++) {
        cr_expect_float_eq(mean[CLASSES + k], (plain[CLASSES + k] + turned[k]) / 2, 1e-5);
    }
    cr_expect(fabsf(turned[0] - plain[CLASSES]) > 1e-4f, "left and right are not the same to it");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        float each[CLASSES];
        cr_assert_eq(dk_predictor_views(p, (const dk_image *const *)crops, 2, all[i], mean, &err), DK_OK);
        cr_assert_eq(dk_predictor_views(p, (const dk_image *const *)&crops[1], 1, all[i], each, &err), DK_OK);
        for (int k = 0; k < CLASSES; k++) {
            cr_expect_float_eq(mean[CLASSES + k], each[k], 1e-5, "of each its own");
        }
    }
    dk_image_free(mirrored);
    dk_image_free(crops[0]);
    dk_image_free(crops[1]);
    dk_predictor_close(p);
}

Test(live_crop, few_faces_and_those_of_stills_are_mirrored_unless_something_else_is_wanted) {
    cr_expect_eq(dk_ask_views(NULL, false, DK_FACES_FLIPPED), &dk_tta_flip);
    cr_expect_eq(dk_ask_views(NULL, false, DK_FACES_FLIPPED + 1), &dk_tta_none);
    cr_expect_eq(dk_ask_views(NULL, true, 30), &dk_tta_flip);
    cr_expect_eq(dk_ask_views(&dk_tta_none, true, 1), &dk_tta_none);
    cr_expect_eq(dk_ask_views(&dk_tta_flip, false, 30), &dk_tta_flip);
}

Test(live_crop, a_margin_below_nothing_cuts_off) {
    draw_gradient(200, 100);
    dk_image *c = crop((dk_box){50, 20, 40, 40}, -.1f);
    cr_expect(c->w == 32 && at(c, 0, 0)[2] == 54 && at(c, 0, 0)[1] == 24);
    dk_image_free(c);
    c = crop((dk_box){50, 20, 2, 2}, -.3f);
    cr_expect(c->w == 1 && c->h == 1);
    dk_image_free(c);
}
