/* .data files, label files, lists and folders: what they give, and what is wrong with wrong ones. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/truth.h"
#include "data/dataset.h"
#include "data/labels.h"
#include "support/temp.h"

TestSuite(data_dataset, .init = temp_enter, .fini = temp_leave);

static const char *const feelings[] = {"angry", "happy", "sad"};

static void cr_holds(const dk_error *err, const char *text) {
    cr_assert_not_null(strstr(err->text, text), "'%s' lacks '%s'", err->text, text);
}

/* ---- labels of paths ---- */

static int label_of(const char *path, const char *const *labels, int count) {
    dk_arena *const arena = dk_arena_open();
    dk_label_table table;
    cr_assert_eq(dk_label_table_make(&table, labels, count, arena, NULL), DK_OK);
    const int label = dk_label_of(path, &table);
    dk_arena_close(arena);
    return label;
}

Test(data_dataset, the_nearest_folder_names_the_label) {
    cr_assert_eq(label_of("happy_data/sad/x.jpg", feelings, 3), 2);
    cr_assert_eq(label_of("sad/happy/x.jpg", feelings, 3), 1);
    cr_assert_eq(label_of("/sad/other/x.jpg", feelings, 3), 2);
    cr_assert_eq(label_of("happy/train/angry_sad.jpg", feelings, 3), 1);
}

Test(data_dataset, else_a_part_of_the_path_does) {
    cr_assert_eq(label_of("train/x_happy_1.jpg", feelings, 3), 1);
    cr_assert_eq(label_of("happy", feelings, 3), 1);
    cr_assert_eq(label_of("train/x.jpg", feelings, 3), -1);
    cr_assert_eq(label_of("train/happy_and_sad.jpg", feelings, 3), -2);
    cr_assert_eq(label_of("", feelings, 3), -1);
    cr_assert_eq(label_of("x/sad_and_sad.jpg", feelings, 3), 2, "one label twice is one");
    static const char *const nested[] = {"sad", "not_sad", "a/b"};
    cr_assert_eq(label_of("x/not_sad.jpg", nested, 3), -2, "a label within another");
    cr_assert_eq(label_of("not_sad/1.jpg", nested, 3), 1);
    cr_assert_eq(label_of("x/a/b/1.jpg", nested, 3), 2, "a part may reach over a slash");
}

/* With a comparison for every label this would be 10^11 of them. */
Test(data_dataset, a_million_labels, .timeout = 30) {
    enum { COUNT = 1000000 };
    dk_arena *const arena = dk_arena_open();
    const char **const labels = dk_arena_alloc(arena, COUNT * sizeof *labels);
    dk_label_table table;
    dk_error err = {0};
    for (int i = 0; i < COUNT; i++) {
        labels[i] = dk_arena_format(arena, "n%07d", i);
    }
    cr_assert_eq(dk_label_table_make(&table, labels, COUNT, arena, &err), DK_OK, "%s", err.text);
    for (int i = 0; i < 100000; i++) {
        char path[64];
        snprintf(path, sizeof path, i % 2 ? "train/n%07d/1.jpg" : "train/x-n%07d.jpg", i);
        cr_assert_eq(dk_label_of(path, &table), i);
    }
    dk_arena_close(arena);
}

/* ---- sets ---- */

static dk_dataset *open_set(const char *source, const char *const *labels) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(
        dk_dataset_open(
            &set, source,
            &(dk_truth_conf){.kind = labels != NULL ? &dk_truth_class : NULL, .labels = labels, .classes = 3},
            &err),
        DK_OK, "%s", err.text);
    return set;
}

static void cr_no_set(const char *source, dk_status status, const char *text) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source,
                                 &(dk_truth_conf){.kind = &dk_truth_class, .labels = feelings, .classes = 3},
                                 &err),
                 status, "%s", err.text);
    cr_assert_null(set);
    cr_assert_eq(strncmp(err.text, source, strlen(source)), 0, "%s", err.text);
    cr_holds(&err, text);
}

Test(data_dataset, a_folder_is_searched_and_sorted) {
    temp_write("my set/sad/b.PNG", "");
    temp_write("my set/sad/a.jpg", "");
    temp_write("my set/happy/deep/c.jpeg", "");
    temp_write("my set/happy/notes.txt", "");
    dk_dataset *const set = open_set("my set", feelings);
    cr_assert_eq(set->count, 3);
    cr_assert_str_eq(set->samples[0].path, "my set/happy/deep/c.jpeg");
    cr_assert_str_eq(set->samples[1].path, "my set/sad/a.jpg");
    cr_assert_eq(set->samples[0].label, 1);
    cr_assert_arr_eq(set->per_class, ((const int[]){0, 1, 2}), 3 * sizeof(int));
    dk_dataset_close(set);
}

