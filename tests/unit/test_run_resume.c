/* Exact resume: a run that was stopped and goes on is, bit by bit, the run that was never stopped; and what is
 * no state of this run is refused. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "run/same_run.h"
#include "run/train.h"
#include "support/temp.h"
#include "support/toy.h"

#define STATE "weights/toy_last.weights.state"

/* Everything that keeps something from step to step. */
static const char keys[] =
    "max_epochs=4\noptimizer=adam\nema_alpha=0.9\nsubdivisions=2\npolicy=cosine\nburn_in=7\n"
    "balanced=1\nclass_weights=1,2,1\nclip_gradient=5\nflip=1\nangle=5\nvalid_every=1\n"
    "early_stop_patience=50\nlearning_rate_min=0\n"
    "mixup=1\ncutmix=1\ncutmix_probability=.4\ncolour_gamma=1.3\nhue=.1\nblur_sigma=1\ngaussian_noise="
    "5\nerase=.3\n"
    "augment_until=.7\nlabel_smooth_eps=.1\nloader_threads=3";

static dk_error err;
static long stop_at, kill_at, steps;

static bool on_step(void *user, const dk_step_event *e) {
    (void)user;
    steps++;
    if (e->step == kill_at) {
        kill(getpid(), SIGKILL);
    }
    return e->step != stop_at;
}

static const dk_observer observer = {.on_step = on_step};

static dk_status train(dk_run_options o) {
    steps = 0;
    return toy_train(o, &observer, &err);
}

static dk_status resume(void) {
    stop_at = kill_at = 0;
    return train((dk_run_options){.resume = true});
}

/* log.csv without its columns of time. */
static char *log_of(const char *path) {
    char *text = temp_read(path), *to = text;
    cr_assert_not_null(text, "%s is missing", path);
    int column = 0;
    for (const char *p = text; *p != '\0'; p++) {
        column = *p == '\n' ? 0 : column + (*p == ',');
        if (column != 8 && column != 9) {
            *to++ = *p;
        }
    }
    *to = '\0';
    return text;
}

static void expect_same_log(const char *a, const char *b) {
    char *one = log_of(a), *two = log_of(b);
    cr_expect_str_eq(one, two);
    free(one);
    free(two);
}

/* The uninterrupted run, put aside as whole/. */
static void run_whole(void) {
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_assert_eq(rename("weights", "whole"), 0);
    cr_assert_eq(rename("results", "whole-results"), 0);
}

static void expect_whole(void) {
    static const char *const kinds[] = {"best", "last", "final"};
    for (int i = 0; i < 3; i++) {
        char a[64], b[64];
        snprintf(a, sizeof a, "whole/toy_%s.weights", kinds[i]);
        snprintf(b, sizeof b, "weights/toy_%s.weights", kinds[i]);
        cr_expect(temp_same(a, b), "%s differs", b);
    }
    expect_same_log("whole-results/toy-1/log.csv", "results/toy-1/log.csv");
    cr_expect(!dk_path_exists("results/toy-2") && !dk_path_exists("weights/toy_best.1.weights"));
}

/* The toy network with batch normalisation and dropout, too. */
static void write_cfg(void) {
    toy_write(keys);
    temp_change("toy.cfg", "toy.cfg", "filters=6", "batch_normalize=1\nfilters=6");
    temp_change("toy.cfg", "toy.cfg", "[avgpool]", "[dropout]\nprobability=.2\n[avgpool]");
}

static void enter(void) {
    temp_enter();
    write_cfg();
    stop_at = kill_at = 0;
}

TestSuite(run_resume, .init = enter, .fini = temp_leave, .timeout = 60);

static void stop_and_go_on(long at) {
    run_whole();
    stop_at = at;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED, "%s", err.text);
    cr_expect(strstr(err.text, "-resume") != NULL, "%s", err.text);
    cr_assert_eq(resume(), DK_OK, "%s", err.text);
    cr_expect_eq(steps, 40 - at);
    cr_expect(strstr(toy_said, "results/toy-1 goes on after step") != NULL, "%s", toy_said);
    expect_whole();
}

