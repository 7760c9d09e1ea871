/* Folders written aside: whole, or not there. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "support/temp.h"

TestSuite(base_folder_writer, .init = temp_enter, .fini = temp_leave);

static const char *const names[] = {"b", "a", NULL};

static void fill(const dk_folder_writer *w) {
    for (int i = 0; names[i] != NULL; i++) {
        dk_buffer path = {0};
        dk_buffer_add(&path, "%s/%s/file", w->aside, names[i]);
        temp_write(path.text, names[i]);
        dk_buffer_free(&path);
    }
}

static int entries(const char *path) {
    DIR *const dir = opendir(path);
    int count = -2; /* . and .. */
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count;
}

Test(base_folder_writer, a_new_folder_and_an_empty_one) {
    for (int round = 0; round < 2; round++) {
        dk_folder_writer w;
        dk_error err = {0};
        const char *const path = round == 0 ? "new/" : "empty";
        if (round == 1) {
            cr_assert_eq(mkdir("empty", 0777), 0);
        }
        cr_assert_eq(dk_folder_writer_open(&w, path, &err), DK_OK, "%s", err.text);
        fill(&w);
        cr_assert_eq(round == 0 ? dk_path_exists("new") : entries("empty") > 0, false,
                     "nothing before the end");
        cr_assert_eq(dk_folder_writer_commit(&w, names, &err), DK_OK, "%s", err.text);
        cr_assert_eq(entries(path), 2);
        cr_assert_eq(entries("."), round + 1, "nothing is left beside it");
        dk_folder_writer_abandon(&w);
        cr_assert_eq(entries(path), 2);
    }
}

Test(base_folder_writer, a_folder_that_holds_something) {
    dk_folder_writer w;
    dk_error err = {0};
    temp_write("old/kept", "mine");
    cr_assert_eq(dk_folder_writer_open(&w, "old", &err), DK_OK, "%s", err.text);
    fill(&w);
    cr_assert_not(dk_path_exists("old/a"));
    cr_assert_eq(dk_folder_writer_commit(&w, names, &err), DK_OK, "%s", err.text);
    cr_assert_eq(entries("old"), 3);
}

/* The second rename fails, so the first is taken back. */
Test(base_folder_writer, half_of_it_is_taken_back) {
    dk_folder_writer w;
    dk_error err = {0};
    temp_write("old/kept", "mine");
    cr_assert_eq(dk_folder_writer_open(&w, "old", &err), DK_OK);
    fill(&w);
    temp_write("old/a/other", "came meanwhile");
    cr_assert_eq(dk_folder_writer_commit(&w, names, &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "cannot write the folder 'old'"), "%s", err.text);
    cr_assert(dk_path_exists("old/kept") && dk_path_exists("old/a/other"));
    cr_assert_not(dk_path_exists("old/b"));
    cr_assert_eq(entries("old"), 2);
}

Test(base_folder_writer, what_is_abandoned_is_gone) {
    dk_folder_writer w;
    dk_error err = {0};
    cr_assert_eq(dk_folder_writer_open(&w, "new", &err), DK_OK);
    fill(&w);
    dk_folder_writer_abandon(&w);
    cr_assert_eq(entries("."), 0);
    temp_write("file", "");
    cr_assert_eq(dk_folder_writer_open(&w, "file/x", &err), DK_EIO);
    dk_folder_writer_abandon(&w);
}
