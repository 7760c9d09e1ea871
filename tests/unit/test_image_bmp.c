/* BMPs by hand, of kinds that the usual tools do not write. */
#include <criterion/criterion.h>
#include <string.h>

#include "image/image.h"

typedef struct {
    int header, w, h, bits, packing;
    const char *masks; /* behind a header of 40 bytes, or its end */
    size_t mask_bytes;
    const char *palette; /* blue, green, red, 0 */
    size_t palette_bytes;
    const char *pixels;
    size_t pixel_bytes;
} kind;

static void put32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> 8 * i);
    }
}

/* 0…255 bytes of a file; how many. */
static size_t make(const kind *k, uint8_t file[256]) {
    const size_t palette = 14 + (size_t)k->header + (k->header == 40 ? k->mask_bytes : 0);
    memset(file, 0, 256);
    memcpy(file, "BM", 2);
    put32(file + 10, (uint32_t)(palette + k->palette_bytes));
    put32(file + 14, (uint32_t)k->header);
    put32(file + 18, (uint32_t)k->w);
    put32(file + 22, (uint32_t)k->h);
    put32(file + 26, (uint32_t)(1 | k->bits << 16));
    put32(file + 30, (uint32_t)k->packing);
    if (k->mask_bytes > 0) {
        memcpy(file + 54, k->masks, k->mask_bytes);
    }
    if (k->palette_bytes > 0) {
        memcpy(file + palette, k->palette, k->palette_bytes);
    }
    memcpy(file + palette + k->palette_bytes, k->pixels, k->pixel_bytes);
    return palette + k->palette_bytes + k->pixel_bytes;
}

static void cr_shows(const kind *k, const uint8_t *wanted) {
    uint8_t file[256];
    dk_image *image = NULL;
    dk_error err = {0};
    const size_t size = make(k, file);
    cr_assert_eq(dk_image_decode(&image, file, size, "x", &err), DK_OK, "%s", err.text);
    const int h = k->h < 0 ? -k->h : k->h;
    cr_assert(image->w == k->w && image->h == h && image->c == 3);
    for (int i = 0; i < 3 * k->w * h; i++) {
        cr_expect_eq(image->pixels[i], wanted[i], "value %d is %d, not %d", i, image->pixels[i], wanted[i]);
    }
    dk_image_free(image);
}

static void cr_fails(const kind *k, size_t missing, const char *text) {
    uint8_t file[256];
    dk_image *image = NULL;
    dk_error err = {0};
    const size_t size = make(k, file);
    cr_assert_neq(dk_image_decode(&image, file, size - missing, "x", &err), DK_OK);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
}

/* Palette of three: black, red, blue. */
#define THREE "\0\0\0\0\0\0\xFF\0\xFF\0\0\0"
#define K 0, 0, 0
#define R 255, 0, 0
#define B 0, 0, 255

/* 5 x 3: a run, values as they are (of odd number), a step to the right and up, an early end. */
Test(image_bmp, run_lengths_of_4_and_8_bits) {
    static const uint8_t wanted[] = {K, K, K, R, R, B, B, B, R, K, R, B, R, B, R};
    kind k = {.header = 40, .w = 5, .h = 3, .palette = THREE, .palette_bytes = 12, .bits = 4, .packing = 2};
    k.pixels = "\5\x12\0\0\0\3\x22\x20\1\x10\0\0\0\2\3\0\2\x11\0\1";
    k.pixel_bytes = 20;
    cr_shows(&k, wanted);
    k.bits = 8;
    k.packing = 1;
    k.pixels = "\1\1\1\2\1\1\1\2\1\1\0\0\0\3\2\2\2\0\1\1\0\0\0\2\3\0\2\1\0\1";
    k.pixel_bytes = 30;
    cr_shows(&k, wanted);
    cr_fails(&k, 6, "BMP ends early");
    k.h = -3; /* from above: not usual, but clear */
    static const uint8_t above[] = {R, B, R, B, R, B, B, B, R, K, K, K, K, R, R};
    cr_shows(&k, above);
}

