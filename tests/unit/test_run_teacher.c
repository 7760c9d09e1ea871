/* Teachers: the arithmetic of what they add, and what they must fit. The toy has no normalisation and no dropout, so that it
 * answers alike while it learns and afterwards. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/engines.h"
#include "support/temp.h"
#include "support/toy.h"

static dk_error err;
static const char *backend; /* NULL: the reference */

/* Trains the toy from `start` with more keys; `last` > 0: is stopped after that step. */
static dk_status train(const char *start, const char *const *keys, long last, bool resume) {
    return toy_train_until(
        (dk_run_options){.weights = start, .backend = backend, .set_net = keys, .resume = resume}, last,
        &err);
}
#define TRAIN(start, ...) train(start, (const char *const[]){__VA_ARGS__, NULL}, 0, false)

/* Keeps the weights that a run has left under another name. */
static void keep(const char *name) {
    cr_assert_eq(rename("weights/toy_final.weights", name), 0);
}

/* The largest difference between two files of weights. */
static double apart(const char *a, const char *b) {
    size_t n = 0, m = 0;
    float *const x = toy_values(a, NULL, &n), *const y = toy_values(b, NULL, &m);
    double most = 0;
    cr_assert_eq(n, m);
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs((double)x[i] - (double)y[i]));
    }
    free(x);
    free(y);
    return most;
}

static void enter(void) {
    temp_enter();
    toy_write("max_epochs=2");
    cr_assert_eq(TRAIN(NULL, "seed=4"), DK_OK, "%s", err.text);
    keep("a.weights");
    cr_assert_eq(TRAIN(NULL, "seed=5"), DK_OK, "%s", err.text);
    keep("b.weights");
}

TestSuite(run_teacher, .init = enter, .fini = temp_leave, .timeout = 120);

/* Its own answers are all that is learned: there is nothing to learn. */
Test(run_teacher, who_teaches_himself_stays_as_he_is) {
    cr_assert_eq(TRAIN("a.weights", "decay=0", "teacher=toy.cfg:a.weights", "teacher_share=1"), DK_OK, "%s",
                 err.text);
    keep("same.weights");
    cr_expect_lt(apart("a.weights", "same.weights"), 1e-5);
    cr_assert_eq(TRAIN("a.weights", "decay=0"), DK_OK, "%s", err.text);
    keep("plain.weights");
    cr_expect_gt(apart("a.weights", "plain.weights"), 1e-3);
    cr_assert_eq(TRAIN("a.weights", "decay=0", "teacher=toy.cfg:b.weights", "teacher_share=1"), DK_OK, "%s",
                 err.text);
    keep("other.weights");
    cr_expect_gt(apart("a.weights", "other.weights"), 1e-3);
}

Test(run_teacher, a_share_of_nothing_changes_no_bit) {
    cr_assert_eq(TRAIN("a.weights", "mixup=1"), DK_OK, "%s", err.text);
    keep("plain.weights");
    cr_assert_eq(TRAIN("a.weights", "mixup=1", "teacher=toy.cfg:b.weights", "teacher_share=0"), DK_OK, "%s",
                 err.text);
    keep("none.weights");
    cr_expect_eq(apart("plain.weights", "none.weights"), 0);
}

Test(run_teacher, several_are_their_mean) {
    cr_assert_eq(TRAIN("a.weights", "teacher=toy.cfg:b.weights"), DK_OK, "%s", err.text);
    keep("one.weights");
    cr_assert_eq(TRAIN("a.weights", "teacher=toy.cfg:b.weights, toy.cfg:b.weights"), DK_OK, "%s", err.text);
    keep("twice.weights");
    cr_expect_eq(apart("one.weights", "twice.weights"), 0);
    cr_assert_eq(TRAIN("a.weights", "teacher=toy.cfg:b.weights,toy.cfg:a.weights"), DK_OK, "%s", err.text);
    keep("both.weights");
    cr_expect_gt(apart("one.weights", "both.weights"), 1e-5);
    cr_assert_eq(TRAIN("a.weights", "teacher=toy.cfg:b.weights", "teacher_temperature=4"), DK_OK, "%s",
                 err.text);
    keep("soft.weights");
    cr_expect_gt(apart("one.weights", "soft.weights"), 1e-5);
}

