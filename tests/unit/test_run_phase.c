/* Runs whose net changes on the way: other sizes (stages), layers that wait (freeze_until); and what is wrong with
 * them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "run/model.h"
#include "run/stages.h"
#include "run/train.h"
#include "support/temp.h"
#include "support/toy.h"

static dk_error err;
static long stop_at;

static dk_status train(dk_run_options o) {
    return toy_train_until(o, stop_at, &err);
}

/* The toy cfg with a line more in its first layer. */
static void write_cfg(const char *keys, const char *first_layer) {
    char line[64];
    snprintf(line, sizeof line, "filters=6\n%s", first_layer);
    toy_write_cfg(keys);
    temp_change("toy.cfg", "toy.cfg", "filters=6", line);
}

static void enter(void) {
    temp_enter();
    toy_write("max_epochs=4");
    stop_at = 0;
}

TestSuite(run_phase, .init = enter, .fini = temp_leave, .timeout = 60);

/* ---- the text ---- */
static dk_status read_stages(dk_stages *stages, const char *text) {
    const dk_section s = {.name = "net", .file = "x.cfg", .line = 1};
    err = (dk_error){0};
    return dk_stages_read(stages, text, &s, &err);
}

Test(run_phase, stages_are_read) {
    dk_stages s;
    cr_assert_eq(read_stages(&s, " 64:.2, 96 : .65,112:0.15"), DK_OK, "%s", err.text);
    cr_expect_eq(s.count, 3);
    static const int width[] = {64, 64, 96, 96, 96, 96, 96, 96, 96, 112}; /* 20 steps, every second */
    for (int i = 0; i < 10; i++) {
        cr_expect_eq(dk_stages_width(&s, 2 * i, 20, 96), width[i], "step %d", 2 * i);
    }
    cr_expect_eq(dk_stages_width(&s, 20, 20, 96), 112);
    cr_assert_eq(read_stages(&s, NULL), DK_OK);
    cr_expect_eq(dk_stages_width(&s, 3, 20, 96), 96);
}

Test(run_phase, larger_stages_cost_more) {
    dk_stages stages;
    cr_assert_eq(dk_stages_read(&stages, "4:.5,8:.25,2:.25", NULL, &err), DK_OK);
    cr_expect_float_eq(dk_stages_cost(&stages, 0, 100, 8), 0, 1e-9);
    cr_expect_float_eq(dk_stages_cost(&stages, 40, 100, 8), 40 * 16, 1e-9);
    cr_expect_float_eq(dk_stages_cost(&stages, 60, 100, 8), 50 * 16 + 10 * 64, 1e-9);
    cr_expect_float_eq(dk_stages_cost(&stages, 100, 100, 8), 50 * 16 + 25 * 64 + 25 * 4, 1e-9);
    cr_assert_eq(dk_stages_read(&stages, NULL, NULL, &err), DK_OK);
    cr_expect_float_eq(dk_stages_cost(&stages, 10, 100, 8), 640, 1e-9);
    cr_expect_float_eq(dk_stages_cost(&stages, 10, 100, 0), 10, 1e-9); /* nets without a size */
}

Test(run_phase, bad_stages) {
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"64:.2,96:.7", "add up to 0.9"},
        {"64:.5,96:.6", "add up to 1.1"},
        {"64", "SIZE:SHARE"},
        {"0:1", "SIZE:SHARE"},
        {"64.5:1", "SIZE:SHARE"},
        {"64:1,", "SIZE:SHARE"},
        {"64:0,96:1", "SIZE:SHARE"},
        {"64:x", "SIZE:SHARE"},
        {"64:-.5,96:1.5", "SIZE:SHARE"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        dk_stages s;
        cr_expect_eq(read_stages(&s, rows[i].text), DK_EPARSE, "%s", rows[i].text);
        cr_expect(strstr(err.text, rows[i].want) != NULL, "%s: %s", rows[i].text, err.text);
        cr_expect(strstr(err.text, "x.cfg:1") != NULL, "%s", err.text);
    }
}

