/* Whole training runs of a toy network on the reference engine: what they learn, what they leave, and how
 * they end when something is wrong. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "net/weights.h"
#include "run/checkpoint.h"
#include "run/model.h"
#include "run/train.h"
#include "support/spans.h"
#include "support/temp.h"
#include "support/toy.h"

/* What an observer saw, and when it says no. */
typedef struct {
    int begins, steps, epochs, ends;
    double first_loss, last_loss, last_accuracy;
    int best_epochs, skipped;
    long stop_at; /* step after which on_step says no; 0: never */
    bool early_stop;
    char reason[128];
} witness;

static witness w;
static dk_error err;

static bool on_begin(void *user, const dk_run_info *run) {
    (void)user;
    w.begins++;
    return run->steps > 0;
}

static bool on_step(void *user, const dk_step_event *e) {
    (void)user;
    w.steps++;
    cr_expect_eq(e->step, w.steps);
    return e->step != w.stop_at;
}

static bool on_epoch(void *user, const dk_epoch_event *e) {
    (void)user;
    w.epochs++;
    w.first_loss = w.epochs == 1 ? dk_figures_get(&e->train, "loss") : w.first_loss;
    w.last_loss = dk_figures_get(&e->train, "loss");
    w.last_accuracy = e->valid != NULL ? dk_figures_get(e->valid, "accuracy") : -1;
    w.best_epochs += e->best;
    w.skipped = e->skipped;
    return true;
}

static void on_end(void *user, const dk_end_event *e) {
    (void)user;
    w.ends++;
    w.early_stop = e->early_stop;
    snprintf(w.reason, sizeof w.reason, "%s", e->reason);
}

static const dk_observer observer = {
    .on_begin = on_begin, .on_step = on_step, .on_epoch = on_epoch, .on_end = on_end};

static dk_status train_with(dk_run_options o) {
    w = (witness){.stop_at = w.stop_at};
    return toy_train(o, &observer, &err);
}

static dk_status train(void) {
    return train_with((dk_run_options){0});
}

static int lines(const char *path) {
    char *text = temp_read(path);
    int count = 0;
    for (const char *p = text; p != NULL && *p != '\0'; p++) {
        count += *p == '\n';
    }
    free(text);
    return count;
}

static void expect_text(const char *word) {
    cr_expect(strstr(err.text, word) != NULL, "'%s' is not in: %s", word, err.text);
}

static void enter(void) {
    temp_enter();
    toy_write("max_epochs=4");
    w = (witness){0};
}

TestSuite(run_train, .init = enter, .fini = temp_leave, .timeout = 60);

