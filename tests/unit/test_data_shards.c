/* Sets in archives: their order, labels, ranges; the order of an epoch within a window. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tar.h"
#include "data/exclude.h"
#include "data/order.h"
#include "data/pack.h"
#include "data/truth.h"
#include "support/temp.h"

TestSuite(data_shards, .init = temp_enter, .fini = temp_leave);

static const char *const labels[] = {"cat", "dog", NULL};
static const dk_truth_conf truth = {.kind = &dk_truth_class, .labels = labels, .classes = 2};
enum { PICTURES = 40, WINDOW = 8 };

static dk_dataset *open_set(const char *source) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source, &truth, &err), DK_OK, "%s", err.text);
    return set;
}

static void expect_no_set(const char *source, dk_status status, const char *why) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source, &truth, &err), status, "%s: %s", source, err.text);
    cr_assert_not_null(strstr(err.text, why), "'%s' lacks '%s'", err.text, why);
}

/* A folder of files that are called pictures, packed into archives of about a thousand bytes. */
static char *pack(void) {
    char path[64], text[32];
    dk_packed packed;
    dk_error err = {0};
    for (int i = 0; i < PICTURES; i++) {
        snprintf(path, sizeof path, "set/%s/p%d.jpg", labels[i % 2], i);
        snprintf(text, sizeof text, "picture %d", i);
        temp_write(path, text);
    }
    dk_dataset *const set = open_set("set");
    const dk_pack_conf conf = {.folder = "out", .name = "train", .most = 8192, .seed = 3};
    cr_assert_eq(dk_pack(set, &conf, &packed, &err), DK_OK, "%s", err.text);
    dk_dataset_close(set);
    cr_assert_eq(packed.pictures, PICTURES);
    cr_assert_gt(packed.archives, 4);
    return packed.source;
}

Test(data_shards, what_is_packed_is_the_set_again) {
    char *const source = pack();
    dk_dataset *const from = open_set("set"), *const back = open_set(source);
    cr_assert_eq(back->count, from->count);
    for (int i = 0; i < from->count; i++) {
        uint8_t *a = NULL, *b = NULL;
        size_t size = 0;
        cr_assert_eq(dk_file_read(from->samples[i].path, 0, &a, &size, NULL), DK_OK);
        cr_assert_eq(dk_file_read(back->samples[i].path, 0, &b, &size, NULL), DK_OK);
        cr_expect_str_eq((char *)a, (char *)b);
        cr_expect_eq(from->samples[i].label, back->samples[i].label);
        free(a);
        free(b);
    }
    cr_expect_eq(back->per_class[1], PICTURES / 2);
    dk_dataset_close(from);
    dk_dataset_close(back);
    free(source);
}

/* The order of an epoch: every picture once. */
static void take_epoch(dk_order *order, long epoch, int *out) {
    int seen[PICTURES] = {0};
    for (int i = 0; i < order->count; i++) {
        out[i] = dk_order_at(order, epoch, i);
        cr_assert_eq(seen[out[i]]++, 0);
    }
}

static void open_order(dk_order *order, const dk_dataset *set, int window) {
    dk_error err = {0};
    cr_assert_eq(dk_order_open(order, set->count, true, 5, &err), DK_OK);
    cr_assert_eq(dk_order_window(order, set, window, &err), DK_OK);
}

Test(data_shards, a_window_of_the_whole_set_is_no_window) {
    char *const source = pack();
    dk_dataset *const set = open_set(source);
    dk_order plain, window;
    int a[PICTURES], b[PICTURES];
    cr_assert_eq(dk_order_open(&plain, PICTURES, true, 5, NULL), DK_OK);
    open_order(&window, set, PICTURES);
    for (long epoch = 0; epoch < 3; epoch++) {
        take_epoch(&plain, epoch, a);
        take_epoch(&window, epoch, b);
        cr_expect_arr_eq(a, b, sizeof a);
    }
    dk_order_close(&plain);
    dk_order_close(&window);
    dk_dataset_close(set);
    free(source);
}

/* The place of each picture when archives are read one behind the other, in the order that is told by who comes first. */
Test(data_shards, in_a_window_archives_are_read_one_behind_the_other) {
    char *const source = pack();
    dk_dataset *const set = open_set(source);
    dk_order narrow, window;
    int sequence[PICTURES], shuffled[PICTURES], place[PICTURES], moved = 0;
    open_order(&narrow, set, 1);
    open_order(&window, set, WINDOW);
    for (long epoch = 0; epoch < 5; epoch++) {
        take_epoch(&narrow, epoch, sequence);
        take_epoch(&window, epoch, shuffled);
        for (int i = 0; i < PICTURES; i++) {
            place[sequence[i]] = i;
        }
        for (int i = 1; i < PICTURES; i++) { /* within an archive the disk reads on */
            const uint32_t before = set->samples[sequence[i - 1]].place,
                           now = set->samples[sequence[i]].place;
            bool begins = false;
            for (int a = 0; a < set->archive_count; a++) {
                begins = begins || (before < set->archive_ends[a]) != (now < set->archive_ends[a]);
            }
            cr_expect(begins || now > before);
        }
        for (int i = 0; i < PICTURES; i++) {
            cr_expect_leq(place[shuffled[i]] - i, WINDOW - 1);
            moved += place[shuffled[i]] != i;
        }
    }
    cr_expect_gt(moved, PICTURES);
    dk_order_close(&narrow);
    dk_order_close(&window);
    dk_dataset_close(set);
    free(source);
}