Test(run_resume, stopped_within_an_epoch) {
    stop_and_go_on(13);
}

Test(run_resume, stopped_in_a_validation) {
    stop_and_go_on(20);
}

Test(run_resume, stopped_twice) {
    run_whole();
    stop_at = 3;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    stop_at = 38;
    cr_assert_eq(train((dk_run_options){.resume = true}), DK_ESTOPPED, "%s", err.text);
    cr_assert_eq(resume(), DK_OK, "%s", err.text);
    cr_expect_eq(steps, 2);
    expect_whole();
}

/* kill -9 leaves the state of the last epoch: what came after it is done again. */
Test(run_resume, killed) {
    run_whole();
    const pid_t child = fork();
    if (child == 0) {
        kill_at = 27;
        (void)train((dk_run_options){0});
        _exit(1); /* was not killed */
    }
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    cr_assert_eq(resume(), DK_OK, "%s", err.text);
    cr_expect_eq(steps, 20);
    expect_whole();
}

/* Rows of log.csv beyond the state, and one that is not whole, are written anew. */
Test(run_resume, rows_beyond_the_state_go) {
    run_whole();
    stop_at = 25;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    FILE *f = fopen("results/toy-1/log.csv", "a");
    fputs("3,30,0.1,9,9,9,9,9,9,9,0\n4,4", f);
    fclose(f);
    f = fopen("results/toy-1/classes.csv", "a");
    fputs("3,.1,.1,.1\n4,.", f);
    fclose(f);
    cr_assert_eq(resume(), DK_OK, "%s", err.text);
    expect_whole();
    char *classes = temp_read("results/toy-1/classes.csv");
    cr_expect(strstr(classes, "\n3,.1") == NULL && strstr(classes, "\n4,1") != NULL &&
                  strstr(classes, "\n4,.") == NULL,
              "%s", classes);
    free(classes);
}

Test(run_resume, a_finished_run_stays_as_it_is) {
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_expect_eq(resume(), DK_OK, "%s", err.text);
    cr_expect_eq(steps, 0);
    cr_expect(temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
}

Test(run_resume, weights_on_the_line_are_not_used) {
    stop_at = 13;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    stop_at = 0;
    cr_assert_eq(train((dk_run_options){.resume = true, .weights = "nowhere.weights"}), DK_OK, "%s",
                 err.text);
    cr_expect(strstr(toy_said, "nowhere.weights is not used") != NULL, "%s", toy_said);
}

Test(run_resume, another_run_keeps_the_state_beside_its_weights) {
    stop_at = 13;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    cr_expect(dk_path_exists("weights/toy_last.1.weights") &&
              dk_path_exists("weights/toy_last.1.weights.state"));
}

Test(run_resume, another_run_keeps_a_state_without_its_weights) {
    stop_at = 13;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    remove("weights/toy_last.weights");
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    cr_expect(dk_path_exists("weights/toy_last.1.weights.state"));
}

/* ---- what is refused ---- */
static void stop_early(void) {
    stop_at = 13;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED);
    stop_at = 0;
}

static void expect_refused(dk_run_options o, dk_status status, const char *word) {
    o.resume = true;
    cr_expect_eq(train(o), status, "%s: %s", word, err.text);
    cr_expect(strstr(err.text, word) != NULL, "'%s' is not in: %s", word, err.text);
    cr_expect_eq(steps, 0);
}

Test(run_resume, a_changed_key_is_named) {
    stop_early();
    const char *const rate[] = {"learning_rate=0.01", NULL};
    const char *const more[] = {"saturation=1.5", NULL};
    const char *const same[] = {"learning_rate=5e-2", "cache=7", NULL};
    const char *const top[] = {"top=1", NULL};
    expect_refused((dk_run_options){.set_net = rate}, DK_EPARSE, "learning_rate was 0.05");
    expect_refused((dk_run_options){.set_net = more}, DK_EPARSE, "saturation=1.5 was not there");
    expect_refused((dk_run_options){.set_data = top}, DK_EPARSE, "top was 2");
    expect_refused((dk_run_options){.seed = 5}, DK_EUSAGE, "seed");
    cr_expect_eq(train((dk_run_options){.resume = true, .set_net = same}), DK_OK, "%s", err.text);
}

