/* Archives: what is written comes back, by ours and by the system's tar; those of others are read; broken ones are errors. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tar.h"
#include "support/temp.h"

TestSuite(base_tar, .init = temp_enter, .fini = temp_leave);

static const char *const names[] = {"sad/00000007_b.txt", "00000001_a.txt", "empty.txt"};
static const char *const texts[] = {"seven", "one, which is longer than its neighbours are", ""};
enum { FILES = 3 };

static void write_archive(const char *path) {
    dk_tar_writer w;
    dk_error err = {0};
    cr_assert_eq(dk_tar_writer_open(&w, path, &err), DK_OK, "%s", err.text);
    for (int i = 0; i < FILES; i++) {
        cr_assert_eq(dk_tar_writer_add(&w, names[i], texts[i], strlen(texts[i]), &err), DK_OK, "%s",
                     err.text);
    }
    cr_assert_eq(dk_tar_writer_commit(&w, &err), DK_OK, "%s", err.text);
}

static void expect_text(const char *path, const char *text) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    dk_error err = {0};
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, &err), DK_OK, "%s", err.text);
    cr_assert_eq(size, strlen(text), "%s: %zu bytes", path, size);
    cr_assert_str_eq((char *)bytes, text);
    free(bytes);
}

static void expect_all(const char *archive) {
    for (int i = 0; i < FILES; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", archive, names[i]);
        expect_text(path, texts[i]);
    }
}

static void expect_failure(const char *path, dk_status status, const char *why) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    dk_error err = {0};
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, &err), status, "%s: %s", path, err.text);
    cr_assert_not_null(strstr(err.text, why), "'%s' lacks '%s'", err.text, why);
    cr_assert_null(bytes);
}

static void cut(const char *path, off_t by) {
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(truncate(path, info.st_size - by), 0);
}

static void poke(const char *path, long at, char value) {
    FILE *const f = fopen(path, "r+b");
    cr_assert_not_null(f);
    fseek(f, at, SEEK_SET);
    fputc(value, f);
    fclose(f);
}

static void shell(const char *command) {
    cr_assert_eq(system(command), 0, "%s", command);
}

Test(base_tar, what_is_written_comes_back_with_and_without_the_index) {
    const dk_tar *t = NULL;
    dk_error err = {0};
    write_archive("t.tar");
    cr_assert_eq(dk_tar_list(&t, "t.tar", &err), DK_OK, "%s", err.text);
    cr_expect_eq(t->count, FILES);
    cr_expect(t->checked);
    expect_all("t.tar");
    rename("t.tar", "u.tar");
    cr_assert_eq(dk_tar_list(&t, "u.tar", &err), DK_OK, "%s", err.text);
    cr_expect_not(t->checked);
    for (int i = 0; i < FILES; i++) {
        cr_expect_str_eq(t->files[i].name, names[i]);
    }
    expect_all("u.tar");
}

Test(base_tar, equal_files_make_equal_archives) {
    write_archive("a.tar");
    sleep(1);
    write_archive("b.tar");
    cr_expect(temp_same("a.tar", "b.tar"));
    cr_expect(temp_same("a.tar.index", "b.tar.index"));
}

Test(base_tar, the_systems_tar_unpacks_it) {
    write_archive("t.tar");
    shell("mkdir out && tar -C out -xf t.tar");
    expect_all("out");
}

Test(base_tar, archives_of_the_systems_tar_in_all_its_formats) {
    static const char *const formats[] = {"ustar", "gnu", "pax", "v7"};
    static const char deep[] =
        "a_folder_with_a_name_of_some_length/another_one_below_it_that_is_long/and_a_third_so_that_it_"
        "is_more_than_a_hundred_bytes/7.txt";
    temp_write(deep, "deep");
    temp_write("in/1.txt", "one");
    shell("ln -s 1.txt in/link.txt");
    for (int i = 0; i < 4; i++) {
        char command[256], path[300];
        snprintf(command, sizeof command, "tar --format=%s -cf %s.tar in %s", formats[i], formats[i],
                 strcmp(formats[i], "v7") == 0 ? "" : "a_folder_with_a_name_of_some_length");
        shell(command);
        snprintf(path, sizeof path, "%s.tar/in/1.txt", formats[i]);
        expect_text(path, "one");
        snprintf(path, sizeof path, "%s.tar/%s", formats[i], deep);
        cr_expect_eq(dk_path_exists(path), strcmp(formats[i], "v7") != 0, "%s", path);
        snprintf(path, sizeof path, "%s.tar/in/link.txt", formats[i]);
        cr_expect_not(dk_path_exists(path), "%s", path);
    }
}

Test(base_tar, of_two_files_of_one_name_the_last_counts) {
    temp_write("1.txt", "old");
    shell("tar -cf t.tar 1.txt");
    temp_write("1.txt", "new");
    shell("tar -rf t.tar 1.txt");
    expect_text("t.tar/1.txt", "new");
}

Test(base_tar, an_archive_that_changes_is_listed_anew) {
    write_archive("t.tar");
    expect_all("t.tar");
    temp_write("1.txt", "one");
    shell("rm t.tar.index && tar -cf t.tar 1.txt");
    expect_text("t.tar/1.txt", "one");
    expect_failure("t.tar/empty.txt", DK_EIO, "the archive t.tar holds no 'empty.txt'");
}

Test(base_tar, cut_archives) {
    write_archive("t.tar");
    cut("t.tar", 1024);
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "by its index (t.tar.index) had");
    unlink("t.tar.index");
    expect_text("t.tar/empty.txt", ""); /* only the end is missing */
    cut("t.tar", 512 + 100);
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "the archive ends within a file; it is cut");
}

