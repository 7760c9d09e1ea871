/* The folder of a run, its files, and the keeping of checkpoints that an earlier run left. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "run/checkpoint.h"
#include "run/csv_log.h"
#include "run/run_folder.h"
#include "run/task.h"
#include "support/temp.h"

static dk_arena *arena;
static dk_error err;
static char noted[2048];

static void enter(void) {
    temp_enter();
    arena = dk_arena_open();
}

static void leave(void) {
    dk_arena_close(arena);
    temp_leave();
}

TestSuite(run_folder, .init = enter, .fini = leave);

static void note(void *user, int level, const char *text) {
    (void)user, (void)level;
    snprintf(noted, sizeof noted, "%s", text);
}

static const dk_log notes = {.write = note};

Test(run_folder, numbers_go_on_after_the_largest) {
    dk_run_folder folder;
    cr_assert_eq(dk_run_folder_make(&folder, "out/results", "net", arena, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(folder.path, "out/results/net-1");
    cr_expect_str_eq(folder.name, "net-1");
    mkdir("out/results/net-7", 0777);
    mkdir("out/results/net-x", 0777);
    mkdir("out/results/netz-30", 0777);
    temp_write("out/results/net-8", "a file takes a number, too");
    cr_assert_eq(dk_run_folder_make(&folder, "out/results", "net", arena, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(folder.path, "out/results/net-9");
    cr_expect_eq(folder.number, 9);
}

Test(run_folder, a_file_in_the_way_is_an_error) {
    dk_run_folder folder;
    temp_write("results", "not a folder");
    cr_expect_eq(dk_run_folder_make(&folder, "results", "net", arena, &err), DK_EIO);
    cr_expect(strstr(err.text, "results") != NULL, "%s", err.text);
}

Test(run_folder, cfg_copy_notes_overrides) {
    dk_run_folder folder;
    const char *const net[] = {"batch=8", NULL};
    const char *const data[] = {"top=2", NULL};
    temp_write("my cfg/a.cfg", "[net]\nbatch=4");
    cr_assert_eq(dk_run_folder_make(&folder, "results", "a", arena, &err), DK_OK);
    cr_assert_eq(dk_run_folder_copy_cfg(&folder, "my cfg/a.cfg", net, data, &err), DK_OK, "%s", err.text);
    char *copy = temp_read("results/a-1/a.cfg");
    cr_assert_not_null(copy);
    cr_expect_str_eq(copy, "[net]\nbatch=4\n# -set net.batch=8\n# -set data.top=2\n");
    free(copy);
}

Test(run_folder, facts) {
    dk_run_folder folder;
    const dk_run_facts facts = {.task = "classifier",
                                .cfg = "a.cfg",
                                .data = "a.data",
                                .backend = "ref",
                                .precision = "bf16",
                                .threads = 2,
                                .seed = 1ull << 40,
                                .train = 5,
                                .valid = 3,
                                .batch = 2,
                                .epochs = 4,
                                .parameters = 6};
    cr_assert_eq(dk_run_folder_make(&folder, "results", "a", arena, &err), DK_OK);
    cr_assert_eq(dk_run_folder_facts(&folder, &facts, &err), DK_OK);
    cr_assert_eq(dk_run_folder_ended(&folder, "interrupted", &err), DK_OK);
    cr_assert_eq(dk_run_folder_ended(&folder, "finished", &err), DK_OK);
    char *text = temp_read("results/a-1/run.txt");
    cr_assert_not_null(text);
    cr_expect_str_eq(text, "version=" DK_VERSION "\ntask=classifier\ncfg=a.cfg\ndata=a.data\nseed="
                           "1099511627776\nbackend=ref\nprecision=bf16\nthreads=2\n"
                           "train_pictures=5\nvalid_pictures=3\nbatch=2\nepochs=4\nparameters=6\n"
                           "ended=finished\n");
    free(text);
}

Test(run_folder, csv_has_whole_rows) {
    dk_csv_log log = {0};
    const dk_figure_kind *const kinds = dk_task_classifier.figures;
    dk_figures train = dk_figures_none(kinds), valid = train, later = train;
    train.value[0] = 2, train.value[1] = .25;
    valid.value[0] = .5, valid.value[1] = valid.value[2] = 1;
    later.value[0] = 1, later.value[1] = .5;
    const dk_epoch_event with = {.epoch = 1,
                                 .step = 10,
                                 .rate = .1,
                                 .train = train,
                                 .valid = &valid,
                                 .best = true,
                                 .images_per_second = 123.44,
                                 .seconds = 5};
    const dk_epoch_event without = {.epoch = 2, .step = 20, .rate = 1e-7, .train = later};
    cr_assert_eq(dk_csv_log_open(&log, ".", kinds, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_csv_log_add(&log, &with, &err), DK_OK);
    cr_assert_eq(dk_csv_log_add(&log, &without, &err), DK_OK);
    char *text = temp_read("log.csv"); /* before it is closed: rows are flushed */
    cr_assert_not_null(text);
    cr_expect_str_eq(text, "epoch,step,rate,train_loss,train_accuracy,val_loss,val_accuracy,macro_f1,"
                           "images_per_second,seconds,best\n"
                           "1,10,0.1,2.000000,0.250000,0.500000,1.000000,1.000000,123.4,5.0,1\n"
                           "2,20,1e-07,1.000000,0.500000,,,,0.0,0.0,0\n");
    free(text);
    dk_csv_log_close(&log);
}

Test(run_folder, checkpoints_of_earlier_runs_are_kept) {
    temp_write("w/a_best.weights", "third");
    temp_write("w/a_best.1.weights", "first");
    temp_write("w/a_best.3.weights", "second");
    cr_assert_eq(dk_checkpoint_keep("w/a_best.weights", &notes, &err), DK_OK, "%s", err.text);
    char *text = temp_read("w/a_best.2.weights");
    cr_assert_not_null(text);
    cr_expect_str_eq(text, "third");
    cr_expect(!dk_path_exists("w/a_best.weights"));
    cr_expect(strstr(noted, "w/a_best.weights") != NULL && strstr(noted, "w/a_best.2.weights") != NULL, "%s",
              noted);
    free(text);
    cr_expect_eq(dk_checkpoint_keep("w/a_best.weights", &notes, &err), DK_OK); /* nothing there: fine */
}

Test(run_folder, checkpoint_folder_is_made_and_checked) {
    dk_checkpoints c;
    cr_assert_eq(dk_checkpoints_open(&c, "new/weights", "my.net", arena, &notes, &err), DK_OK, "%s",
                 err.text);
    cr_expect(dk_path_is_folder("new/weights"));
    cr_expect_str_eq(c.path[DK_CHECKPOINT_BEST], "new/weights/my.net_best.weights");
    cr_expect_null(dk_checkpoint_written(&c, DK_CHECKPOINT_BEST));
    dk_checkpoints_close(&c);
    temp_write("file", "");
    cr_expect_eq(dk_checkpoints_open(&c, "file", "a", arena, &notes, &err), DK_EIO);
}
