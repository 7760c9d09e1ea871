/* Trainings of several ranks against those of one: how far apart their weights are, measured by the way that they have gone.
 * Ranks are threads here; tests/cli/ranks.bats does the same over mpirun. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/backend.h"
#include "support/temp.h"
#include "support/toy.h"

static dk_error err;

/* All that draws random numbers, keyed by pictures of the whole batch. */
#define RANDOM "mixup=1\ncutmix=1\nflip=1\nangle=10\nhue=.1\nsaturation=1.5\nexposure=1.5\n"
#define LAYERS(norm)                                                                                         \
    "[convolutional]\n" norm "filters=6\nsize=3\nstride=1\npad=1\nactivation=leaky\n"                        \
    "[convolutional]\n" norm "filters=8\nsize=3\nstride=2\npad=1\nactivation=leaky\n"                        \
    "[dropout]\nprobability=.2\n[avgpool]\n[dropout]\nprobability=.2\n"                                      \
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n"
#define NORM "batch_normalize=1\n"

/* The processor's fast engine, where this build has one. */
static const char *fast(void) {
    for (const char *const *name = dk_engine_names; *name != NULL; name++) {
        if (strcmp(*name, "onednn") == 0) {
            return *name;
        }
    }
    return "ref";
}

static void write_cfg(const char *keys, const char *layers) {
    char text[2048];
    snprintf(text, sizeof text,
             "[net]\nwidth=8\nheight=8\nchannels=3\nbatch=24\nlearning_rate=0.02\nmomentum=0.9\n" RANDOM
             "max_batches=20\n%s\n%s",
             keys, layers);
    temp_write("toy.cfg", text);
}

/* Trains for some steps; the parameters are the caller's. */
static float *train(const char *engine, int ranks, const char *const *set, size_t *count) {
    const dk_status status = toy_train((dk_run_options){.backend = engine, .ranks = ranks, .set_net = set},
                                       &(dk_observer){0}, &err);
    cr_assert_eq(status, DK_OK, "%s", err.text);
    return toy_values("weights/toy_final.weights", NULL, count);
}

static double length(const float *a, const float *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += pow((double)a[i] - (double)b[i], 2);
    }
    return sqrt(sum);
}

/* ‖difference‖ ÷ ‖way from the start‖ after so many steps. */
static double apart(const char *engine, int ranks, const char *steps, const char *more) {
    const char *const set[] = {steps, more, NULL};
    const char *const still[] = {"max_batches=1", "learning_rate=0", "decay=0", NULL};
    size_t n = 0;
    float *const start = train(engine, 1, still, &n), *const one = train(engine, 1, set, &n),
                 *const several = train(engine, ranks, set, &n);
    const double share = length(one, several, n) / length(one, start, n);
    free(start);
    free(one);
    free(several);
    return share;
}

/* The training pictures ten times over: few ends of epochs, each of which saves. */
static void write_list(void) {
    static const char *const labels[] = {"red", "green", "blue"};
    FILE *const f = fopen("many.list", "w");
    cr_assert_not_null(f);
    for (int i = 0; i < 600; i++) {
        fprintf(f, "train/%s/%d.png\n", labels[i % 3], i / 3 % 20);
    }
    fclose(f);
    temp_write("toy.data", "classes=3\ntrain=many.list\nvalid=valid\nnames=toy.names\nlabels=toy.names\n"
                           "backup=weights\nresults=results\ntop=2\n");
}

static void enter(void) {
    temp_enter();
    toy_write("");
    write_list();
}

TestSuite(run_ranks, .init = enter, .fini = temp_leave, .timeout = 120);

static void expect_near(const char *engine, int ranks, const char *more) {
    const double first = apart(engine, ranks, "max_batches=1", more);
    const double last = apart(engine, ranks, "max_batches=20", more);
    cr_expect_leq(first, 1e-5, "%s, %d ranks: %g after one step", engine, ranks, first);
    cr_expect_leq(last, 1e-3, "%s, %d ranks: %g after 20", engine, ranks, last);
}

Test(run_ranks, without_normalisation_any_number_is_one) {
    write_cfg("", LAYERS(""));
    expect_near("ref", 4, "subdivisions=1");
    expect_near("ref", 2, "subdivisions=3");
    expect_near(fast(), 4, "subdivisions=1");
}

Test(run_ranks, with_sync_bn_normalisations_measure_the_whole_batch) {
    write_cfg("sync_bn=1", LAYERS(NORM));
    expect_near("ref", 2, "clip_gradient=1");
    expect_near(fast(), 2, "clip_gradient=1");
    expect_near(fast(), 3, "ema_alpha=.9");
}

Test(run_ranks, without_sync_bn_each_rank_measures_its_own) {
    write_cfg("", LAYERS(NORM));
    cr_expect_gt(apart(fast(), 2, "max_batches=20", "seed=3"), 1e-3);
}

Test(run_ranks, gradients_summed_in_bf16_are_near) {
    write_cfg("", LAYERS(""));
    const double share = apart("ref", 2, "max_batches=20", "sum_gradients=bf16");
    cr_expect(share > 1e-5 && share < .05, "%g", share);
}