Test(data_dataset, a_list_may_have_blank_lines_and_dos_ends) {
    temp_write("list", "\r\n sad/a b.jpg \r\n\n\thappy/1.jpg\n\n");
    dk_dataset *const set = open_set("list", feelings);
    cr_assert_eq(set->count, 2);
    cr_assert_str_eq(set->samples[0].path, "sad/a b.jpg");
    cr_assert_eq(set->samples[1].label, 1);
    dk_dataset_close(set);
}

Test(data_dataset, without_labels_they_are_not_looked_for) {
    temp_write("list", "x.jpg\n");
    dk_dataset *const set = open_set("list", NULL);
    cr_assert_eq(set->samples[0].label, -1);
    dk_dataset_close(set);
}

Test(data_dataset, wrong_sets) {
    temp_write("nothing", "\n\r\n  \n");
    temp_write("folder/readme.txt", "");
    temp_write("lost", "sad/1.jpg\nfear/2.jpg\nfear/3.jpg\nx/sad_happy.jpg\n");
    dk_error err = {0};
    cr_assert_eq(dk_file_write("binary", "ab\0c", 4, &err), DK_OK);
    cr_no_set("nothing", DK_EDATA, "holds no pictures; each line is the path of one");
    cr_no_set("folder", DK_EDATA, "holds no pictures; files ending in .jpg");
    cr_no_set("lost", DK_EDATA,
              "of 4 pictures 2 have no label and 1 have several; the first is line 2, 'fear/2.jpg'");
    cr_no_set("binary", DK_EPARSE, "holds a 0 byte, so it is no text; each line is the path of a picture");
    cr_no_set("missing", DK_EIO, "there is no such list file, folder or archive");
}

/* ---- spellings ---- */

#define COMPOSED "\xC3\x84rger" /* Ä as one letter */
#define APART "A\xCC\x88rger"   /* A and a diaeresis, as macOS writes names of files */

Test(data_dataset, a_label_is_found_in_both_spellings) {
    static const char *const one[] = {COMPOSED, "Freude", NULL}, *const two[] = {APART, "Freude", NULL};
    temp_write("set/" APART "/1.png", "");
    temp_write("set/" COMPOSED "/2.png", "");
    temp_write("set/Freude/x_" APART ".png", "");
    for (int i = 0; i < 2; i++) {
        dk_dataset *set = NULL;
        dk_error err = {0};
        cr_assert_eq(
            dk_dataset_open(
                &set, "set",
                &(dk_truth_conf){.kind = &dk_truth_class, .labels = i == 0 ? one : two, .classes = 2}, &err),
            DK_OK, "%s", err.text);
        cr_expect_arr_eq(set->per_class, ((const int[]){2, 1}), 2 * sizeof(int));
        cr_expect_str_eq(set->samples[0].path, "set/" APART "/1.png"); /* as on the disk */
        dk_dataset_close(set);
    }
}

Test(data_dataset, a_label_that_was_probably_meant_is_named) {
    temp_write("set/Happy/1.png", "");
    cr_no_set("set", DK_EDATA, "'set/Happy/1.png', which has none (is the label 'happy' meant?)");
    static const char *const latin[] = {"\xC4rger", "Freude", "sad"};
    temp_write("set2/" COMPOSED "/1.png", "");
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, "set2",
                                 &(dk_truth_conf){.kind = &dk_truth_class, .labels = latin, .classes = 3},
                                 &err),
                 DK_EDATA);
    cr_holds(&err, "rger' is no UTF-8: save its file as UTF-8");
}

/* ---- lists of others ---- */

Test(data_dataset, lists_in_utf_16_and_with_every_end_of_a_line) {
    static const char utf16[] =
        "\xFF\xFEs\0a\0d\0/\0\x31\0.\0p\0n\0g\0\r\0\n\0h\0a\0p\0p\0y\0/\0\x32\0.\0p\0n\0g\0";
    dk_error err = {0};
    cr_assert_eq(dk_file_write("utf16", utf16, sizeof utf16 - 1, &err), DK_OK);
    temp_write("old mac", "sad/1.png\rhappy/2.png\r");
    static const char *const lists[] = {"utf16", "old mac"};
    for (int i = 0; i < 2; i++) {
        dk_dataset *const set = open_set(lists[i], feelings);
        cr_assert_eq(set->count, 2);
        cr_expect_str_eq(set->samples[0].path, "sad/1.png");
        cr_expect_str_eq(set->samples[1].path, "happy/2.png");
        dk_dataset_close(set);
    }
}