Test(run_resume, changed_layers_and_pictures) {
    stop_early();
    temp_change("was.cfg", "toy.cfg", "", "");
    temp_change("toy.cfg", "was.cfg", "[avgpool]", "[dropout]\n[avgpool]");
    expect_refused((dk_run_options){0}, DK_EPARSE, "other layers");
    temp_change("toy.cfg", "was.cfg", "filters=6", "filters=7");
    expect_refused((dk_run_options){0}, DK_EPARSE, "filters was 6");
    temp_change("toy.cfg", "was.cfg", "", "");
    cr_assert_eq(rename("train/red/3.png", "train/red/99.png"), 0);
    expect_refused((dk_run_options){0}, DK_EDATA, "training pictures");
}

/* Engines round in their own ways; so may sums that are divided among threads. */
Test(run_resume, other_threads_are_told) {
    dk_section net = {.name = "net"}, layer = {.name = "softmax"}, data = {.name = "data"};
    dk_section sections[] = {net, layer, data};
    dk_run_identity was = {.sections = sections,
                           .count = 3,
                           .threads = 1,
                           .backend = "ref",
                           .task = "classifier"},
                    is = was;
    toy_said[0] = '\0';
    cr_expect_eq(dk_run_identity_compare(&is, &was, "x.state", &toy_log, &err), DK_OK);
    cr_expect_str_empty(toy_said);
    is.task = "regressor";
    cr_expect_eq(dk_run_identity_compare(&is, &was, "x.state", &toy_log, &err), DK_EUSAGE);
    cr_expect(strstr(err.text, "is the state of a classifier, not of a regressor") != NULL, "%s", err.text);
    is.task = was.task;
    is.threads = 2;
    cr_expect_eq(dk_run_identity_compare(&is, &was, "x.state", &toy_log, &err), DK_OK);
    cr_expect(strstr(toy_said, "rounding") != NULL, "%s", toy_said);
}

/* Writes the state with one byte changed, or cut to `size` bytes when at < 0. */
static void spoil(const uint8_t *bytes, size_t size, long at) {
    uint8_t *copy = malloc(size);
    memcpy(copy, bytes, size);
    if (at >= 0) {
        copy[at] ^= 4;
    }
    cr_assert_eq(dk_file_write(STATE, copy, size, &err), DK_OK, "%s", err.text);
    free(copy);
}

Test(run_resume, broken_states) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    expect_refused((dk_run_options){0}, DK_EIO, STATE);
    stop_early();
    cr_assert_eq(dk_file_read(STATE, 0, &bytes, &size, &err), DK_OK);
    for (size_t cut = 1; cut < size - 16; cut += size / 5) {
        spoil(bytes, size - cut, -1);
        expect_refused((dk_run_options){0}, DK_EFORMAT, "cut or damaged");
    }
    for (size_t at = 20; at < size; at += size / 5) {
        spoil(bytes, size, (long)at);
        expect_refused((dk_run_options){0}, DK_EFORMAT, "cut or damaged");
    }
    spoil(bytes, 4, -1);
    expect_refused((dk_run_options){0}, DK_EFORMAT, "is not the state");
    spoil(bytes, size, 2);
    expect_refused((dk_run_options){0}, DK_EFORMAT, "is not the state");
    spoil(bytes, size, 8); /* version 3 ^ 4 = 7 */
    expect_refused((dk_run_options){0}, DK_EFORMAT, "version 7");
    temp_write(STATE, "");
    expect_refused((dk_run_options){0}, DK_EFORMAT, "is not the state");
    free(bytes);
}

Test(run_resume, a_folder_that_is_gone) {
    stop_early();
    cr_assert_eq(rename("results", "elsewhere"), 0);
    expect_refused((dk_run_options){0}, DK_EIO, "results/toy-1/log.csv");
}
