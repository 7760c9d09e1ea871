/* Scales of charts: ticks are round and inside, every value has its place, labels are short. */
#include "plot/axis.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(plot_axis, steps_are_round) {
    const struct {
        double span;
        int most;
        double step;
    } cases[] = {{10, 10, 1},     {10, 5, 2},    {10, 4, 5},  {9.9, 2, 5},  {1, 7, .2},
                 {2e-5, 3, 1e-5}, {199, 20, 10}, {39, 20, 2}, {1e6, 6, 2e5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double step = dk_axis_step(cases[i].span, cases[i].most);
        cr_assert_float_eq(step, cases[i].step, 1e-9 * cases[i].step, "span %g in %d: %g", cases[i].span,
                           cases[i].most, step);
    }
}

Test(plot_axis, linear_ends_are_ticks_around_the_values) {
    for (int i = 0; i < 500; i++) {
        const double low = -3 + .0137 * i, high = low + pow(10, -4 + .016 * i);
        const dk_axis axis = dk_axis_linear(low, high, 7);
        cr_assert_leq(axis.low, low + 1e-6 * axis.step);
        cr_assert_geq(axis.high, high - 1e-6 * axis.step);
        cr_assert(axis.count >= 2 && axis.count <= 9, "%d ticks for %g…%g", axis.count, low, high);
        cr_assert_float_eq(axis.tick[0], axis.low, 1e-6 * axis.step);
        cr_assert_float_eq(axis.tick[axis.count - 1], axis.high, 1e-6 * axis.step);
    }
}

Test(plot_axis, equal_values_get_an_axis_around_them) {
    const double same[] = {0, .001, 1.9459, 100, -5};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const dk_axis axis = dk_axis_fit(&same[i], 1, 6);
        cr_assert_lt(axis.low, same[i] + (same[i] == 0));
        cr_assert_gt(axis.high, same[i]);
        cr_assert_geq(axis.count, 2);
    }
}

Test(plot_axis, exact_keeps_its_ends_and_whole_epochs) {
    const dk_axis axis = dk_axis_exact(1, 3, 20, 1);
    cr_assert_eq(axis.low, 1);
    cr_assert_eq(axis.high, 3);
    cr_assert_eq(axis.count, 3);
    cr_assert_float_eq(axis.tick[1], 2, 1e-12);
    const dk_axis far = dk_axis_exact(1, 200, 20, 1);
    cr_assert_float_eq(far.tick[0], 10, 1e-9);
    cr_assert_float_eq(far.tick[far.count - 1], 200, 1e-9);
}

Test(plot_axis, logarithmic_beyond_two_decades) {
    const double wide[] = {.1, .1, .01, .01, .001, 1e-4}, narrow[] = {.1, .05, .01, .002};
    const dk_axis log_axis = dk_axis_fit(wide, 6, 4), linear = dk_axis_fit(narrow, 4, 4);
    cr_assert(log_axis.log);
    cr_assert_not(linear.log);
    cr_assert_float_eq(log_axis.low, 1e-4, 1e-9);
    cr_assert_float_eq(log_axis.high, .1, 1e-9);
    cr_assert_eq(log_axis.count, 4);
    cr_assert_float_eq(dk_axis_place(&log_axis, .01), 2. / 3, 1e-9);
}

Test(plot_axis, a_schedule_that_ends_at_zero_stays_linear) {
    double cosine[100];
    for (int i = 0; i < 100; i++) {
        cosine[i] = .01 * (1 + cos(M_PI * i / 99)) / 2;
    }
    const dk_axis axis = dk_axis_fit(cosine, 100, 4);
    cr_assert_not(axis.log);
    cr_assert_eq(axis.low, 0);
}

Test(plot_axis, gaps_and_nothing_at_all) {
    const double gaps[] = {NAN, 2, INFINITY, 1.5, -INFINITY}, nothing[] = {NAN, NAN};
    const dk_axis axis = dk_axis_fit(gaps, 5, 6), empty = dk_axis_fit(nothing, 2, 6),
                  none = dk_axis_fit(NULL, 0, 6);
    cr_assert(axis.low <= 1.5 && axis.low > 1 && axis.high >= 2 && axis.high < 2.5);
    cr_assert_eq(empty.high, 1);
    cr_assert_eq(none.high, 1);
}

Test(plot_axis, places_are_clamped) {
    const dk_axis axis = dk_axis_linear(0, 10, 5), decades = dk_axis_log(1e-3, 10, 4);
    cr_assert_eq(dk_axis_place(&axis, -1), 0);
    cr_assert_eq(dk_axis_place(&axis, 11), 1);
    cr_assert_float_eq(dk_axis_place(&axis, 2.5), .25, 1e-12);
    cr_assert_eq(dk_axis_place(&decades, 0), 0);
    cr_assert_float_eq(dk_axis_place(&decades, .1), .5, 1e-9);
}

static void label_is(const dk_axis *axis, double value, const char *want) {
    char text[32];
    dk_axis_label(axis, value, text, sizeof text);
    cr_assert_str_eq(text, want);
}

Test(plot_axis, labels) {
    const dk_axis loss = dk_axis_linear(.4, 1.8, 7), rate = dk_axis_linear(2e-5, 5e-5, 3);
    label_is(&loss, loss.tick[0], "0.4");
    label_is(&loss, 2, "2.0");
    label_is(&rate, rate.tick[0], "2e-5");
    const dk_axis percent = dk_axis_linear(0, 100, 6), decades = dk_axis_log(1e-5, 100, 4);
    label_is(&percent, 80, "80");
    label_is(&percent, percent.tick[0], "0");
    label_is(&decades, 1e-5, "1e-5");
    label_is(&decades, .01, "0.01");
    label_is(&decades, 100, "100");
}

Test(plot_axis, neighbouring_ticks_differ_in_their_labels) {
    for (double base = 1e-7; base < 1e4; base *= 3.7) {
        const dk_axis axis = dk_axis_linear(base, 1.3 * base, 6);
        char a[32], b[32];
        for (int i = 1; i < axis.count; i++) {
            dk_axis_label(&axis, axis.tick[i - 1], a, sizeof a);
            dk_axis_label(&axis, axis.tick[i], b, sizeof b);
            cr_assert_str_neq(a, b);
        }
    }
}