Test(data_dataset, a_list_of_which_nothing_is_there_says_why) {
    temp_write("set/sad/a 1.png", "");
    temp_write("lists/set/sad/b.png", "");
    temp_write("home/set/sad/c.png", "");
    cr_assert_eq(setenv("HOME", "home", 1), 0);
    temp_write("quotes", "\"set/sad/a 1.png\"\n");
    temp_write("labels", "path,sad\nset/sad/a 1.png,2\n");
    temp_write("labels2", "set/sad/a 1.png sad\n");
    temp_write("lists/relative", "set/sad/gone.png\nset/sad/b.png\n");
    temp_write("tilde", "~/set/sad/c.png\n");
    temp_write("windows", "set\\sad\\a 1.png\n");
    temp_write("lists/windows", "set\\sad\\b.png\n");
    cr_no_set("quotes", DK_EDATA,
              "of its first 1 pictures none is there, because their paths stand in quotes");
    cr_no_set("labels", DK_EDATA, "are followed by something else: 'set/sad/a 1.png,2'");
    cr_no_set("labels2", DK_EDATA, "are followed by something else");
    cr_no_set("lists/relative", DK_EDATA,
              "are relative to the list, not to the current folder: 'set/sad/b.png'");
    cr_no_set("tilde", DK_EDATA, "begin with ~");
    cr_no_set("windows", DK_EDATA, "have backslashes");
    cr_no_set("lists/windows", DK_EDATA, "have backslashes and are relative to the list");
    temp_write("mixed",
               "\"set/sad/a 1.png\"\nset/sad/a 1.png\n"); /* one is there: the other is found later */
    dk_dataset_close(open_set("mixed", feelings));
}

/* ---- .data files ---- */

static dk_data *load(const char *text, const char *const *set) {
    temp_write("x.data", text);
    dk_data *data = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_data_load(&data, "x.data", set, &(dk_log){0}, &err), DK_OK, "%s", err.text);
    return data;
}

static void cr_no_data(const char *text, const char *const *set, const char *wanted) {
    temp_write("x.data", text);
    dk_data *data = NULL;
    dk_error err = {0};
    cr_assert_neq(dk_data_load(&data, "x.data", set, &(dk_log){0}, &err), DK_OK);
    cr_assert_null(data);
    cr_holds(&err, wanted);
}

Test(data_dataset, a_data_file) {
    temp_write("my labels", "angry \r\n happy\nsad\n\n\n");
    temp_write("names", "Anger\nJoy\nJoy\n"); /* names may be equal, labels not */
    dk_data *data = load("classes = 3\ntrain=my dir/train\nlabels=my labels\nnames=names\nmap=x\n", NULL);
    cr_assert_str_eq(data->conf.train, "my dir/train");
    cr_assert_str_eq(data->labels[0], "angry");
    cr_assert_str_eq(data->labels[2], "sad");
    cr_assert_str_eq(data->names[0], "Anger");
    cr_assert_str_eq(data->conf.backup, "weights");
    cr_assert_str_eq(data->conf.results, "results");
    cr_assert_eq(data->conf.top, 1);
    cr_assert_null(data->conf.valid);
    dk_data_close(data);
    data = load("names=my labels\n", (const char *const[]){"top=2", "train=here", NULL});
    cr_assert_eq(data->conf.classes, 3);
    cr_assert_eq(data->conf.top, 2);
    cr_assert_str_eq(data->conf.train, "here");
    cr_assert_str_eq(data->labels[1], "happy");
    dk_data_close(data);
}

/* Darknet's imagenet1k.data names lists of 21,842 lines, and classes=1000. */
Test(data_dataset, where_classes_are_given_the_first_lines_count) {
    temp_write("labels", "happy\nsad\nsad\n\nfear\n");
    temp_write("names", "joy\nsorrow\ndread\n");
    dk_data *data = load("classes=2\nlabels=labels\nnames=names\n", NULL);
    cr_expect_eq(data->conf.classes, 2);
    cr_expect_str_eq(data->labels[1], "sad");
    cr_expect_str_eq(data->names[1], "sorrow");
    cr_expect_str_eq(data->note, "labels has 4 lines, names has 3 lines");
    dk_data_close(data);
    data = load("names=names\n", (const char *const[]){"classes=1", NULL});
    cr_expect_str_eq(data->note, "names has 3 lines");
    dk_data_close(data);
    data = load("classes=3\nnames=names\n", NULL);
    cr_expect_null(data->note);
    dk_data_close(data);
    cr_no_data("labels=names\nnames=labels\n", NULL, "3 classes, but names 'labels' has 4 lines");
    cr_no_data("classes=3\nlabels=labels\nnames=names\n", NULL, "labels:3: label 'sad' again");
    cr_no_data("classes=4\nlabels=names\nnames=labels\n", NULL, "4 classes, but labels 'names' has 3 lines");
    temp_write("both", COMPOSED "\n" APART "\n");
    cr_no_data("labels=both\n", NULL, "both:2: label '" APART "' again (first in line 1)");
}

