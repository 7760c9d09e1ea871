/* A run's folder read back: rows, facts, F1 over epochs; what is missing or broken is named. */
#include "run/results.h"
#include "base/text.h"
#include "support/temp.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char folder[] = "run";
static const char head[] = "epoch,step,rate,train_loss,train_accuracy,val_loss,val_accuracy,macro_f1,"
                           "images_per_second,seconds,best\n";

static void put(const char *name, const char *before, const char *text) {
    dk_buffer path = {0}, all = {0};
    dk_buffer_add(&path, "%s/%s", folder, name);
    dk_buffer_add(&all, "%s%s", before, text);
    temp_write(path.text, all.text);
    dk_buffer_free(&path);
    dk_buffer_free(&all);
}

static void enter(void) {
    temp_enter();
    temp_write("run/notes", "");
}

TestSuite(run_results, .init = enter, .fini = temp_leave);

static void refuse(const char *message) {
    dk_results r;
    dk_error err = {0};
    cr_assert_neq(dk_results_read(&r, folder, &err), DK_OK);
    dk_results_close(&r);
    cr_assert(strstr(err.text, message), "'%s' lacks '%s'", err.text, message);
}

Test(run_results, a_run) {
    dk_results r;
    dk_error err = {0};
    put("log.csv", head, "1,10,.1,2,.5,1.9,.55,.4,100,1,1\n2,20,.1,1.5,.6,,,,100,2,0\n");
    put("classes.csv", "", "epoch,a,b\n1,.5,.25\n2,0,0\n2,.75,1\n");
    put("predictions.csv", "", "path,truth,answer,probability,a,b\nx,a,b,.75,.25,.75\n");
    put("run.txt", "", "seed=7\nended=early stop: patience\n");
    char slashed[64];
    snprintf(slashed, sizeof slashed, "%s//", folder);
    cr_assert_eq(dk_results_read(&r, slashed, &err), DK_OK, "%s", err.text);
    cr_assert_str_eq(r.name, folder);
    cr_assert_eq(r.count, 2);
    cr_assert_eq(r.best, 0);
    cr_assert_eq(dk_figures_get(&r.rows[0].valid, "macro F1"), .4);
    cr_assert(isnan(dk_figures_get(&r.rows[1].valid, "loss")));
    cr_assert_str_eq(dk_results_fact(&r, "seed"), "7");
    cr_assert_null(dk_results_fact(&r, "nothing"));
    cr_assert_eq(r.classes.count, 2, "the epoch that was said again counts once");
    cr_assert_eq(r.classes.f1[0], .5);
    cr_assert_eq(r.classes.f1[1], .75);
    cr_assert_eq(r.classes.f1[2], .25);
    cr_assert_eq(r.classes.f1[3], 1);
    cr_assert_eq(r.predictions.count, 1);
    dk_results_close(&r);
}

Test(run_results, what_is_missing) {
    refuse("holds no log.csv");
    put("log.csv", "", "epoch,rate\n1,2\n");
    refuse("log.csv:1: there is no column 'step'");
    put("log.csv", head, "1,10,.1,2,.5,1.9,.55,.4,100,1,1\n2,20,.1,1.5,.6,,,,100,2,\n");
    refuse("log.csv:3: best: '' is no number");
    put("log.csv", head, "1,10,.1,2,1.5,1.9,.55,.4,100,1,1\n");
    refuse("log.csv:2: train_accuracy: 1.5 is out of range 0..1");
    put("log.csv", head, "1,10,.1,2,.5,1.9,.55,.4,100,1,1\n");
    put("classes.csv", "", "a,b\n");
    refuse("classes.csv:1: wanted are the column 'epoch'");
    put("classes.csv", "", "epoch,a,b\n1,.5,.5\n");
    refuse("predictions.csv");
}

Test(run_results, no_folder) {
    dk_results r;
    dk_error err = {0};
    cr_assert_eq(dk_results_read(&r, "/nonexistent/run", &err), DK_EIO);
    cr_assert(strstr(err.text, "there is no such folder"), "%s", err.text);
    dk_results_close(&r);
}
