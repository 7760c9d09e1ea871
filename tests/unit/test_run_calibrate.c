/* Temperature and interval: numbers whose true value is known are found again. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "run/calibrate.h"
#include "run/interval.h"

enum { CLASSES = 5, PICTURES = 4000 };

static int draw(const float *p, dk_rng *rng) {
    float left = dk_rng_uniform(rng, 0, 1);
    int i = 0;
    while (i < CLASSES - 1 && left >= p[i]) {
        left -= p[i++];
    }
    return i;
}

/* Truths are drawn from softmax(x); the scores that the fit sees are softmax(sharpness·x). */
static dk_calibration make(double sharpness) {
    dk_calibration c = {.classes = CLASSES};
    dk_rng rng = dk_rng_key(11, 0, 0, DK_RNG_TEST);
    for (int n = 0; n < PICTURES; n++) {
        float honest[CLASSES], shown[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            honest[i] = shown[i] = expf(2 * dk_rng_normal(&rng));
        }
        dk_temperature_apply(honest, CLASSES, 1); /* makes them sum to 1 */
        dk_temperature_apply(shown, CLASSES, 1 / sharpness);
        cr_assert_eq(dk_calibration_add(&c, shown, draw(honest, &rng), NULL), DK_OK);
    }
    return c;
}

Test(run_calibrate, a_known_temperature_is_found) {
    const double wanted[] = {.4, 1, 1.7, 3};
    for (int i = 0; i < 4; i++) {
        dk_calibration c = make(wanted[i]);
        double got = 0;
        dk_error err = {0};
        cr_assert_eq(dk_calibration_fit(&c, &got, &err), DK_OK, "%s", err.text);
        cr_expect(fabs(got / wanted[i] - 1) < .05, "%g instead of %g", got, wanted[i]);
        const double best = dk_calibration_loss(&c, got);
        cr_expect_lt(best, dk_calibration_loss(&c, got * 1.01));
        cr_expect_lt(best, dk_calibration_loss(&c, got / 1.01));
        dk_calibration_free(&c);
    }
}

Test(run_calibrate, loss_is_the_cross_entropy) {
    dk_calibration c = {.classes = 2};
    cr_assert_eq(dk_calibration_add(&c, (float[]){.75f, .25f}, 0, NULL), DK_OK);
    cr_assert_eq(dk_calibration_add(&c, (float[]){.5f, .5f}, 1, NULL), DK_OK);
    cr_expect_float_eq(dk_calibration_loss(&c, 1), -(log(.75) + log(.5)) / 2, 1e-7);
    cr_expect_float_eq(dk_calibration_loss(&c, 2), -(log(sqrt(3) / (sqrt(3) + 1)) + log(.5)) / 2, 1e-7);
    dk_calibration_free(&c);
}

Test(run_calibrate, scores_of_one_and_zero_do_not_break_it) {
    dk_calibration c = {.classes = 2};
    double t = 0;
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(dk_calibration_add(&c, (float[]){1, 0}, i == 3, NULL), DK_OK);
    }
    cr_assert_eq(dk_calibration_fit(&c, &t, NULL), DK_OK);
    float scores[] = {1, 0};
    dk_temperature_apply(scores, 2, t);
    cr_expect_float_eq(scores[0], .9, 1e-4); /* nine of ten are right */
    dk_calibration_free(&c);
}

Test(run_calibrate, what_has_no_best_temperature_is_an_error) {
    dk_calibration right = {.classes = 2}, chance = {.classes = 2}, none = {.classes = 2};
    double t = 0;
    dk_error err = {0};
    cr_assert_eq(dk_calibration_add(&right, (float[]){.9f, .1f}, 0, NULL), DK_OK);
    cr_expect_eq(dk_calibration_fit(&right, &t, &err), DK_EDATA);
    cr_assert_eq(dk_calibration_add(&chance, (float[]){.9f, .1f}, 0, NULL), DK_OK);
    cr_assert_eq(dk_calibration_add(&chance, (float[]){.9f, .1f}, 1, NULL), DK_OK);
    cr_expect_eq(dk_calibration_fit(&chance, &t, &err), DK_EDATA);
    cr_expect_eq(dk_calibration_fit(&none, &t, &err), DK_EDATA);
    cr_expect_eq(dk_calibration_add(&none, (float[]){3, -2}, 0, &err), DK_EDATA);
    cr_expect_eq(dk_calibration_add(&none, (float[]){.3f, .3f}, 0, &err), DK_EDATA);
    cr_expect_eq(dk_calibration_add(&none, (float[]){NAN, .3f}, 0, &err), DK_EDATA);
    dk_calibration_free(&right);
    dk_calibration_free(&chance);
    dk_calibration_free(&none);
}

Test(run_calibrate, applying_keeps_the_order_and_the_sum) {
    float scores[] = {.5f, .3f, .2f, 0};
    dk_temperature_apply(scores, 4, 1);
    cr_expect_float_eq(scores[0], .5f, 1e-6);
    dk_temperature_apply(scores, 4, 2);
    const double sum = sqrt(.5) + sqrt(.3) + sqrt(.2);
    cr_expect_float_eq(scores[0], sqrt(.5) / sum, 1e-6);
    cr_expect_float_eq(scores[2], sqrt(.2) / sum, 1e-6);
    cr_expect_float_eq(scores[3], 0, 1e-6);
}

/* ---- the interval ---- */

Test(run_interval, nearly_that_of_the_normal_distribution) {
    const long count = 3000;
    const double p = .6, spread = 1.96 * sqrt(p * (1 - p) / (double)count);
    const dk_interval got = dk_interval_share(1800, count, 1);
    cr_expect_float_eq(got.low, p - spread, .003, "%g", got.low);
    cr_expect_float_eq(got.high, p + spread, .003, "%g", got.high);
}

/* 200 samples of a coin with p = .3: its interval must contain p in about 95 % of them. */
Test(run_interval, contains_the_truth_as_often_as_it_says) {
    int inside = 0;
    for (uint64_t trial = 0; trial < 200; trial++) {
        dk_rng rng = dk_rng_key(5, trial, 0, DK_RNG_TEST);
        long hits = 0;
        for (int i = 0; i < 300; i++) {
            hits += dk_rng_uniform(&rng, 0, 1) < .3f;
        }
        const dk_interval got = dk_interval_share(hits, 300, trial);
        inside += got.low <= .3 && .3 <= got.high;
    }
    cr_expect(inside >= 180 && inside <= 199, "%d of 200", inside);
}

Test(run_interval, ends) {
    const dk_interval none = dk_interval_share(0, 0, 1), all = dk_interval_share(9, 9, 1);
    cr_expect(none.low == 0 && none.high == 0);
    cr_expect(all.low == 1 && all.high == 1);
    const dk_interval once = dk_interval_share(5, 10, 3), again = dk_interval_share(5, 10, 3);
    cr_expect(once.low == again.low && once.high == again.high);
}