/* With mixing, stages and weights of classes, a run that was stopped within a stage ends with the same bits. */
Test(run_teacher, a_stopped_run_goes_on) {
    const char *const keys[] = {
        "max_epochs=3",       "teacher=toy.cfg:b.weights", "mixup=1", "stages=8:.5,12:.5",
        "class_weights=auto", "teacher_temperature=2",     NULL};
    cr_assert_eq(train(NULL, keys, 0, false), DK_OK, "%s", err.text);
    keep("whole.weights");
    cr_assert_eq(train(NULL, keys, 18, false), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(train(NULL, keys, 0, true), DK_OK, "%s", err.text);
    keep("parts.weights");
    cr_expect_eq(apart("whole.weights", "parts.weights"), 0);
    cr_assert_eq(train(NULL, keys, 18, false), DK_ESTOPPED);
    cr_expect_eq(train(NULL, (const char *const[]){"max_epochs=3", "mixup=1", NULL}, 0, true), DK_EPARSE);
}

/* What a teacher's files hold is part of what a run is. */
Test(run_teacher, another_teacher_under_the_same_name_is_noticed) {
    const char *const keys[] = {"max_epochs=3", "teacher=other.cfg:b.weights", NULL};
    temp_change("other.cfg", "toy.cfg", "max_epochs=2", "max_epochs=2");
    cr_assert_eq(train(NULL, keys, 18, false), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(rename("b.weights", "kept.weights"), 0);
    cr_assert_eq(rename("a.weights", "b.weights"), 0);
    cr_expect_eq(train(NULL, keys, 0, true), DK_EPARSE);
    cr_expect(strstr(err.text, "[net] teacher b.weights was a file of hash ") != NULL, "%s", err.text);
    cr_assert_eq(rename("kept.weights", "b.weights"), 0);
    temp_change("other.cfg", "toy.cfg", "leaky", "relu");
    cr_expect_eq(train(NULL, keys, 0, true), DK_EPARSE);
    cr_expect(strstr(err.text, "[net] teacher other.cfg was a file of hash ") != NULL, "%s", err.text);
    temp_change("other.cfg", "toy.cfg", "max_epochs=2", "max_epochs=2");
    cr_expect_eq(train(NULL, keys, 0, true), DK_OK, "%s", err.text);
}

/* The engine that has bf16 here; where none has, the test ends. */
static const char *engine_with_bf16(void) {
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        dk_backend *be = NULL;
        cr_assert_eq(dk_backend_open(&be, (*e)->name, 1, &err), DK_OK, "%s", err.text);
        const bool has = be->bf16;
        dk_backend_close(be);
        if (has) {
            return (*e)->name;
        }
    }
    cr_skip_test("no engine has bf16 here");
    return NULL;
}

/* bf16 rounds by up to 2⁻⁹ of a value, while it learns in other places than while it predicts. */
Test(run_teacher, in_bf16) {
    backend = engine_with_bf16();
    temp_change("half.cfg", "toy.cfg", "max_epochs=2", "max_epochs=2\nprecision=bf16");
    cr_assert_eq(
        TRAIN("a.weights", "decay=0", "precision=bf16", "teacher=half.cfg:a.weights", "teacher_share=1"),
        DK_OK, "%s", err.text);
    keep("same.weights");
    cr_assert_eq(TRAIN("a.weights", "decay=0", "precision=bf16"), DK_OK, "%s", err.text);
    keep("plain.weights");
    cr_expect_lt(apart("a.weights", "same.weights"), 1e-3);
    cr_expect_gt(apart("a.weights", "plain.weights"), 1e-2);
    const char *const keys[] = {
        "max_epochs=3", "precision=bf16",    "teacher=half.cfg:b.weights,toy.cfg:a.weights",
        "mixup=1",      "stages=8:.5,12:.5", NULL};
    cr_assert_eq(train(NULL, keys, 0, false), DK_OK, "%s", err.text);
    keep("whole.weights");
    cr_assert_eq(train(NULL, keys, 18, false), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(train(NULL, keys, 0, true), DK_OK, "%s", err.text);
    keep("parts.weights");
    cr_expect_eq(apart("whole.weights", "parts.weights"), 0);
}

static void expect_refused(const char *teacher, dk_status status, const char *word) {
    char key[128];
    snprintf(key, sizeof key, "teacher=%s", teacher);
    cr_expect_eq(TRAIN(NULL, key), status, "%s: %s", teacher, err.text);
    cr_expect(strstr(err.text, "teacher") != NULL && strstr(err.text, word) != NULL, "'%s' is not in: %s",
              word, err.text);
}

Test(run_teacher, what_does_not_fit) {
    expect_refused("toy.cfg", DK_EPARSE, "'toy.cfg' is not CFG:WEIGHTS");
    expect_refused(":b.weights", DK_EPARSE, "is not CFG:WEIGHTS");
    expect_refused("toy.cfg:none.weights", DK_EIO, "none.weights");
    expect_refused("toy.cfg:b.weights,", DK_EPARSE, "'' is not CFG:WEIGHTS");
    temp_change("four.cfg", "toy.cfg", "output=3", "output=4");
    temp_change("wide.cfg", "toy.cfg", "width=8", "width=16");
    temp_change("dark.cfg", "toy.cfg", "channels=3", "channels=3\ninput_mean=.5");
    cr_assert_eq(TRAIN(NULL, "width=16"), DK_OK, "%s", err.text);
    keep("wide.weights");
    expect_refused("wide.cfg:wide.weights", DK_EPARSE,
                   "looks at 16x8x3, but the network that learns at 8x8x3");
    expect_refused("dark.cfg:b.weights", DK_EPARSE, "another input_mean");
    expect_refused("four.cfg:b.weights", DK_EFORMAT, "four.cfg");
}
