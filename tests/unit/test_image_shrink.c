/* Small copies: means of squares worked out by hand. */
#include <criterion/criterion.h>
#include <string.h>

#include "image/shrink.h"
#include "support/temp.h"

static dk_error err;

TestSuite(image_shrink, .init = temp_enter, .fini = temp_leave);

static void expect_pixels(const dk_image *image, int w, int h, const uint8_t *wanted) {
    cr_assert(image->w == w && image->h == h, "%dx%d", image->w, image->h);
    cr_expect_arr_eq(image->pixels, wanted, (size_t)(w * h * image->c));
}

Test(image_shrink, means_of_squares) {
    /* 5x4 grey in rows of 6 bytes: the last column is beyond the squares of 2x2, the sixth byte beyond the picture */
    const uint8_t pixels[] = {0, 2, 10, 10, 99, 255, 4,   6,   10, 11, 99, 255,
                              1, 1, 0,  0,  99, 255, 255, 255, 0,  1,  99, 255};
    dk_image *image = NULL;
    cr_assert_eq(dk_image_shrunk(&image, pixels, 5, 4, 1, 6, 2, &err), DK_OK, "%s", err.text);
    expect_pixels(image, 2, 2, (const uint8_t[]){3, 10, 128, 0});
    dk_image_free(image);
}

Test(image_shrink, colours_stay_apart) {
    const uint8_t pixels[] = {10, 20, 30, 30, 40, 50, 50, 60, 70, 70, 80, 90};
    dk_image *image = NULL;
    cr_assert_eq(dk_image_shrunk(&image, pixels, 2, 2, 3, 6, 1, &err), DK_OK, "%s", err.text);
    expect_pixels(image, 1, 1, (const uint8_t[]){40, 50, 60});
    dk_image_free(image);
}

Test(image_shrink, what_is_small_is_copied) {
    const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    dk_image *image = NULL;
    cr_assert_eq(dk_image_shrunk(&image, pixels, 3, 2, 1, 3, 2, &err), DK_OK, "%s", err.text);
    expect_pixels(image, 3, 2, pixels);
    dk_image_free(image);
}

/* Longer than cairo can draw. */
Test(image_shrink, a_panorama_from_a_file) {
    dk_image *wide = NULL, *image = NULL;
    cr_assert_eq(dk_image_new(&wide, 40000, 200, 1, &err), DK_OK);
    memset(wide->pixels, 77, 40000 * 200);
    cr_assert_eq(dk_image_save_png(wide, "wide.png", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_image_load_small(&image, "wide.png", 168, &err), DK_OK, "%s", err.text);
    cr_expect(image->w == 200 && image->h == 1, "%dx%d", image->w, image->h);
    cr_expect(image->pixels[0] == 77 && image->pixels[199] == 77);
    dk_image_free(wide);
    dk_image_free(image);
    cr_expect_eq(dk_image_load_small(&image, "nothing.png", 168, &err), DK_EIO);
}
