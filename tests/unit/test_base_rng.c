/* Random numbers: the published stream, equal for equal keys, and the right distributions. */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>

#include "base/rng.h"

/* SplitMix64 from state 1234567: the values that other implementations of the paper give too. */
Test(base_rng, is_splitmix64) {
    dk_rng rng = {.state = 1234567};
    cr_assert_eq(dk_rng_next(&rng), 6457827717110365317u);
    cr_assert_eq(dk_rng_next(&rng), 3203168211198807973u);
    cr_assert_eq(dk_rng_next(&rng), 9817491932198370423u);
}

Test(base_rng, a_stream_belongs_to_its_key) {
    dk_rng a = dk_rng_key(1, 2, 3, DK_RNG_ORDER), b = dk_rng_key(1, 2, 3, DK_RNG_ORDER);
    const uint64_t first = dk_rng_next(&a);
    cr_assert_eq(first, dk_rng_next(&b));
    const dk_rng others[] = {
        dk_rng_key(2, 2, 3, DK_RNG_ORDER), dk_rng_key(1, 3, 3, DK_RNG_ORDER),
        dk_rng_key(1, 2, 4, DK_RNG_ORDER), dk_rng_key(1, 2, 3, DK_RNG_AUGMENT),
        dk_rng_key(2, 1, 3, DK_RNG_ORDER), dk_rng_key(1, 3, 2, DK_RNG_ORDER),
    };
    for (int i = 0; i < 6; i++) {
        dk_rng other = others[i];
        cr_assert_neq(first, dk_rng_next(&other), "stream %d is the same", i);
    }
}

Test(base_rng, at_is_the_stream_without_the_numbers_before) {
    dk_rng rng = {.state = 99};
    for (uint64_t i = 0; i < 1000; i++) {
        const float x = dk_rng_at(99, i);
        cr_assert_eq(x, dk_rng_uniform(&rng, 0, 1));
        cr_assert(x >= 0 && x < 1);
    }
}

Test(base_rng, uniform_fills_its_interval_and_stays_below_high) {
    dk_rng rng = dk_rng_key(7, 0, 0, DK_RNG_TEST);
    double sum = 0, squares = 0;
    const int n = 100000;
    for (int i = 0; i < n; i++) {
        const double x = (double)dk_rng_uniform(&rng, -3, 5);
        cr_assert(x >= -3 && x < 5);
        sum += x;
        squares += x * x;
    }
    const double mean = sum / n;
    cr_assert_float_eq(mean, 1, 0.03);
    cr_assert_float_eq(squares / n - mean * mean, 64 / 12.0, 0.06);
    for (int i = 0; i < 1000; i++) { /* two neighbouring floats: every sum rounds to one of them */
        cr_assert_eq(dk_rng_uniform(&rng, 1, nextafterf(1, 2)), 1);
    }
    cr_assert_eq(dk_rng_uniform(&rng, 2, 2), 2);
}

Test(base_rng, below_is_even) {
    dk_rng rng = dk_rng_key(8, 0, 0, DK_RNG_TEST);
    int hits[7] = {0};
    for (int i = 0; i < 70000; i++) {
        const uint32_t x = dk_rng_below(&rng, 7);
        cr_assert_lt(x, 7);
        hits[x]++;
    }
    for (int i = 0; i < 7; i++) {
        cr_assert(abs(hits[i] - 10000) < 400, "%d came %d times", i, hits[i]);
    }
    int thirds = 0; /* 3/4 of 2^32: without a second draw every third number would come twice as often */
    for (int i = 0; i < 30000; i++) {
        thirds += dk_rng_below(&rng, 0xC0000000u) % 3 == 0;
    }
    cr_assert(abs(thirds - 10000) < 400, "%d", thirds);
    cr_assert_eq(dk_rng_below(&rng, 1), 0);
}

Test(base_rng, normal_has_the_right_moments) {
    dk_rng rng = dk_rng_key(9, 0, 0, DK_RNG_TEST);
    double m1 = 0, m2 = 0, m4 = 0;
    const int n = 200000;
    for (int i = 0; i < n; i++) {
        const double x = (double)dk_rng_normal(&rng);
        m1 += x / n;
        m2 += x * x / n;
        m4 += x * x * x * x / n;
    }
    cr_assert_float_eq(m1, 0, 0.01);
    cr_assert_float_eq(m2, 1, 0.015);
    cr_assert_float_eq(m4, 3, 0.1);
}

/* Mean a ÷ (a + b), variance ab ÷ ((a + b)²(a + b + 1)). Gamma variates of the last shape are below any
 * number. */
Test(base_rng, beta_has_the_right_moments) {
    static const float shapes[][2] = {{.2f, .2f}, {1, 1}, {2, 5}, {.5f, 3}, {1000, 1000}, {.001f, .001f}};
    for (uint64_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        dk_rng rng = dk_rng_key(12, s, 0, DK_RNG_TEST);
        const double a = (double)shapes[s][0], b = (double)shapes[s][1], whole = a + b;
        double m1 = 0, m2 = 0;
        const int n = 100000;
        for (int i = 0; i < n; i++) {
            const double x = (double)dk_rng_beta(&rng, shapes[s][0], shapes[s][1]);
            cr_assert(x >= 0 && x <= 1);
            m1 += x / n;
            m2 += x * x / n;
        }
        const double variance = a * b / (whole * whole * (whole + 1));
        cr_assert_float_eq(m1, a / whole, .006, "Beta(%g, %g): mean %g", a, b, m1);
        cr_assert_float_eq((m2 - m1 * m1) / variance, 1, .03, "Beta(%g, %g): variance %g", a, b,
                           m2 - m1 * m1);
    }
}

Test(base_rng, scale_is_inverted_half_the_time) {
    dk_rng rng = dk_rng_key(10, 0, 0, DK_RNG_TEST);
    int small = 0;
    for (int i = 0; i < 10000; i++) {
        const float x = dk_rng_scale(&rng, 1.5f);
        cr_assert(x > 1 / 1.5001f && x < 1.5f);
        small += x < 1;
    }
    cr_assert(abs(small - 5000) < 250, "%d", small);
    cr_assert_eq(dk_rng_scale(&rng, 1), 1);
}

Test(base_rng, shuffle_gives_every_order) {
    dk_rng rng = dk_rng_key(11, 0, 0, DK_RNG_TEST);
    int orders[3][3] = {{0}};
    for (int i = 0; i < 12000; i++) {
        uint32_t order[3];
        dk_rng_shuffle(&rng, order, 3);
        cr_assert(order[0] + order[1] + order[2] == 3 && order[0] != order[1] && order[1] != order[2]);
        orders[order[0]][order[1]]++;
    }
    for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
            cr_assert(a == b ? orders[a][b] == 0 : abs(orders[a][b] - 2000) < 250);
        }
    }
}

/* C tests run over the library with its assertions: this one is of dk_rng_below. */
Test(base_rng, what_cannot_be_meant_is_caught_here, .signal = SIGABRT) {
    dk_rng rng = dk_rng_key(1, 2, 3, DK_RNG_TEST);
    (void)dk_rng_below(&rng, 0);
}