/* ---- runs ---- */
Test(run_phase, a_run_in_stages_learns) {
    const char *const set[] = {"stages=4:.3,8:.5,12:.2", "min_crop=8", "max_crop=10", "max_epochs=8", NULL};
    cr_assert_eq(train((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(strstr(toy_said, "from step 25 on: 8 x 8") != NULL, "%s", toy_said);
    cr_expect(strstr(toy_said, "from step 65 on: 12 x 12") != NULL, "%s", toy_said);
    char *log = temp_read("results/toy-1/log.csv");
    double accuracy = 0;
    const char *last = log;
    for (const char *p = log; (p = strchr(p, '\n')) != NULL && p[1] != '\0'; last = ++p) {
    }
    cr_assert_eq(sscanf(last, "%*d,%*d,%*f,%*f,%*f,%*f,%lf", &accuracy), 1, "%s", last);
    cr_expect(accuracy > .9, "validation accuracy %g: %s", accuracy, log);
    free(log);
}

/* One stage of the network's own size is no stage. */
Test(run_phase, one_stage_is_the_plain_run) {
    const char *const set[] = {"stages=8:1", NULL};
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_assert_eq(train((dk_run_options){.set_net = set}), DK_OK, "%s", err.text);
    cr_expect(temp_same("weights/toy_final.weights", "weights/toy_final.1.weights"));
}

Test(run_phase, a_stage_below_the_stride) {
    const char *const set[] = {"stages=1:.5,8:.5", NULL};
    cr_expect_eq(train((dk_run_options){.set_net = set}), DK_EPARSE);
    cr_expect(strstr(err.text, "stage of 1 pixels is smaller than the network's stride of 2") != NULL, "%s",
              err.text);
}

Test(run_phase, a_stage_beyond_the_memory) {
    const char *const set[] = {"stages=8:.5,4000:.5", NULL};
    cr_expect_eq(train((dk_run_options){.set_net = set, .max_memory = 100 << 20}), DK_ENOMEM, "%s", err.text);
}

/* The nets want 140 MB while the first layer waits and 175 when it learns. */
Test(run_phase, a_waiting_layer_beyond_the_memory) {
    write_cfg("max_epochs=3", "freeze_until=2");
    const char *const set[] = {"width=800", "height=800", NULL};
    cr_expect_eq(train((dk_run_options){.set_net = set, .max_memory = 155 << 20}), DK_ENOMEM);
    cr_expect(strstr(err.text, "max_memory") != NULL && !dk_path_exists("results/toy-1"), "%s", err.text);
}

/* Does [from, to) differ between two files? */
static void expect_moved(const char *a, const char *b, bool first_layer, bool others) {
    size_t first = 0, count = 0;
    float *one = toy_values(a, &first, &count), *two = toy_values(b, &first, &count);
    cr_expect_eq(memcmp(one, two, first * sizeof *one) != 0, first_layer, "first layer of %s and %s", a, b);
    cr_expect_eq(memcmp(one + first, two + first, (count - first) * sizeof *one) != 0, others, "%s and %s", a,
                 b);
    free(one);
    free(two);
}

Test(run_phase, a_waiting_layer_learns_later) {
    const char *const none[] = {"learning_rate=0", "learning_rate_min=0", NULL};
    write_cfg("max_epochs=4\ndecay=0.01", "freeze_until=2");
    cr_assert_eq(train((dk_run_options){.set_net = none}), DK_OK, "%s", err.text); /* first values */
    cr_assert_eq(rename("weights/toy_final.weights", "start.weights"), 0);
    stop_at = 20;
    cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED, "%s", err.text);
    expect_moved("start.weights", "weights/toy_last.weights", false, true);
    stop_at = 0;
    cr_assert_eq(train((dk_run_options){.resume = true}), DK_OK, "%s", err.text);
    expect_moved("start.weights", "weights/toy_final.weights", true, true);
    cr_expect(strstr(toy_said, "from step 21 on: 8 x 8") != NULL, "%s", toy_said);
}

/* Adam, averages, other sizes and layers that wait: stopped at steps of every phase, and on a border. */
Test(run_phase, a_resumed_run_is_the_same) {
    write_cfg("max_epochs=4\noptimizer=adam\nlearning_rate_min=0\nema_alpha=0.9\nstages=4:.3,8:.5,12:.2\n"
              "min_crop=7\nmax_crop=11\nangle=9\nblur_sigma=1",
              "freeze_until=1");
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_assert_eq(rename("weights", "whole"), 0);
    static const long stops[] = {5, 10, 12, 13, 35};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        stop_at = stops[i];
        cr_assert_eq(train((dk_run_options){0}), DK_ESTOPPED, "%s", err.text);
        stop_at = 0;
        cr_assert_eq(train((dk_run_options){.resume = true}), DK_OK, "%s", err.text);
        cr_expect(temp_same("whole/toy_last.weights", "weights/toy_last.weights"), "stopped at %ld",
                  stops[i]);
        cr_expect(temp_same("whole/toy_final.weights", "weights/toy_final.weights"), "stopped at %ld",
                  stops[i]);
    }
}

Test(run_phase, waiting_beyond_the_end_is_told_and_changes_nothing_on_the_way) {
    write_cfg("max_epochs=4", "freeze_until=4");
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_expect(strstr(toy_said, "toy.cfg: freeze_until=4, but the run ends after 4 epochs") != NULL, "%s",
              toy_said);
    cr_expect(strstr(toy_said, "from step") == NULL, "%s", toy_said);
    write_cfg("max_epochs=4", "freeze_until=3");
    cr_assert_eq(train((dk_run_options){0}), DK_OK, "%s", err.text);
    cr_expect(strstr(toy_said, "never learn") == NULL, "%s", toy_said);
    cr_expect(strstr(toy_said, "from step 31 on") != NULL, "%s", toy_said);
}

Test(run_phase, somebody_must_learn) {
    toy_write_cfg("max_epochs=4");
    temp_change("toy.cfg", "toy.cfg", "output=3", "output=3\nfreeze_until=1");
    cr_expect_eq(train((dk_run_options){0}), DK_EPARSE);
    cr_expect(strstr(err.text, "[connected] freeze_until=1 freezes every layer") != NULL, "%s", err.text);
}
