/* Learning-rate policies against hand-computed values, and the placing of memory by lives. */
#include <criterion/criterion.h>
#include <math.h>

#include "net/memory.h"
#include "net/solver.h"

static const dk_solver_conf base = {.learning_rate = .1f,
                                    .power = 4,
                                    .scale = 1,
                                    .gamma = 1,
                                    .step = 1,
                                    .sgdr_mult = 2,
                                    .sgdr_cycle = (int)DK_AUTO};

static void expect_rate(const dk_solver_conf *c, long t, long total, double wanted) {
    const double rate = (double)dk_solver_rate(c, t, total, 5);
    cr_expect_float_eq(rate, wanted, 1e-6 * fabs(wanted) + 1e-9, "step %ld of %ld: %g, not %g", t, total,
                       rate, wanted);
}

Test(solver, policies) {
    dk_solver_conf c = base;
    expect_rate(&c, 1, 100, .1);

    int at[] = {10, 20};
    float factors[] = {.1f, .5f};
    c.policy = DK_POLICY_STEPS;
    c.steps = (dk_ints){2, at};
    c.scales = (dk_floats){2, factors};
    expect_rate(&c, 9, 100, .1);
    expect_rate(&c, 10, 100, .01);
    expect_rate(&c, 20, 100, .005);

    c = base;
    c.policy = DK_POLICY_STEP;
    c.scale = .5f;
    c.step = 10;
    expect_rate(&c, 9, 100, .1);
    expect_rate(&c, 25, 100, .025);

    c.policy = DK_POLICY_EXP;
    c.gamma = .9f;
    expect_rate(&c, 3, 100, .1 * .729);

    c.policy = DK_POLICY_POLY;
    expect_rate(&c, 50, 100, .1 / 16);
    expect_rate(&c, 100, 100, 0);

    c.policy = DK_POLICY_SIGMOID;
    c.gamma = 1;
    c.step = 10;
    expect_rate(&c, 10, 100, .05);

    c.policy = DK_POLICY_SGDR;
    expect_rate(&c, 50, 100, .05);
    expect_rate(&c, 100, 100, 0);
    c.sgdr_cycle = 10; /* cycles of 10, 20, 40 … steps */
    expect_rate(&c, 5, 100, .05);
    expect_rate(&c, 10, 100, 0);
    expect_rate(&c, 11, 100, .05 * (1 + cos(M_PI / 20)));
    expect_rate(&c, 20, 100, .05);
    expect_rate(&c, 30, 100, 0);

    c = base;
    c.policy = DK_POLICY_COSINE;
    c.learning_rate_min = .02f;
    expect_rate(&c, 0, 100, .1);
    expect_rate(&c, 50, 100, .06);
    expect_rate(&c, 100, 100, .02);
}

Test(solver, burn_in_rises_to_the_policy) {
    dk_solver_conf c = base;
    c.burn_in = 10;
    expect_rate(&c, 5, 100, .1 / 16);
    expect_rate(&c, 10, 100, .1);
}

Test(solver, random_policy_is_keyed) {
    dk_solver_conf c = base;
    c.policy = DK_POLICY_RANDOM;
    cr_expect_eq(dk_solver_rate(&c, 3, 9, 1), dk_solver_rate(&c, 3, 9, 1));
    cr_expect_neq(dk_solver_rate(&c, 3, 9, 1), dk_solver_rate(&c, 4, 9, 1));
    cr_expect_neq(dk_solver_rate(&c, 3, 9, 1), dk_solver_rate(&c, 3, 9, 2));
}

Test(lives, overlap_in_time_means_apart_in_memory) {
    dk_life lives[] = {{100, 0, 0, 1}, {200, 0, 1, 2}, {50, 0, 2, 3}, {300, 0, 3, 4}, {0, 0, 0, 9}};
    dk_arena *arena = dk_arena_open();
    const size_t total = dk_lives_place(lives, 5, arena);
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < i; k++) {
            const bool together = lives[i].first <= lives[k].last && lives[k].first <= lives[i].last;
            const bool apart =
                lives[i].at + lives[i].bytes <= lives[k].at || lives[k].at + lives[k].bytes <= lives[i].at;
            cr_expect(!together || apart, "%d and %d share memory", i, k);
        }
        cr_expect_eq(lives[i].at % 64, 0);
        cr_expect_leq(lives[i].at + lives[i].bytes, total);
    }
    cr_expect_eq(total, 384, "%zu",
                 total); /* 320 for the largest and 64 for the 50 beside it; the rest fits inside */
    dk_arena_close(arena);
}
