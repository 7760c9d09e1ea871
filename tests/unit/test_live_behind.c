/* Faces named in a thread of their own: each frame's in their order, or only the newest. */
#include <criterion/criterion.h>
#include <string.h>

#include "image/image.h"
#include "live/behind.h"
#include "support/temp.h"
#include "support/toy.h"

TestSuite(live_behind, .init = temp_enter, .fini = temp_leave);

enum { CLASSES = 3, FRAMES = 23 };

static dk_predictor *open_classifier(void) {
    dk_predictor *c = NULL;
    dk_error err = {0};
    toy_write("seed=3");
    const dk_model_options options = {.cfg = "toy.cfg", .threads = 1, .seed = 3};
    cr_assert_eq(dk_predictor_open(&c, &options, 4, 1, &err), DK_OK, "%s", err.text);
    return c;
}

/* A picture of its own for every number. */
static dk_image *picture(int number) {
    dk_image *p = NULL;
    cr_assert_eq(dk_image_new(&p, 20, 20, 3, NULL), DK_OK);
    memset(p->pixels, 10 * number, (size_t)(3 * 20 * (1 + number % 19)));
    return p;
}

/* Frame n asks about n % 3 + 1 faces. */
static void give(dk_behind *b, int n) {
    dk_ask ask = {.count = n % 3 + 1, .time = n, .tta = &dk_tta_none};
    for (int i = 0; i < ask.count; i++) {
        ask.ids[i] = n + i;
        ask.crops[i] = picture(n + i);
    }
    dk_behind_give(b, &ask);
    cr_expect_eq(ask.count, 0);
}

static void check(const dk_ask *done, dk_predictor *c, int n) {
    cr_assert_not_null(done);
    cr_assert_eq((int)done->time, n);
    cr_assert_eq(done->count, n % 3 + 1);
    for (int i = 0; i < done->count; i++) {
        float alone[CLASSES];
        dk_image *p = picture(n + i);
        cr_assert_eq(done->ids[i], n + i);
        cr_assert_eq(dk_predictor_run(c, (const dk_image *const *)&p, 1, alone, NULL), DK_OK);
        for (int k = 0; k < CLASSES; k++) {
            cr_expect_float_eq(done->scores[i * CLASSES + k], alone[k], 1e-5, "frame %d, face %d", n, i);
        }
        dk_image_free(p);
    }
}

Test(live_behind, each_frame_is_answered_in_its_turn_however_many_wait, .timeout = 60) {
    dk_predictor *c = open_classifier(), *again = open_classifier();
    dk_behind *b = NULL;
    const dk_ask *done = NULL;
    int taken = 0;
    cr_assert_eq(dk_behind_open(&b, c, false, NULL), DK_OK);
    for (int n = 0; n < FRAMES; n++) {
        give(b, n);
        for (const int wait = n % (DK_ASKS - 1); n - taken >= wait; taken++) {
            cr_assert_eq(dk_behind_take(b, &done, NULL), DK_OK);
            check(done, again, taken);
        }
    }
    dk_behind_close(b);
    dk_predictor_close(c);
    dk_predictor_close(again);
}

Test(live_behind, the_newest_is_answered_and_nobody_waits, .timeout = 60) {
    dk_predictor *c = open_classifier(), *again = open_classifier();
    dk_behind *b = NULL;
    const dk_ask *done = NULL;
    cr_assert_eq(dk_behind_open(&b, c, true, NULL), DK_OK);
    cr_assert_eq(dk_behind_take(b, &done, NULL), DK_OK);
    cr_expect_null(done);
    double last = -1;
    for (int n = 0; n < FRAMES; n++) {
        give(b, n);
        cr_assert_eq(dk_behind_take(b, &done, NULL), DK_OK);
        if (done != NULL) {
            cr_expect_gt(done->time, last, "in the order of frames");
            last = done->time;
            check(done, again, (int)last);
        }
    }
    dk_behind_wait(b, 60);
    if (last < FRAMES - 1) {
        cr_assert_eq(dk_behind_take(b, &done, NULL), DK_OK);
        check(done, again, FRAMES - 1);
    }
    cr_assert_eq(dk_behind_take(b, &done, NULL), DK_OK);
    cr_expect_null(done, "once");
    dk_behind_close(b);
    dk_predictor_close(c);
    dk_predictor_close(again);
}
