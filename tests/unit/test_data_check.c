/* A set in which every fault was planted, and the list that leaves pictures out. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "data/truth.h"
#include "data/check.h"
#include "data/classes.h"
#include "data/exclude.h"
#include "image/image.h"
#include "support/temp.h"

TestSuite(data_check, .init = temp_enter, .fini = temp_leave);

static const char *const feelings[] = {"angry", "happy"};

/* Equal seeds give equal pictures; seed 0 is grey all over. */
static void draw(const char *path, int w, int h, unsigned seed) {
    dk_image *image = NULL;
    temp_write(path, ""); /* makes the folder */
    cr_assert_eq(dk_image_new(&image, w, h, 3, NULL), DK_OK);
    unsigned state = seed;
    for (int i = 0; i < w * h * 3; i++) {
        state = state * 1664525 + 1013904223;
        image->pixels[i] = seed == 0 ? 128 : (uint8_t)(state >> 24);
    }
    cr_assert_eq(dk_image_save_png(image, path, NULL), DK_OK);
    dk_image_free(image);
}

static dk_dataset *open_set(const char *source) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_dataset_open(&set, source,
                                 &(dk_truth_conf){.kind = &dk_truth_class, .labels = feelings, .classes = 2},
                                 &err),
                 DK_OK, "%s", err.text);
    return set;
}

static dk_check *check(dk_dataset *train, dk_dataset *valid, int threads) {
    const dk_check_split splits[] = {{"train", "train", train}, {"valid", "valid", valid}};
    dk_check *c = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_check_open(&c, splits, 2, threads, &err), DK_OK, "%s", err.text);
    return c;
}

static void plant(void) {
    draw("train/angry/1.png", 6, 4, 1);
    draw("train/angry/2.png", 6, 4, 2);
    draw("train/angry/2_again.png", 6, 4, 2); /* a copy */
    draw("train/happy/3.png", 6, 4, 3);
    draw("train/happy/flat.png", 6, 4, 0);
    draw("train/happy/turned.png", 4, 6, 1); /* the bytes of 1.png in another shape */
    temp_write("train/happy/broken.png", "this is no picture");
    draw("valid/angry/1_twin.png", 6, 4, 1);  /* a twin of train/angry/1.png */
    draw("valid/angry/3_other.png", 6, 4, 3); /* an angry twin of train/happy/3.png */
    draw("valid/happy/fine.png", 6, 4, 9);
    draw("valid/happy/z.png", 6, 4, 10);
    draw("valid/happy/zz.png", 6, 4, 10); /* copies of z.png */
    draw("valid/happy/zzz.png", 6, 4, 10);
}

static dk_check_fault fault_of(const dk_check *c, const char *path) {
    for (int i = 0; i < c->count; i++) {
        if (strcmp(c->pictures[i].sample->path, path) == 0) {
            return c->pictures[i].fault;
        }
    }
    cr_assert_fail("%s is not there", path);
    return DK_CHECK_FAULTS;
}

Test(data_check, finds_what_was_planted) {
    plant();
    dk_dataset *const train = open_set("train"), *const valid = open_set("valid");
    for (int threads = 1; threads <= 3; threads++) {
        dk_check *const c = check(train, valid, threads);
        cr_assert_eq(c->count, 13);
        cr_expect_eq(fault_of(c, "train/angry/1.png"), DK_CHECK_TWIN);
        cr_expect_eq(fault_of(c, "train/angry/2.png"), DK_CHECK_GOOD);
        cr_expect_eq(fault_of(c, "train/angry/2_again.png"), DK_CHECK_COPY);
        cr_expect_eq(fault_of(c, "train/happy/3.png"), DK_CHECK_CONFLICT);
        cr_expect_eq(fault_of(c, "train/happy/flat.png"), DK_CHECK_CONSTANT);
        cr_expect_eq(fault_of(c, "train/happy/turned.png"), DK_CHECK_GOOD);
        cr_expect_eq(fault_of(c, "train/happy/broken.png"), DK_CHECK_UNREADABLE);
        cr_expect_eq(fault_of(c, "valid/angry/1_twin.png"), DK_CHECK_TWIN);
        cr_expect_eq(fault_of(c, "valid/angry/3_other.png"), DK_CHECK_CONFLICT);
        cr_expect_eq(fault_of(c, "valid/happy/fine.png"), DK_CHECK_GOOD);
        cr_expect_eq(fault_of(c, "valid/happy/zzz.png"), DK_CHECK_COPY);
        cr_expect_eq(dk_check_count(c, 1, DK_CHECK_GOOD), 2);
        cr_expect_eq(dk_check_count(c, 1, DK_CHECK_COPY), 2);
        cr_expect(dk_check_twins(c, 1, 0) == 2 && dk_check_twins(c, 0, 1) == 2);
        cr_expect(dk_check_twins(c, 0, 0) == 1 && dk_check_twins(c, 1, 1) == 2);
        dk_check_close(c);
    }
    dk_dataset_close(train);
    dk_dataset_close(valid);
}