Test(data_shards, pictures_that_are_left_out_are_in_no_order) {
    char *const source = pack();
    dk_dataset *const set = open_set(source);
    dk_excluded out;
    dk_order order;
    int pictures[PICTURES];
    dk_error err = {0};
    temp_write("twins.list", set->samples[3].path);
    cr_assert_eq(dk_dataset_exclude(set, "twins.list", &out, &err), DK_OK, "%s", err.text);
    open_order(&order, set, WINDOW);
    take_epoch(&order, 0, pictures);
    cr_expect_eq(order.count, PICTURES - 1);
    dk_order_close(&order);
    dk_dataset_close(set);
    free(source);
}

static void write_archive(const char *path, const char *picture, const char *number_name,
                          const char *number) {
    dk_tar_writer w;
    dk_error err = {0};
    cr_assert_eq(dk_tar_writer_open(&w, path, &err), DK_OK);
    cr_assert_eq(dk_tar_writer_add(&w, picture, "x", 1, &err), DK_OK);
    cr_assert_eq(dk_tar_writer_add(&w, number_name, number, strlen(number), &err), DK_OK);
    cr_assert_eq(dk_tar_writer_commit(&w, &err), DK_OK, "%s", err.text);
}

Test(data_shards, a_class_by_its_number) {
    write_archive("a-0.tar", "7.jpg", "7.cls", "1");
    dk_dataset *set = open_set("a-0.tar");
    cr_expect_eq(set->count, 1);
    cr_expect_eq(set->samples[0].label, 1);
    dk_dataset_close(set);
    write_archive("a-1.tar", "8.jpg", "8.cls", "2\n");
    expect_no_set("a-{0..1}.tar", DK_EDATA,
                  "a-1.tar/8.cls: holds '2'; wanted is the number of a class, 0 to 1");
    write_archive("a-1.tar", "8.jpg", "9.cls", "0\n");
    expect_no_set("a-{0..1}.tar", DK_EDATA, "of 2 pictures 1 have no label");
    write_archive("a-1.tar", "cat/8.jpg", "9.cls", "0\n"); /* the folder says it */
    set = open_set("a-{0..1}.tar");
    cr_expect_eq(set->samples[1].label, 0);
    dk_dataset_close(set);
}

Test(data_shards, ranges) {
    write_archive("a-00.tar", "cat/1.jpg", "1.cls", "0");
    expect_no_set("a-{00..01}.tar", DK_EIO, "cannot read 'a-01.tar'");
    expect_no_set("a-{01..02}.tar", DK_EIO, "there is no such list file, folder or archive");
    expect_no_set("a-{0..01}.tar", DK_EDATA, "is no range of archives");
    expect_no_set("a-{1..0}.tar", DK_EDATA, "is no range of archives");
    expect_no_set("a-{x}.tar", DK_EDATA, "is no range of archives");
    expect_no_set("a-{0..1}-{0..1}.tar", DK_EDATA, "is no range of archives");
    expect_no_set("a-{0000000..9999999}.tar", DK_EDATA, "are 10000000 archives; at most 100000");
    write_archive("b-{1}.tar", "cat/1.jpg", "1.cls", "0"); /* a name is a name */
    dk_dataset_close(open_set("b-{1}.tar"));
}

Test(data_shards, packing_what_is_not_there) {
    free(pack());
    dk_dataset *const set = open_set("set");
    dk_packed packed;
    dk_error err = {0};
    const dk_pack_conf conf = {.folder = "out", .name = "train", .most = 1 << 20, .seed = 3};
    cr_expect_eq(dk_pack(set, &conf, &packed, &err), DK_EDATA);
    cr_expect_not_null(strstr(err.text, "out/train-000001.tar: is of another set"), "%s", err.text);
    remove(set->samples[5].path);
    const dk_pack_conf other = {.folder = "other", .name = "train", .most = 1 << 20, .seed = 3};
    cr_expect_eq(dk_pack(set, &other, &packed, &err), DK_EIO);
    cr_expect_not(dk_path_exists("other/train-000000.tar"));
    dk_dataset_close(set);
}