Test(run_ranks, equal_runs_are_equal_bit_by_bit) {
    const char *const set[] = {"max_batches=50", NULL};
    size_t n = 0;
    write_cfg("", LAYERS(NORM));
    float *const one = train(fast(), 3, set, &n), *const other = train(fast(), 3, set, &n);
    cr_expect_eq(memcmp(one, other, n * sizeof *one), 0);
    free(one);
    free(other);
}

/* Rank 0 saves them: a mean over all pictures is the mean of the ranks' means. */
Test(run_ranks, rolling_means_are_those_of_all_ranks) {
    const char *const set[] = {"max_batches=5", "learning_rate=0", "decay=0", NULL};
    enum { MEANS = 32, FILTERS = 6 }; /* behind biases and scales, each with room for 16 */
    size_t n = 0;
    write_cfg("", LAYERS(NORM));
    float *const one = train("ref", 1, set, &n), *const three = train("ref", 3, set, &n);
    for (int i = MEANS; i < MEANS + FILTERS; i++) {
        cr_expect(one[i] != 0 && fabsf(one[i] - three[i]) < 1e-4f * fabsf(one[i]) + 1e-6f, "mean %d: %g, %g",
                  i, (double)one[i], (double)three[i]);
    }
    free(one);
    free(three);
}

Test(run_ranks, a_stopped_run_goes_on_as_if_it_had_not_been) {
    const dk_run_options o = {.ranks = 2};
    size_t n = 0, m = 0;
    write_cfg("", LAYERS(NORM));
    cr_assert_eq(toy_train_until(o, 0, &err), DK_OK, "%s", err.text);
    float *const whole = toy_values("weights/toy_final.weights", NULL, &n);
    cr_assert_eq(toy_train_until(o, 13, &err), DK_ESTOPPED, "%s", err.text);
    cr_expect(strstr(err.text, "stopped after step 13 of 20") != NULL, "%s", err.text);
    cr_assert_eq(toy_train_until((dk_run_options){.ranks = 2, .resume = true}, 0, &err), DK_OK, "%s",
                 err.text);
    float *const parts = toy_values("weights/toy_final.weights", NULL, &m);
    cr_expect(n == m && memcmp(whole, parts, n * sizeof *whole) == 0);
    cr_expect_null(strstr(toy_said, "rounding only"), "%s", toy_said);
    free(whole);
    free(parts);
}

Test(run_ranks, a_run_goes_on_with_another_number_of_ranks) {
    write_cfg("", LAYERS(""));
    cr_assert_eq(toy_train_until((dk_run_options){.ranks = 2}, 7, &err), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(toy_train_until((dk_run_options){.ranks = 4, .resume = true}, 12, &err), DK_ESTOPPED, "%s",
                 err.text);
    cr_expect(strstr(toy_said, "as 2 ranks") != NULL && strstr(toy_said, "as 4 ranks") != NULL, "%s",
              toy_said);
    cr_assert_eq(toy_train_until((dk_run_options){.resume = true}, 0, &err), DK_OK, "%s", err.text);
}

Test(run_ranks, validation_counts_every_picture_once) {
    const char *const set[] = {"max_batches=1", "learning_rate=0", "decay=0", NULL};
    size_t n = 0;
    write_cfg("", LAYERS(""));
    free(train("ref", 1, set, &n));
    free(train("ref", 4, set, &n)); /* 15 pictures by 24 and by 4 × 6 */
    char *const one = temp_read("results/toy-1/predictions.csv"), *const four = temp_read(
                                                                      "results/toy-2/predictions.csv");
    cr_assert(one != NULL && four != NULL);
    cr_expect_str_eq(one, four);
    free(one);
    free(four);
}

Test(run_ranks, a_batch_that_cannot_be_shared_is_an_error) {
    write_cfg("", LAYERS(""));
    cr_expect_eq(toy_train((dk_run_options){.ranks = 5}, &(dk_observer){0}, &err), DK_EPARSE);
    cr_expect(strstr(err.text, "batch=24 cannot be shared by 5 ranks in subdivisions=1: it must be a "
                               "multiple of 5, such as 20") != NULL,
              "%s", err.text);
}

/* One rank alone sees it: its share of the batch has the picture that cannot be read. */
Test(run_ranks, what_one_rank_cannot_do_ends_all) {
    write_cfg("max_bad=0", LAYERS(""));
    temp_write("train/red/3.png", "no picture");
    cr_expect_eq(toy_train((dk_run_options){.ranks = 4}, &(dk_observer){0}, &err), DK_EDATA, "%s", err.text);
    cr_expect(strstr(err.text, "train/red/3.png") != NULL || strstr(err.text, "unreadable") != NULL, "%s",
              err.text);
    cr_expect_eq(temp_read("weights/toy_final.weights"), NULL);
}

Test(run_ranks, a_loss_that_is_no_number_ends_all) {
    const char *const set[] = {"learning_rate=1e30", NULL};
    write_cfg("", LAYERS(""));
    cr_expect_eq(toy_train((dk_run_options){.ranks = 2, .set_net = set}, &(dk_observer){0}, &err),
                 DK_EDIVERGED, "%s", err.text);
}