Test(run_train, learns_and_leaves_its_files) {
    const char *const set[] = {"max_epochs=10", NULL};
    cr_assert_eq(train_with((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(w.begins == 1 && w.steps == 100 && w.epochs == 10 && w.ends == 1);
    cr_expect(w.last_loss < .7 * w.first_loss, "loss went from %g to %g", w.first_loss, w.last_loss);
    cr_expect(w.last_accuracy > .9, "validation accuracy %g", w.last_accuracy);
    cr_expect(w.best_epochs >= 1);
    cr_expect_str_eq(w.reason, "finished");
    cr_expect(dk_path_exists("weights/toy_best.weights") && dk_path_exists("weights/toy_last.weights"));
    cr_expect(temp_same("weights/toy_last.weights", "weights/toy_final.weights"));
    cr_expect(dk_path_exists("results/toy-1/toy.cfg") && dk_path_exists("results/toy-1/run.txt"));
    cr_expect_eq(lines("results/toy-1/log.csv"), 11);
    cr_expect(!dk_path_exists("results/toy-1/skipped.txt"));
}

Test(run_train, equal_seeds_give_equal_weights) {
    cr_assert_eq(train(), DK_OK, "%s", err.text);
    cr_assert_eq(train(), DK_OK, "%s", err.text);
    cr_expect(temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
    cr_expect(temp_same("weights/toy_best.weights", "weights/toy_best.1.weights"));
    cr_assert_eq(train_with((dk_run_options){.seed = 1999}), DK_OK, "%s", err.text);
    cr_expect(!temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
    cr_expect(dk_path_exists("results/toy-3/log.csv"));
}

Test(run_train, subdivisions_agree) {
    size_t count = 0;
    const char *const parts[] = {"subdivisions=3", NULL};
    cr_assert_eq(train(), DK_OK, "%s", err.text);
    cr_assert_eq(train_with((dk_run_options){.set_net = parts}), DK_OK, "%s", err.text);
    float *whole = toy_values("weights/toy_final.1.weights", NULL, &count);
    float *divided = toy_values("weights/toy_final.weights", NULL, &count);
    for (size_t i = 0; i < count; i++) {
        cr_assert(fabsf(whole[i] - divided[i]) < 1e-4f, "value %zu: %g and %g", i, (double)whole[i],
                  (double)divided[i]);
    }
    free(whole);
    free(divided);
}

Test(run_train, an_observer_can_stop_it) {
    w.stop_at = 13;
    cr_expect_eq(train(), DK_ESTOPPED, "%s", err.text);
    cr_expect(w.steps == 13 && w.ends == 1);
    cr_expect_str_eq(w.reason, "interrupted");
    expect_text("step 13 of 40");
    expect_text("weights/toy_last.weights");
    cr_expect(dk_path_exists("weights/toy_last.weights") && !dk_path_exists("weights/toy_final.weights"));
    cr_expect_eq(lines("results/toy-1/log.csv"), 2);
}

Test(run_train, a_flag_can_stop_it) {
    atomic_int stop = 1;
    cr_expect_eq(train_with((dk_run_options){.stop = &stop}), DK_ESTOPPED);
    cr_expect(dk_path_exists("weights/toy_last.weights") && w.steps == 0);
}

Test(run_train, a_validation_can_be_interrupted) {
    w.stop_at = 10; /* the last step of the first epoch */
    cr_expect_eq(train(), DK_ESTOPPED, "%s", err.text);
    cr_expect_eq(w.epochs, 0);
    cr_expect(dk_path_exists("weights/toy_last.weights") && !dk_path_exists("weights/toy_best.weights"));
}

Test(run_train, weights_that_are_no_numbers_are_not_saved) {
    dk_model m = {0};
    dk_checkpoints c;
    const dk_model_options o = {.cfg = "toy.cfg", .backend = "ref", .build = {.n = 1}};
    temp_write("weights/toy_last.weights", "good ones");
    cr_assert_eq(dk_model_open(&m, &o, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_checkpoints_open(&c, "weights", "toy", m.arena, &o.log, &err), DK_OK, "%s", err.text);
    span_fill(m.backend, m.net->params->values + m.net->params->count - 1, NAN, 1);
    cr_expect_eq(dk_checkpoint_save(&c, DK_CHECKPOINT_LAST, m.net, 0, &err), DK_EDIVERGED);
    char *text = temp_read("weights/toy_last.weights");
    cr_expect_str_eq(text, "good ones");
    free(text);
    dk_checkpoints_close(&c);
    dk_model_close(&m);
}

Test(run_train, early_stop) {
    const char *const set[] = {"early_stop_patience=2", "early_stop_min_delta=1000", NULL};
    cr_expect_eq(train_with((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(w.epochs == 3 && w.early_stop);
    cr_expect(strstr(w.reason, "early stop") != NULL, "%s", w.reason);
    cr_expect(dk_path_exists("weights/toy_final.weights"));
}

Test(run_train, divergence_keeps_the_last_good_weights) {
    const char *const set[] = {"policy=steps", "steps=15,16,17,18", "scales=1e6,1e6,1e6,1e6", NULL};
    cr_expect_eq(train_with((dk_run_options){.set_net = set}), DK_EDIVERGED, "%s", err.text);
    cr_expect_eq(w.epochs, 1);
    expect_text("weights/toy_last.weights");
    expect_text("learning_rate");
    size_t count = 0;
    free(toy_values("weights/toy_last.weights", NULL, &count)); /* which would fail on NaN */
    cr_expect(!dk_path_exists("weights/toy_final.weights"));
}

Test(run_train, divergence_at_once) {
    const char *const set[] = {"learning_rate=1e30", NULL};
    temp_write("weights/toy_last.weights", "of another run");
    cr_expect_eq(train_with((dk_run_options){.set_net = set}), DK_EDIVERGED, "%s", err.text);
    char *text = temp_read("weights/toy_last.weights");
    cr_expect_str_eq(text, "of another run");
    free(text);
}

Test(run_train, unreadable_pictures_are_skipped_and_listed) {
    const char *const set[] = {"max_bad=10%", NULL};
    temp_write("train/red/3.png", "no picture");
    temp_write("valid/blue/1.png", "");
    cr_expect_eq(train_with((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect_eq(w.skipped, 2);
    char *text = temp_read("results/toy-1/skipped.txt");
    cr_assert_not_null(text);
    cr_expect(strstr(text, "train/red/3.png\t") != NULL && strstr(text, "valid/blue/1.png\t") != NULL, "%s",
              text);
    cr_expect_eq(lines("results/toy-1/skipped.txt"), 2);
    cr_expect(strstr(text, "\tvalid") == NULL && strstr(text, "\ttrain") == NULL, "a path twice: %s", text);
    free(text);
}

Test(run_train, too_many_unreadable_pictures_end_it) {
    temp_write("train/red/3.png", "no picture"); /* 1 of 60 is more than 1 % */
    cr_expect_eq(train(), DK_EDATA);
    cr_expect(dk_path_exists("results/toy-1/skipped.txt") && w.ends == 1);
}

Test(run_train, classes_must_be_the_outputs) {
    temp_write("toy.names", "red\ngreen\nblue\npink\n");
    const char *const set[] = {"classes=4", NULL};
    cr_expect_eq(train_with((dk_run_options){.set_data = set}), DK_ESHAPE);
    expect_text("classes=4");
    expect_text("3");
    cr_expect(!dk_path_exists("results") && !dk_path_exists("weights"));
}

Test(run_train, missing_pictures) {
    const char *const set[] = {"train=nowhere", "get=ask for them", NULL};
    cr_expect_eq(train_with((dk_run_options){.set_data = set}), DK_EIO);
    expect_text("nowhere");
    expect_text("ask for them");
}

Test(run_train, length_must_be_given) {
    toy_write_cfg("");
    cr_expect_eq(train(), DK_EPARSE);
    expect_text("toy.cfg:1");
    expect_text("max_epochs");
    cr_expect(!dk_path_exists("results"));
}

Test(run_train, what_ends_first_counts) {
    toy_write_cfg("max_epochs=4\nmax_batches=15");
    cr_expect_eq(train(), DK_OK, "%s", err.text);
    cr_expect(w.steps == 15 && w.epochs == 2); /* the second epoch ends early, and is validated */
    cr_expect(w.last_accuracy >= 0);
}

Test(run_train, memory_is_checked_first) {
    cr_expect_eq(train_with((dk_run_options){.max_memory = 2000}), DK_ENOMEM);
    cr_expect(!dk_path_exists("results") && w.begins == 0);
}

Test(run_train, without_validation) {
    temp_write("toy.data",
               "classes=3\ntrain=train\nnames=toy.names\nlabels=toy.names\nbackup=w\nresults=r\n");
    cr_expect_eq(train(), DK_OK, "%s", err.text);
    cr_expect(w.last_accuracy == -1 && w.best_epochs == 0);
    cr_expect(dk_path_exists("w/toy_final.weights") && !dk_path_exists("w/toy_best.weights"));
}

Test(run_train, folders_are_checked_first) {
    temp_write("weights", "a file in the way");
    cr_expect_eq(train(), DK_EIO);
    expect_text("weights");
    cr_expect_eq(w.begins, 0);
}

Test(run_train, given_weights_are_a_start) {
    size_t count = 0;
    dk_weights_info info = {0};
    cr_assert_eq(train(), DK_OK, "%s", err.text);
    const char *const set[] = {"learning_rate=0", "max_epochs=1", NULL};
    cr_assert_eq(train_with((dk_run_options){.weights = "weights/toy_final.weights", .set_net = set}), DK_OK,
                 "%s", err.text);
    cr_expect_eq(w.steps, 10); /* the schedule begins at 0 */
    float *before = toy_values("weights/toy_final.1.weights", NULL, &count);
    float *after = toy_values("weights/toy_final.weights", NULL, &count);
    cr_expect_arr_eq(before, after, count * sizeof *before);
    free(before);
    free(after);
    dk_model m = {0};
    const dk_model_options o = {.cfg = "toy.cfg", .backend = "ref", .build = {.n = 1}};
    cr_assert_eq(dk_model_open(&m, &o, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_weights_load(m.net, "weights/toy_final.weights", &info, &err), DK_OK);
    cr_expect_eq(info.seen, 300); /* 240 pictures, then 60 */
    dk_model_close(&m);
}

Test(run_train, averages_are_what_is_validated_and_kept) {
    const char *const set[] = {"ema_alpha=0.5", "max_epochs=10", NULL};
    size_t count = 0;
    cr_assert_eq(train_with((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(w.last_accuracy > .8, "validation accuracy %g", w.last_accuracy);
    cr_expect(!temp_same("weights/toy_last.weights", "weights/toy_final.weights"));
    cr_expect(dk_path_exists("weights/toy_best.weights"));
    float *average = toy_values("weights/toy_final.weights", NULL, &count);
    free(average);                                       /* which would fail on NaN */
    const char *const plain[] = {"max_epochs=10", NULL}; /* the run itself is the same without them */
    cr_assert_eq(train_with((dk_run_options){.set_net = plain}), DK_OK, "%s", err.text);
    cr_expect(temp_same("weights/toy_last.weights", "weights/toy_last.1.weights"));
    cr_expect(!temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
}

Test(run_train, averages_without_validation) {
    const char *const set[] = {"ema_alpha=0.9", "max_epochs=1", NULL};
    temp_write("toy.data",
               "classes=3\ntrain=train\nnames=toy.names\nlabels=toy.names\nbackup=w\nresults=r\n");
    cr_expect_eq(train_with((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(!temp_same("w/toy_last.weights", "w/toy_final.weights"));
}
