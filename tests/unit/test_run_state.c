/* States whose check fits, but which no run of this cfg has left: what they say is not believed. */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "run/train.h"
#include "support/temp.h"
#include "support/toy.h"

#define STATE "weights/toy_last.weights.state"
#define FOLDER "results/toy-1"

static dk_error err;
static uint8_t *state;      /* of a run that was stopped after step 13 */
static size_t size, folder; /* folder: where its length stands */

static dk_status train(bool resume) {
    return toy_train_until((dk_run_options){.resume = resume}, resume ? 0 : 13, &err);
}

static void enter(void) {
    temp_enter();
    toy_write("max_epochs=3\noptimizer=adam\nema_alpha=0.9\nvalid_every=1");
    cr_assert_eq(train(false), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(dk_file_read(STATE, 0, &state, &size, &err), DK_OK, "%s", err.text);
    const int64_t length = sizeof FOLDER - 1;
    for (size_t i = 0; i + sizeof length < size && folder == 0; i++) {
        const bool here = memcmp(state + i, &length, sizeof length) == 0 &&
                          memcmp(state + i + sizeof length, FOLDER, sizeof FOLDER - 1) == 0;
        folder = here ? i : 0;
    }
    cr_assert_neq(folder, 0);
}

static void leave(void) {
    free(state);
    temp_leave();
}

TestSuite(run_state, .init = enter, .fini = leave, .timeout = 60);

/* Writes bytes as the state, with a check that fits: dk_hash over blocks of 64 KiB. */
static void forge(const uint8_t *bytes, size_t n) {
    enum { BLOCK = 1 << 16 };
    uint8_t *all = malloc(n + sizeof(uint64_t));
    uint64_t check = 0;
    for (size_t i = 0; i < n; i += BLOCK) {
        check = dk_hash(bytes + i, n - i < BLOCK ? n - i : BLOCK, check);
    }
    memcpy(all, bytes, n);
    memcpy(all + n, &check, sizeof check);
    cr_assert_eq(dk_file_write(STATE, all, n + sizeof check, &err), DK_OK, "%s", err.text);
    free(all);
}

static void expect_refused(const char *what, const char *word) {
    cr_expect_eq(train(true), DK_EFORMAT, "%s: %s", what, err.text);
    cr_expect(strstr(err.text, STATE) != NULL && strstr(err.text, word) != NULL, "%s: '%s' is not in: %s",
              what, word, err.text);
}

/* ---- numbers ---- */

/* The fields behind the folder, 8 bytes each, as resume.c walks them. */
enum {
    BEST_WRITTEN,
    STEP,
    ENDED,
    EPOCH,
    VALIDATED,
    RATE,
    SEEN,
    LOSS,
    HITS,
    SUM,
    IMAGES = HITS + 3,
    REACHED,
    BEST,
    MARK
};
enum { BEST_EPOCH = MARK + 1, PROGRESS, WAITING, SPENT, LEARNING, VALIDATING, EPOCH_LEARNING, PARAMETERS };

static void with(int field, const void *value, size_t bytes, const char *what, const char *word) {
    const size_t at = folder + 8 + sizeof FOLDER - 1 + 8 * (size_t)field;
    uint8_t *copy = malloc(size);
    memcpy(copy, state, size);
    memcpy(copy + at, value, bytes);
    forge(copy, size - 8);
    free(copy);
    expect_refused(what, word);
}

static void with_long(int field, int64_t value, const char *word) {
    char what[64];
    snprintf(what, sizeof what, "field %d is %lld", field, (long long)value);
    with(field, &value, sizeof value, what, word);
}

static void with_double(int field, double value, const char *word) {
    char what[64];
    snprintf(what, sizeof what, "field %d is %g", field, value);
    with(field, &value, sizeof value, what, word);
}

/* The run has 30 steps, 10 an epoch, of 6 pictures; it was stopped after 13. */
Test(run_state, unchanged_it_is_taken) {
    forge(state, size - 8);
    cr_expect_eq(train(true), DK_OK, "%s", err.text);
}

Test(run_state, steps_and_epochs_outside_the_run) {
    with_long(STEP, -1000000, "the step is -1000000");
    with_long(STEP, 31, "within 0..30");
    with_long(STEP, INT64_MAX, "the step");
    with_long(STEP, INT64_MIN, "the step");
    with_long(STEP, 9, "the step that ended an epoch is 10");
    with_long(ENDED, 14, "within 0..13");
    with_long(ENDED, -1, "ended an epoch");
    with_long(EPOCH, -1, "the epoch");
    with_long(EPOCH, 4, "within 0..3");
    with_long(EPOCH, 1LL << 40, "does not fit");
    with_long(VALIDATED, 2, "validated");
    with_long(BEST_EPOCH, 2, "best epoch");
    with_long(PROGRESS, -3, "progress");
    with_long(WAITING, INT_MAX, "without progress");
    with_long(BEST_WRITTEN, 7, "does not fit");
}

Test(run_state, counts_outside_the_run) {
    with_long(IMAGES, 19, "pictures of the epoch is 19");
    with_long(IMAGES, -1, "pictures of the epoch");
    with_double(HITS, -1, "accuracy is -");
    with_double(HITS, 19, "accuracy is 1.");
    with_double(SUM, NAN, "a sum of the epoch");
    with_long(SEEN, -1, "seen");
}

Test(run_state, floats_that_are_no_numbers) {
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        with_double(RATE, bad[i], "the rate");
        with_double(LOSS, bad[i], "the loss");
        with_double(REACHED, bad[i], "target");
        with_double(BEST, bad[i], "the best value");
        with_double(MARK, bad[i], "progress");
        with_double(SPENT, bad[i], "since the run began");
        with_double(LEARNING, bad[i], "learning");
        with_double(VALIDATING, bad[i], "validating");
        with_double(EPOCH_LEARNING, bad[i], "learning in the epoch");
    }
    with_double(SPENT, -5, "since the run began");
    with_double(LEARNING, 1e300, "learning");
}

