/* .data files, label files, lists and folders: what they give, and what is wrong with wrong ones. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "data/dataset.h"
#include "support/temp.h"

TestSuite(data_dataset, .init = temp_enter, .fini = temp_leave);

static const char *const feelings[] = {"angry", "happy", "sad"};

static void cr_holds(const dk_error *err, const char *text) {
    cr_assert_not_null(strstr(err->text, text), "'%s' lacks '%s'", err->text, text);
}

/* ---- labels of paths ---- */

Test(data_dataset, the_nearest_folder_names_the_label) {
    cr_assert_eq(dk_label_of("happy_data/sad/x.jpg", feelings, 3), 2);
    cr_assert_eq(dk_label_of("sad/happy/x.jpg", feelings, 3), 1);
    cr_assert_eq(dk_label_of("/sad/other/x.jpg", feelings, 3), 2);
    cr_assert_eq(dk_label_of("happy/train/angry_sad.jpg", feelings, 3), 1);
}

Test(data_dataset, else_a_part_of_the_path_does) {
    cr_assert_eq(dk_label_of("train/x_happy_1.jpg", feelings, 3), 1);
    cr_assert_eq(dk_label_of("happy", feelings, 3), 1);
    cr_assert_eq(dk_label_of("train/x.jpg", feelings, 3), -1);
    cr_assert_eq(dk_label_of("train/happy_and_sad.jpg", feelings, 3), -2);
    cr_assert_eq(dk_label_of("", feelings, 3), -1);
}

/* ---- sets ---- */

static dk_dataset *open_set(const char *source, const char *const *labels) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source, labels, 3, &err), DK_OK, "%s", err.text);
    return set;
}

static void cr_no_set(const char *source, dk_status status, const char *text) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source, feelings, 3, &err), status, "%s", err.text);
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
    cr_no_set("binary", DK_EPARSE, "is no list");
    cr_no_set("missing", DK_EIO, "there is no such list file or folder");
}

/* ---- .data files ---- */

static dk_data *load(const char *text, const char *const *set) {
    temp_write("x.data", text);
    dk_data *data = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_data_load(&data, "x.data", set, &err), DK_OK, "%s", err.text);
    return data;
}

static void cr_no_data(const char *text, const char *const *set, const char *wanted) {
    temp_write("x.data", text);
    dk_data *data = NULL;
    dk_error err = {0};
    cr_assert_neq(dk_data_load(&data, "x.data", set, &err), DK_OK);
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
    cr_assert_eq(dk_data_open(&set, data, data->conf.train, true, &err), DK_EIO);
    cr_holds(&err,
             "data/faces: there is no such list file or folder (named in x.data); scripts/get.sh fetches it");
    cr_assert_eq(dk_data_open(&set, data, data->conf.valid, true, &err), DK_EPARSE);
    cr_holds(&err, "x.data: does not name the pictures");
    temp_write("list", "b/1.jpg\n");
    cr_assert_eq(dk_data_open(&set, data, "list", true, &err), DK_OK, "%s", err.text);
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
    cr_assert_eq(dk_dataset_open(&set, "data/fer2013/train", seven, 7, &err), DK_OK, "%s", err.text);
    cr_assert_eq(set->count, 28709);
    cr_assert_arr_eq(set->per_class, ((const int[]){3995, 436, 4097, 7215, 4965, 4830, 3171}),
                     7 * sizeof(int));
    dk_dataset_close(set);
}