/* A number cannot hold a '#', a path can. */
Test(data_dataset, comments_behind_values) {
    temp_write("a#b #1.names", "a\nb\nc\n");
    dk_data *data = load("classes=3 # three\ntop = 2\t#best\nnames=a#b #1.names\ntrain=my set #1.txt\n"
                         "backup=run #2\n",
                         NULL);
    cr_assert_eq(data->conf.classes, 3);
    cr_assert_eq(data->conf.top, 2);
    cr_assert_str_eq(data->names[2], "c");
    cr_assert_str_eq(data->conf.train, "my set #1.txt");
    cr_assert_str_eq(data->conf.backup, "run #2");
    dk_data_close(data);
    temp_write("three", "a\nb\nc\n");
    temp_write("list.txt", "a/1.png\n");
    cr_no_data("names=three\ntrain=list.txt # faces\n", NULL,
               "x.data:2: [data] train=list.txt # faces: there is 'list.txt', but nothing of the whole name");
    cr_no_data("names=three  # of mine\n", NULL, "a comment behind a path needs a line of its own");
}

Test(data_dataset, wrong_data_files) {
    temp_write("three", "a\nb\nc\n");
    temp_write("gap", "a\n\nb\n");
    temp_write("twice", "a\nb\n a\n");
    temp_write("blank", "\n\n");
    cr_no_data("classes=7\nnames=three\n", NULL, "x.data:1: [data] 7 classes, but names 'three' has 3 lines");
    cr_no_data("names=gap\n", NULL, "gap:2: a blank line before 'b'");
    cr_no_data("labels=twice\n", NULL, "twice:3: label 'a' again (first in line 1)");
    cr_no_data("labels=blank\n", NULL, "blank: has no labels");
    cr_no_data("labels=missing\n", NULL, "x.data:1");
    cr_no_data("classes=3\n", NULL, "has neither 'labels' nor 'names'");
    cr_no_data("names=three\ntop=5\n", NULL, "top=5 is out of range 1..3");
    cr_no_data("names=three\ntrian=x\n", NULL, "did you mean 'train'");
    cr_no_data("names=three\n", (const char *const[]){"top", NULL}, "no '='");
}

Test(data_dataset, a_missing_set_says_how_to_get_it) {
    temp_write("three", "a\nb\nc\n");
    dk_data *const data = load("names=three\ntrain=data/faces\nget=scripts/get.sh fetches it\n", NULL);
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_data_open(&set, data, data->conf.train, &dk_truth_class, &(dk_log){0}, &err), DK_EIO);
    cr_holds(&err, "data/faces: there is no such list file, folder or archive (named in x.data); "
                   "scripts/get.sh fetches it");
    cr_assert_eq(dk_data_open(&set, data, data->conf.valid, &dk_truth_class, &(dk_log){0}, &err), DK_EPARSE);
    cr_holds(&err, "x.data: does not name the pictures");
    temp_write("list", "b/1.jpg\n");
    cr_assert_eq(dk_data_open(&set, data, "list", &dk_truth_class, &(dk_log){0}, &err), DK_OK, "%s",
                 err.text);
    cr_assert_eq(set->samples[0].label, 1);
    dk_dataset_close(set);
    dk_data_close(data);
}

Test(data_fer2013_set, counts_when_it_is_there) {
    static const char *const seven[] = {"angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"};
    if (!dk_path_is_folder("data/fer2013/train")) {
        cr_skip("data/fer2013 is not there");
    }
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, "data/fer2013/train",
                                 &(dk_truth_conf){.kind = &dk_truth_class, .labels = seven, .classes = 7},
                                 &err),
                 DK_OK, "%s", err.text);
    cr_assert_eq(set->count, 28709);
    cr_assert_arr_eq(set->per_class, ((const int[]){3995, 436, 4097, 7215, 4965, 4830, 3171}),
                     7 * sizeof(int));
    dk_dataset_close(set);
}
