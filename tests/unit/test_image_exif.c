/* The orientation tag: found in both byte orders, never outside its bytes, and applied. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

/* A TIFF block with one other tag and the orientation. */
static void make_tiff(uint8_t tiff[38], bool big, int orientation) {
    const uint8_t little_bytes[38] = {'I', 'I', 42, 0,    8, 0, 0, 0, 2, 0, 0x0F, 0x01, 2, 0, 1, 0, 0, 0, 65,
                                      0,   0,   0,  0x12, 1, 3, 0, 1, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0};
    const uint8_t big_bytes[38] = {'M', 'M', 0, 42,   0,    0, 0, 8, 0, 2, 0x01, 0x0F, 0, 2, 0, 0, 0, 1, 65,
                                   0,   0,   0, 0x01, 0x12, 0, 3, 0, 0, 0, 1,    0,    0, 0, 0, 0, 0, 0, 0};
    memcpy(tiff, big ? big_bytes : little_bytes, 38);
    tiff[big ? 31 : 30] = (uint8_t)orientation;
}

Test(image_exif, is_found_in_both_byte_orders) {
    uint8_t tiff[38];
    for (int i = 1; i <= 8; i++) {
        make_tiff(tiff, false, i);
        cr_assert_eq(dk_exif_orientation(tiff, sizeof tiff), i);
        make_tiff(tiff, true, i);
        cr_assert_eq(dk_exif_orientation(tiff, sizeof tiff), i);
    }
}

/* The tag with another type, count and value. */
static int orientation_as(bool big, int type, int count, const uint8_t value[4]) {
    uint8_t tiff[46] = {0};
    make_tiff(tiff, big, 6);
    tiff[big ? 25 : 24] = (uint8_t)type;
    tiff[26 + (big ? 3 : 0)] = (uint8_t)count;
    memcpy(tiff + 30, value, 4);
    memcpy(tiff + 38, big ? "\0\0\0\6\0\3\0\6" : "\6\0\0\0\3\0\6\0", 8); /* what an offset of 38 finds */
    return dk_exif_orientation(tiff, sizeof tiff);
}

Test(image_exif, any_whole_number_will_do) {
    static const int long_types[] = {4, 9, 13}, short_types[] = {3, 8}, byte_types[] = {1, 6};
    static const uint8_t little[] = {6, 0, 0, 0}, one[] = {0, 6, 0, 0}, four[] = {0, 0, 0, 6};
    static const uint8_t at_little[] = {38, 0, 0, 0}, at_big[] = {0, 0, 0, 38}, at_byte[] = {38 + 3, 0, 0, 0};
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(orientation_as(false, long_types[i], 1, little), 6, "type %d", long_types[i]);
        cr_expect_eq(orientation_as(true, long_types[i], 1, four), 6, "type %d, big", long_types[i]);
        cr_expect_eq(orientation_as(false, long_types[i], 2, at_little), 6, "type %d, two", long_types[i]);
        cr_expect_eq(orientation_as(true, long_types[i], 2, at_big), 6, "type %d, two, big", long_types[i]);
    }
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(orientation_as(false, short_types[i], 2, little), 6, "type %d", short_types[i]);
        cr_expect_eq(orientation_as(true, short_types[i], 2, one), 6, "type %d, big", short_types[i]);
        cr_expect_eq(orientation_as(false, short_types[i], 3, at_little), 6, "type %d, three",
                     short_types[i]);
        cr_expect_eq(orientation_as(false, byte_types[i], 1, little), 6, "type %d", byte_types[i]);
        cr_expect_eq(orientation_as(true, byte_types[i], 4, little), 6, "type %d, big", byte_types[i]);
        cr_expect_eq(orientation_as(false, byte_types[i], 5, at_little), 6, "type %d, five", byte_types[i]);
    }
    cr_expect_eq(orientation_as(false, 2, 2, (const uint8_t[]){'6', 0, 0, 0}), 1, "text");
    cr_expect_eq(orientation_as(false, 5, 1, at_little), 1, "a fraction");
    cr_expect_eq(orientation_as(false, 3, 0, little), 1, "none");
    cr_expect_eq(orientation_as(false, 9, 1, (const uint8_t[]){0xFA, 0xFF, 0xFF, 0xFF}), 1, "-6");
    cr_expect_eq(orientation_as(false, 4, 2, (const uint8_t[]){43, 0, 0, 0}), 1, "outside");
    cr_expect_eq(orientation_as(false, 4, 2, (const uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF}), 1, "far outside");
    cr_expect_eq(orientation_as(false, 1, 5, at_byte), 1, "0");
}