Test(data_check, groups_are_in_the_order_of_their_first) {
    plant();
    dk_dataset *const train = open_set("train"), *const valid = open_set("valid");
    dk_check *const c = check(train, valid, 2);
    const int counts[] = {2, 2, 2, 3};
    cr_assert_eq(c->group_count, 4);
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(c->groups[i].count, counts[i], "group %d", i);
        cr_expect_eq(c->groups[i].conflict, i == 2);
        cr_expect(i == 0 || c->members[c->groups[i].first] > c->members[c->groups[i - 1].first]);
    }
    dk_check_close(c);
    dk_dataset_close(train);
    dk_dataset_close(valid);
}

/* ---- the list ---- */

static const char *const pictures =
    "a/angry/1.png\na/angry/2.png\na//happy/3.png\n./a/happy/4.png\na/happy/1.png\n";

static dk_status exclude(const char *list, dk_dataset *set, dk_excluded *out, dk_error *err) {
    temp_write("list", list);
    return dk_dataset_exclude(set, "list", out, err);
}

Test(data_check, exclude_takes_out_what_is_listed) {
    dk_excluded out = {0};
    dk_error err = {0};
    temp_write("set", pictures);
    dk_dataset *const set = open_set("set");
    cr_assert_eq(exclude("a/happy/3.png\r\n\n ./a/angry/2.png \na/angry/2.png\nelsewhere/angry/2.png\n", set,
                         &out, &err),
                 DK_OK, "%s", err.text);
    cr_expect(out.listed == 3 && out.matched == 2 && out.left_out == 2);
    cr_assert_eq(set->count, 3);
    cr_expect_str_eq(set->samples[0].path, "a/angry/1.png");
    cr_expect_str_eq(set->samples[1].path, "./a/happy/4.png");
    cr_expect_str_eq(set->samples[2].path, "a/happy/1.png");
    cr_expect(set->per_class[0] == 1 && set->per_class[1] == 2);
    cr_assert_eq(exclude("\n", set, &out, &err), DK_OK, "an empty list is fine");
    cr_expect(out.listed == 0 && set->count == 3);
    dk_dataset_close(set);
}

Test(data_check, exclude_refuses_lists_that_cannot_be_meant) {
    dk_excluded out = {0};
    dk_error err = {0};
    temp_write("set", pictures);
    dk_dataset *const set = open_set("set");
    cr_expect_eq(exclude("b/angry/1.png\nb/angry/2.png\n", set, &out, &err), DK_EDATA);
    cr_expect_not_null(strstr(err.text, "none of its 2 paths"), "%s", err.text);
    cr_expect_eq(set->count, 5);
    cr_expect_eq(exclude(pictures, set, &out, &err), DK_EDATA);
    cr_expect_not_null(strstr(err.text, "all 5 pictures"), "%s", err.text);
    cr_expect_eq(dk_dataset_exclude(set, "nowhere", &out, &err), DK_EIO);
    dk_dataset_close(set);
}

/* ---- classes without pictures ---- */

static void note(void *user, int level, const char *text) {
    dk_buffer_add(user, "%d %s|", level, text);
}

Test(data_check, classes_without_a_readable_picture) {
    draw("train/angry/1.png", 6, 4, 1);
    draw("train/sad/a.png", 6, 4, 2);
    temp_write("train/sad/b.png", "broken"); /* one that can be read is enough */
    temp_write("train/fear/1.png", "broken");
    temp_write("train/fear/2.png", "broken");
    cr_assert_eq(symlink("nowhere", "train/happy"), 0);
    temp_write("four", "angry\nhappy\nsad\nfear\n");
    temp_write("x.data", "names=four\ntrain=train\n");
    dk_error err = {0};
    dk_data *data = NULL;
    dk_dataset *set = NULL;
    bool bare[4];
    dk_buffer said = {0};
    const dk_log log = {note, &said};
    cr_assert_eq(dk_data_load(&data, "x.data", NULL, &(dk_log){0}, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_data_open(&set, data, "train", &dk_truth_class, &(dk_log){0}, &err), DK_OK, "%s",
                 err.text);
    cr_assert_eq(dk_classes_find_bare(bare, set, &err), DK_OK);
    cr_expect_arr_eq(bare, ((const bool[]){false, true, false, true}), sizeof bare);
    cr_assert_eq(dk_classes_check(set, data, "train", "train", false, &log, &err), DK_OK);
    cr_expect_str_eq(
        said.text,
        "1 train: train has no picture that can be read of 2 of the 4 classes: happy (train/happy is "
        "a link to nowhere), fear; what has none cannot be learned|");
    cr_expect_eq(dk_classes_check(set, data, "valid", "train", true, &log, &err), DK_EDATA);
    cr_expect_not_null(
        strstr(err.text, "how well that is known is not measured (an error because of -strict)"), "%s",
        err.text);
    dk_buffer_free(&said);
    dk_dataset_close(set);
    dk_data_close(data);
}
