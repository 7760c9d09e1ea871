/* Weights of classes: read and worked out by hand, refused when wrong, and what they do to a run. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/class_weights.h"
#include "run/train.h"
#include "support/temp.h"
#include "support/toy.h"

static dk_error err;
static dk_arena *arena;
static int per_class[] = {10, 40, 50};
static dk_dataset train_set = {.count = 100, .classes = 3, .per_class = per_class};
static const char *const names[] = {"few", "more", "many"};

static void enter(void) {
    arena = dk_arena_open();
    temp_enter();
}

static void leave(void) {
    temp_leave();
    dk_arena_close(arena);
}

TestSuite(run_class_weights, .init = enter, .fini = leave, .timeout = 60);

static dk_status read_weights(const char *text, float power, const float **out) {
    dk_pair pair = {"class_weights", text, "a.cfg", 5};
    const dk_section s = {.name = "net", .file = "a.cfg", .line = 1, .pairs = &pair, .count = 1};
    const dk_classifier_conf conf = {.class_weights = text, .class_weights_power = power};
    err = (dk_error){0};
    return dk_class_weights_read(out, &conf, &s, &train_set, names, arena, &err);
}

Test(run_class_weights, worked_out) {
    const float *w = NULL;
    cr_assert_eq(read_weights("auto", 1, &w), DK_OK, "%s", err.text);
    const float unscaled[] = {100 / 30.f, 100 / 120.f, 100 / 150.f};
    for (int c = 0; c < 3; c++) { /* all classes count the same: their mean is 1 already */
        cr_expect_float_eq(w[c], unscaled[c], 1e-5f, "%d: %g", c, (double)w[c]);
    }
    cr_assert_eq(read_weights("auto", .5f, &w), DK_OK);
    cr_expect_float_eq(w[0] / w[1], 2, 1e-5f); /* sqrt(40 / 10) */
    cr_expect_float_eq((10 * w[0] + 40 * w[1] + 50 * w[2]) / 100, 1, 1e-5f);
    cr_assert_eq(read_weights("auto", 0, &w), DK_OK);
    cr_expect_float_eq(w[0], 1, 1e-6f);
}

Test(run_class_weights, given) {
    const float *w = NULL;
    cr_assert_eq(read_weights("1, 2.5,.25", 2, &w), DK_OK, "%s", err.text);
    cr_expect(w[0] == 1 && w[1] == 2.5f && w[2] == .25f);
    cr_assert_eq(read_weights(NULL, 1, &w), DK_OK);
    cr_expect_null(w);
}

Test(run_class_weights, mistakes) {
    static const struct {
        const char *text, *says;
    } wrong[] = {{"1,2", "2 class_weights for 3"}, {"1,2,3,4", "4 class_weights for 3"},
                 {"1,0,1", "not above 0"},         {"1,-2,1", "not above 0"},
                 {"1,,1", "neither auto nor"},     {"automatic", "neither auto nor"},
                 {"1,nan,1", "neither auto nor"},  {"", "neither auto nor"},
                 {"1,1e-300,1", "not above 0"}};
    const float *w = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_eq(read_weights(wrong[i].text, 1, &w), DK_EPARSE, "%s", wrong[i].text);
        cr_expect(strstr(err.text, "a.cfg:5") != NULL && strstr(err.text, wrong[i].says) != NULL, "%s",
                  err.text);
    }
    const dk_section s = {.name = "net", .file = "a.cfg", .line = 1};
    const dk_classifier_conf twice = {.class_weights = "auto", .balanced = 1};
    cr_expect_eq(dk_class_weights_read(&w, &twice, &s, &train_set, names, arena, &err), DK_EPARSE);
    cr_expect(strstr(err.text, "balanced=1") != NULL, "%s", err.text);
    per_class[1] = 0;
    cr_expect_eq(read_weights("auto", 1, &w), DK_EPARSE);
    cr_expect(strstr(err.text, "class 1 (more)") != NULL, "%s", err.text);
}

Test(run_class_weights, a_mixed_target_weighs_what_it_is_made_of) {
    const float w[] = {2, 4, 8}, t[] = {.75f, 0, .25f, 0, 1, 0};
    float to[6], of_row[2];
    dk_class_weights_apply(w, 3, 2, t, to, of_row);
    cr_expect(of_row[0] == 3.5f && of_row[1] == 4);
    cr_expect(to[0] == .75f * 3.5f && to[1] == 0 && to[2] == .25f * 3.5f);
    cr_expect(to[3] == 0 && to[4] == 4 && to[5] == 0);
}

static double told; /* loss of the last epoch */

static bool on_epoch(void *user, const dk_epoch_event *e) {
    (void)user;
    told = dk_figures_get(&e->train, "loss");
    return true;
}

static dk_status train(const char *weights, const char *rate) {
    char first[64], second[64];
    snprintf(first, sizeof first, "class_weights=%s", weights ? weights : "");
    snprintf(second, sizeof second, "learning_rate=%s", rate);
    const char *const set[] = {"decay=0", second, weights ? first : NULL, NULL};
    const dk_observer observer = {.on_epoch = on_epoch};
    return toy_train((dk_run_options){.set_net = set}, &observer, &err);
}

/* Weights of 2 at half the rate are no weights at all, bit by bit, and the loss that is told has none. */
Test(run_class_weights, act_on_the_gradient_only) {
    toy_write("max_epochs=2");
    cr_assert_eq(train(NULL, "0.0625"), DK_OK, "%s", err.text);
    const double loss = told;
    cr_assert_eq(train("2,2,2", "0.03125"), DK_OK, "%s", err.text);
    cr_expect(temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
    cr_expect_float_eq(told, loss, 1e-6);
    cr_assert_eq(train("2,1,1", "0.03125"), DK_OK, "%s", err.text);
    cr_expect(!temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
}

Test(run_class_weights, wants_a_softmax_at_the_end) {
    toy_write("max_epochs=1");
    temp_change("toy.cfg", "toy.cfg", "[softmax]", "[cost]\ntype=sse");
    cr_expect_eq(train("1,1,2", "0.01"), DK_EPARSE);
    cr_expect(strstr(err.text, "[softmax]") != NULL, "%s", err.text);
}

Test(run_class_weights, balanced_epochs_train) {
    toy_write("max_epochs=4\nbalanced=1\nclass_weights=2,1,1");
    cr_expect_eq(train(NULL, "0.05"), DK_OK, "%s", err.text);
    cr_expect(told < 1, "loss %g", told);
}
