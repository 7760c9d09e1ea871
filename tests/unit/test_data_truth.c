/* What is true of a picture follows its row: masks every map, values a mirror; and is mixed as pixels are. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "data/beside.h"
#include "data/truth_planes.h"
#include "image/image.h"
#include "image/indexed.h"
#include "support/temp.h"

static dk_error err;
static dk_dataset *set;

enum { W = 4, H = 2, CLASSES = 3 };
static const uint8_t mask[W * H] = {0, 1, 2, 255, 1, 1, 0, 2};

static void enter(void) {
    static const uint8_t palette[256][3] = {{0}};
    dk_image *image = NULL;
    temp_enter();
    temp_write("images/keep", "");
    temp_write("masks/keep", "");
    cr_assert_eq(dk_image_new(&image, W, H, 3, &err), DK_OK);
    cr_assert_eq(dk_image_save_png(image, "images/a.png", &err), DK_OK, "%s", err.text);
    dk_image_free(image);
    cr_assert_eq(dk_image_save_indexed(mask, W, H, palette, 256, "masks/a.png", &err), DK_OK, "%s", err.text);
}

static void leave(void) {
    dk_dataset_close(set);
    temp_leave();
}

TestSuite(data_truth, .init = enter, .fini = leave);

static void open_planes(void) {
    const dk_truth_conf truth = {.kind = &dk_truth_planes, .classes = CLASSES};
    cr_assert_eq(dk_dataset_open(&set, "images", &truth, &err), DK_OK, "%s", err.text);
}

/* The classes that the planes of a row have, '.' where none; of an answer of w×h cells. */
static const char *drawn(const dk_row_view *view, int w, int h) {
    static char text[64];
    float row[64] = {0}, sum = 0;
    const dk_loader_conf conf = {.width = W, .height = H, .truth = {1, CLASSES, h, w}};
    cr_assert_eq(dk_truth_planes.floats(set, &conf), (size_t)(CLASSES * w * h));
    cr_assert_eq(dk_truth_planes.fill(set, 0, view, &conf, row, &err), DK_OK, "%s", err.text);
    for (int i = 0; i < w * h; i++) {
        text[i] = '.';
        for (int k = 0; k < CLASSES; k++) {
            sum += row[k * w * h + i];
            text[i] = row[k * w * h + i] > 0 ? (char)('0' + k) : text[i];
        }
    }
    text[w * h] = '\0';
    cr_expect(sum == 0 || (sum > .999f && sum < 1.001f), "the planes add up to %g", (double)sum);
    return text;
}

Test(data_truth, masks_follow_the_map) {
    open_planes();
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{1, 0, 0, 0, 1, 0}}}, W, H), "012.1102");
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{-1, 0, W, 0, 1, 0}}}, W, H), ".2102011"); /* mirrored */
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{1, 0, 1, 0, 1, 0}}}, W, H),
                     "12..102."); /* moved: outside is nothing */
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{-1, 0, W, 0, -1, H}}}, W, H),
                     "2011.210"); /* turned by 180° */
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{1, 0, 9, 0, 1, 0}}}, W, H), "........");
    cr_expect_str_eq(drawn(&(dk_row_view){W, H, {{1, 0, 0, 0, 1, 0}}}, 2, 1),
                     "12"); /* the pixel in a cell's middle */
}

Test(data_truth, a_rectangle_of_another_mask) {
    open_planes();
    const dk_loader_conf conf = {.width = W, .height = H, .truth = {1, CLASSES, H, W}};
    float row[CLASSES * W * H] = {0}, partner[CLASSES * W * H] = {0};
    for (int i = 0; i < W * H; i++) {
        row[i] = 1;
        partner[2 * W * H + i] = 1;
    }
    dk_truth_planes.mix(set, &(dk_mix){.share = .25f, .x = 1, .y = 0, .w = 2, .h = 1}, partner, &conf, row);
    const float wanted[W] = {1, 0, 0, 1};
    cr_expect_arr_eq(row, wanted, sizeof wanted);
    cr_expect(row[W + 1] == 1 && row[2 * W * H + 1] == 1 && row[2 * W * H] == 0);
    dk_truth_planes.mix(set, &(dk_mix){.share = .25f}, partner, &conf, row);
    cr_expect(row[0] == .75f && row[2 * W * H] == .25f);
}

Test(data_truth, values_change_their_sign_in_a_mirror) {
    temp_write("set.list", "images/a.png  1.5 -2\t3e-1\n");
    const dk_truth_conf truth = {.kind = &dk_truth_values, .outputs = 3};
    cr_assert_eq(dk_dataset_open(&set, "set.list", &truth, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(set->samples[0].path, "images/a.png");
    const int flips[] = {-1, 1, -1};
    const dk_row_view upright = {W, H, {{1, 0, 0, 0, 1, 0}}}, mirrored = {W, H, {{-1, 0, W, 0, 1, 0}}};
    const dk_row_view turned = {W, H, {{0, -1, W, 1, 0, 0}}};
    dk_loader_conf conf = {.width = W, .height = H};
    float row[3];
    cr_assert_eq(dk_truth_values.fill(set, 0, &mirrored, &conf, row, &err), DK_OK);
    cr_expect(row[0] == 1.5f && row[1] == -2 && row[2] == .3f);
    conf.flip_values = flips;
    cr_assert_eq(dk_truth_values.fill(set, 0, &upright, &conf, row, &err), DK_OK);
    cr_expect(row[0] == 1.5f && row[1] == -2 && row[2] == .3f);
    cr_assert_eq(dk_truth_values.fill(set, 0, &turned, &conf, row, &err), DK_OK);
    cr_expect(row[0] == 1.5f);
    cr_assert_eq(dk_truth_values.fill(set, 0, &mirrored, &conf, row, &err), DK_OK);
    cr_expect(row[0] == -1.5f && row[1] == -2 && row[2] == -.3f);
}

Test(data_truth, files_that_belong_to_a_picture) {
    static const dk_beside where = {"labels", ".txt", ".numbers.txt"};
    dk_arena *arena = dk_arena_open();
    const char *found = NULL;
    temp_write("a/images/images/x.y.jpg", "");
    temp_write("a/images/labels/x.y.txt", "");
    temp_write("images.png", "");
    temp_write("images.numbers.txt", "");
    cr_assert_eq(dk_beside_find(&found, "a/images/images/x.y.jpg", &where, arena, &err), DK_OK, "%s",
                 err.text);
    cr_expect_str_eq(found, "a/images/labels/x.y.txt"); /* the last of them */
    cr_assert_eq(dk_beside_find(&found, "images.png", &where, arena, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(found, "images.numbers.txt");
    cr_expect_eq(dk_beside_find(&found, "my_images/x.png", &where, arena, &err), DK_EDATA);
    cr_expect(strstr(err.text, "my_images/x.numbers.txt") != NULL && strstr(err.text, "my_labels") == NULL,
              "%s", err.text);
    dk_arena_close(arena);
}