/* A file whose last row is there needs no end mark, and needs no padding where rows are plain. */
Test(image_bmp, the_last_row_is_enough) {
    kind k = {.header = 40, .w = 2, .h = 1, .palette = THREE, .palette_bytes = 12, .bits = 8, .packing = 1};
    k.pixels = "\2\1\0\1";
    k.pixel_bytes = 2;
    cr_shows(&k, (const uint8_t[]){R, R});
    k = (kind){.header = 40, .w = 1, .h = 2, .bits = 24, .pixels = "\1\2\3\0\4\5\6", .pixel_bytes = 7};
    cr_shows(&k, (const uint8_t[]){6, 5, 4, 3, 2, 1});
    cr_fails(&k, 1, "BMP ends early");
}

Test(image_bmp, masks_and_alpha) {
    kind k = {.header = 40, .w = 2, .h = 1, .bits = 16, .pixels = "\x1F\x7C\xE0\x03", .pixel_bytes = 4};
    cr_shows(&k, (const uint8_t[]){255, 0, 255, 0, 255, 0}); /* 5 bits each without masks */
    k.packing = 3;
    k.masks = "\0\xF8\0\0\xE0\7\0\0\x1F\0\0\0";
    k.mask_bytes = 12;
    k.pixels = "\0\xF8\x10\4"; /* 5, 6, 5 bits: red; half green, half blue */
    cr_shows(&k, (const uint8_t[]){255, 0, 0, 0, 130, 132});
    /* version 3 has a mask of alpha: 128 of 255 over black, and the red that is clear */
    k = (kind){.header = 56, .w = 2, .h = 1, .bits = 32, .packing = 3, .mask_bytes = 16, .pixel_bytes = 8};
    k.masks = "\xFF\0\0\0\0\xFF\0\0\0\0\xFF\0\0\0\0\xFF";
    k.pixels = "\xFF\x64\0\x80\xFF\0\0\0";
    cr_shows(&k, (const uint8_t[]){128, 50, 0, 0, 0, 0});
    k.pixels = "\xFF\x64\0\0\xFF\0\0\0"; /* all clear: meant to be seen */
    cr_shows(&k, (const uint8_t[]){255, 100, 0, 255, 0, 0});
    k.packing = 0; /* the fourth byte is nothing, and the order is the usual one */
    k.pixels = "\xFF\x64\0\x80\xFF\0\0\0";
    cr_shows(&k, (const uint8_t[]){0, 100, 255, 0, 0, 255});
}

Test(image_bmp, palettes_that_are_too_short) {
    kind k = {.header = 40, .w = 4, .h = 1, .bits = 2, .palette = THREE, .palette_bytes = 12};
    k.pixels = "\x1B\0\0\0"; /* 0 1 2 3 */
    k.pixel_bytes = 4;
    cr_shows(&k, (const uint8_t[]){K, R, B, K});
    k.bits = 4;
    k.pixels = "\x12\xF0\0\0";
    cr_shows(&k, (const uint8_t[]){R, B, K, K});
}

Test(image_bmp, other_kinds_are_named) {
    kind k = {.header = 40, .w = 2, .h = 1, .bits = 24, .packing = 4, .pixels = "\xFF\xD8", .pixel_bytes = 2};
    cr_fails(&k, 0, "BMP of a kind that is not read (24 bits, packing 4)");
    k.packing = 0;
    k.bits = 23;
    cr_fails(&k, 0, "BMP of a kind that is not read (23 bits, packing 0)");
    k.h = INT32_MIN;
    cr_fails(&k, 0, "sides of at most 65535");
    k.h = 0;
    cr_fails(&k, 0, "has 2x0 pixels");
    k.header = 124;
    cr_fails(&k, 90, "BMP ends early");
}