/* Values, moments and averages are all that is left up to the end. */
Test(run_state, parameters_that_are_no_numbers) {
    const float bad[] = {NAN, INFINITY};
    const size_t begin = folder + 8 + sizeof FOLDER - 1 + 8 * PARAMETERS;
    uint8_t *copy = malloc(size);
    for (int i = 0; i < 2; i++) {
        memcpy(copy, state, size);
        memcpy(copy + begin, &bad[i], sizeof *bad); /* the first parameter */
        forge(copy, size - 8);
        expect_refused("a parameter", "a parameter is");
        memcpy(copy, state, size);
        memcpy(copy + size - 8 - sizeof *bad, &bad[i], sizeof *bad); /* the last average */
        forge(copy, size - 8);
        expect_refused("an average", "an average of a parameter is");
    }
    free(copy);
}

/* ---- the folder ---- */

static void with_folder(const char *path) {
    const size_t n = strlen(path), before = folder + 8, behind = before + sizeof FOLDER - 1;
    const int64_t length = (int64_t)n;
    uint8_t *copy = malloc(size + n);
    memcpy(copy, state, folder);
    memcpy(copy + folder, &length, sizeof length);
    for (size_t i = 0; i < n; i++) {
        copy[before + i] = (uint8_t)path[i];
    }
    memcpy(copy + before + n, state + behind, size - behind);
    forge(copy, size - 8 - (sizeof FOLDER - 1) + n);
    free(copy);
}

/* A folder that looks like a run's wherever the state says it is. */
static void lay_out(const char *path) {
    char name[512];
    char *log = temp_read(FOLDER "/log.csv");
    snprintf(name, sizeof name, "%s/log.csv", path);
    temp_write(name, log);
    snprintf(name, sizeof name, "%s/report.html", path);
    temp_write(name, "precious");
    free(log);
}

Test(run_state, folders_elsewhere) {
    char here[256], absolute[512];
    cr_assert_not_null(getcwd(here, sizeof here));
    snprintf(absolute, sizeof absolute, "%s/elsewhere/toy-1", here);
    const char *const paths[] = {"victim",
                                 "toy-1",
                                 "elsewhere/toy-1",
                                 "results/deep/toy-1",
                                 "results/../elsewhere/toy-1",
                                 "results/toy-2",
                                 "results/other-1",
                                 absolute};
    lay_out("victim");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char report[512];
        if (i != 5) {
            lay_out(paths[i]);
        }
        with_folder(paths[i]);
        if (i == 5) { /* a link within results */
            cr_assert_eq(symlink("../victim", paths[i]), 0);
        }
        expect_refused(paths[i], "as the folder of the run");
        snprintf(report, sizeof report, "%s/report.html", paths[i]);
        char *text = temp_read(report);
        cr_expect_str_eq(text, "precious", "%s", paths[i]);
        free(text);
    }
}

Test(run_state, folders_that_are_no_name) {
    const char *const paths[] = {"",
                                 ".",
                                 "..",
                                 "/",
                                 "results",
                                 "results/",
                                 "results/..",
                                 "results/toy-",
                                 "results/toy-0",
                                 "results/toy-x",
                                 "results/toy--1",
                                 "../results/toy-1"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        with_folder(paths[i]);
        expect_refused(paths[i], "as the folder of the run");
    }
}

/* Spelled in another way it is the same folder. */
Test(run_state, the_folder_by_another_path) {
    with_folder("./results/toy-1");
    cr_expect_eq(train(true), DK_OK, "%s", err.text);
}

/* ---- what is no file ---- */

Test(run_state, pipes_and_folders_are_not_waited_for) {
    remove(STATE);
    cr_assert_eq(mkfifo(STATE, 0600), 0);
    cr_expect_eq(train(true), DK_EIO);
    cr_expect(strstr(err.text, "pipe") != NULL, "%s", err.text);
    remove(STATE);
    cr_assert_eq(mkdir(STATE, 0700), 0);
    cr_expect_eq(train(true), DK_EIO);
    cr_expect(strstr(err.text, "folder") != NULL, "%s", err.text);
}