Test(base_tar, an_index_of_another_archive) {
    write_archive("t.tar");
    temp_change("t.tar.index", "t.tar.index", "sad/00000007_b", "sad/00000008_b");
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "t.tar.index: is the index of another archive than t.tar");
    temp_write("t.tar.index", "darknet-tar 1 512\n");
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "is the index of another archive");
    temp_write("t.tar.index", "1 2 3 x\n");
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "t.tar.index:1: is no index of an archive");
    write_archive("t.tar");
    temp_change("t.tar.index", "t.tar.index", " 5 ", " -5 ");
    expect_failure("t.tar/empty.txt", DK_EFORMAT, "t.tar.index:2: is no line");
}

Test(base_tar, changed_bytes_are_noticed_with_an_index) {
    write_archive("t.tar");
    poke("t.tar", 512 + 1, 'E');
    expect_failure("t.tar/sad/00000007_b.txt", DK_EFORMAT,
                   "its bytes are not those that its archive's index was made of");
    expect_text("t.tar/00000001_a.txt", texts[1]);
    unlink("t.tar.index");
    rename("t.tar", "u.tar");
    expect_text("u.tar/sad/00000007_b.txt", "sEven");
}

Test(base_tar, what_is_no_archive) {
    temp_write("t.tar", "a text of some length");
    expect_failure("t.tar/x", DK_EFORMAT, "the archive ends within a file");
    char long_text[1100];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    temp_write("u.tar", long_text);
    expect_failure("u.tar/x", DK_EFORMAT, "is no tar archive");
    write_archive("v.tar");
    unlink("v.tar.index");
    poke("v.tar", 1024 + 150, 'x');
    expect_failure("v.tar/x", DK_EFORMAT, "offset 1024: is no header of a file");
    mkdir("w.tar", 0777);
    temp_write("w.tar/x", "a folder may be called so");
    expect_text("w.tar/x", "a folder may be called so");
}

Test(base_tar, names_that_are_too_long_to_write) {
    dk_tar_writer w;
    dk_error err = {0};
    char name[120];
    memset(name, 'n', sizeof name);
    name[101] = '\0';
    cr_assert_eq(dk_tar_writer_open(&w, "t.tar", &err), DK_OK);
    cr_expect_eq(dk_tar_writer_add(&w, name, "", 0, &err), DK_EDATA);
    name[100] = '\0';
    cr_expect_eq(dk_tar_writer_add(&w, name, "x", 1, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_tar_writer_commit(&w, &err), DK_OK, "%s", err.text);
    char path[160];
    snprintf(path, sizeof path, "t.tar/%s", name);
    expect_text(path, "x");
}