Test(image_exif, the_mark_before_it_may_be_there) {
    uint8_t marked[44] = "Exif";
    make_tiff(marked + 6, true, 8);
    cr_assert_eq(dk_exif_orientation(marked, sizeof marked), 8);
}

Test(image_exif, broken_blocks_mean_upright) {
    uint8_t tiff[38];
    make_tiff(tiff, false, 9);
    cr_assert_eq(dk_exif_orientation(tiff, sizeof tiff), 1);
    make_tiff(tiff, false, 6);
    for (size_t size = 0; size < 34; size++) {
        uint8_t *const part = malloc(size + 1); /* of its own, so that asan sees a read outside */
        uint8_t *const exact = realloc(part, size == 0 ? 1 : size);
        memcpy(exact, tiff, size);
        cr_assert_eq(dk_exif_orientation(exact, size), 1, "%zu bytes", size);
        free(exact);
    }
    memset(tiff + 4, 0xFF, 4);
    cr_assert_eq(dk_exif_orientation(tiff, sizeof tiff), 1);
}

/* 0 1 2
 * 3 4 5, as each orientation's file has it, turned upright */
Test(image_exif, the_eight_turns) {
    static const struct {
        int w, h;
        uint8_t pixels[6];
    } wanted[9] = {
        [1] = {3, 2, {0, 1, 2, 3, 4, 5}}, [2] = {3, 2, {2, 1, 0, 5, 4, 3}}, [3] = {3, 2, {5, 4, 3, 2, 1, 0}},
        [4] = {3, 2, {3, 4, 5, 0, 1, 2}}, [5] = {2, 3, {0, 3, 1, 4, 2, 5}}, [6] = {2, 3, {3, 0, 4, 1, 5, 2}},
        [7] = {2, 3, {5, 2, 4, 1, 3, 0}}, [8] = {2, 3, {2, 5, 1, 4, 0, 3}},
    };
    for (int i = 1; i <= 8; i++) {
        dk_image *image = NULL;
        cr_assert_eq(dk_image_from(&image, 3, 2, 1, (const uint8_t[]){0, 1, 2, 3, 4, 5}, NULL), DK_OK);
        cr_assert_eq(dk_image_orient(&image, i, NULL), DK_OK);
        cr_assert(image->w == wanted[i].w && image->h == wanted[i].h);
        cr_assert_arr_eq(image->pixels, wanted[i].pixels, 6, "orientation %d", i);
        dk_image_free(image);
    }
}

Test(image_exif, a_jpeg_is_turned_upright) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_new(&image, 16, 8, 1, NULL), DK_OK);
    memset(image->pixels, 200, 64); /* upper half bright */
    dk_buffer out = {0};
    cr_assert_eq(dk_jpeg_encode(&out, image, 95, "x", NULL), DK_OK);
    dk_image_free(image);
    uint8_t tiff[38];
    make_tiff(tiff, true, 6); /* to be turned a quarter clockwise: the top goes to the right */
    dk_buffer turned = {0};
    dk_buffer_put(&turned, out.text, 2);
    dk_buffer_put(&turned,
                  "\xFF\xE1\x00\x2E"
                  "Exif\0\0",
                  10);
    dk_buffer_put(&turned, tiff, sizeof tiff);
    dk_buffer_put(&turned, out.text + 2, out.size - 2);
    cr_assert_eq(dk_image_decode(&image, (const uint8_t *)turned.text, turned.size, "x", NULL), DK_OK);
    cr_assert(image->w == 8 && image->h == 16);
    cr_assert_gt(image->pixels[7], 180);
    cr_assert_lt(image->pixels[0], 20);
    dk_image_free(image);
    dk_buffer_free(&out);
    dk_buffer_free(&turned);
}
