/* Masks as PNG: indices come back as they were, of every kind that holds them; what holds none is an error. */
#include "image/indexed.h"

#include <criterion/criterion.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "image/image.h"
#include "support/temp.h"

TestSuite(image_indexed, .init = temp_enter, .fini = temp_leave);

enum { W = 13, H = 11 };

static const uint8_t palette[DK_INDEXED_COLOURS][3] = {{0, 0, 0}, {200, 0, 0}, {0, 200, 0}, {0, 0, 200}};

static uint8_t index_at(int i, int colours) {
    return (uint8_t)((i * 7 + i / W) % colours);
}

static void cr_holds(const char *path, int colours) {
    uint8_t *indices = NULL;
    int w = 0, h = 0;
    dk_error err = {0};
    cr_assert_eq(dk_indexed_load(&indices, &w, &h, path, &err), DK_OK, "%s", err.text);
    cr_assert(w == W && h == H, "%dx%d", w, h);
    for (int i = 0; i < W * H; i++) {
        cr_assert_eq(indices[i], index_at(i, colours), "pixel %d", i);
    }
    free(indices);
}

/* The error that reading this file must be. */
static void cr_fails(const char *path, dk_status status, const char *text) {
    uint8_t *indices = NULL;
    int w = 0, h = 0;
    dk_error err = {0};
    cr_assert_eq(dk_indexed_load(&indices, &w, &h, path, &err), status, "%s", err.text);
    cr_assert_null(indices);
    cr_assert_eq(strncmp(err.text, path, strlen(path)), 0, "%s", err.text);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
}

Test(image_indexed, what_is_written_comes_back) {
    uint8_t indices[W * H];
    for (int colours = 1; colours <= DK_INDEXED_COLOURS; colours += 51) {
        for (int i = 0; i < W * H; i++) {
            indices[i] = index_at(i, colours);
        }
        cr_assert_eq(dk_image_save_indexed(indices, W, H, palette, colours, "m.png", NULL), DK_OK);
        cr_holds("m.png", colours);
    }
}

Test(image_indexed, people_see_the_colours_of_the_palette) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_save_indexed((const uint8_t[]){2, 1}, 1, 2, palette, 3, "m.png", NULL), DK_OK);
    cr_assert_eq(dk_image_load(&image, "m.png", NULL), DK_OK);
    cr_assert(image->w == 1 && image->h == 2 && image->c == 3);
    cr_assert_arr_eq(image->pixels, palette[2], 3);
    cr_assert_arr_eq(image->pixels + 3, palette[1], 3);
    dk_image_free(image);
}

Test(image_indexed, an_index_without_a_colour_is_not_written) {
    dk_error err = {0};
    cr_assert_eq(dk_image_save_indexed((const uint8_t[]){1, 3}, 2, 1, palette, 3, "m.png", &err), DK_EUSAGE);
    cr_assert_str_eq(err.text, "m.png: pixel 1 is 3; the palette ends at 2");
    cr_assert_not(dk_path_exists("m.png"));
}

Test(image_indexed, sides_have_the_bounds_of_pictures) {
    uint8_t *const line = calloc(65536, 1);
    dk_error err = {0};
    cr_assert_eq(dk_image_save_indexed(line, 65536, 1, palette, 1, "m.png", &err), DK_EFORMAT);
    cr_assert_not_null(strstr(err.text, "m.png: has 65536x1 pixels; sides of at most 65535"), "%s", err.text);
    cr_assert_eq(dk_image_save_indexed(line, 65535, 1, palette, 1, "m.png", &err), DK_OK);
    free(line);
}

/* ---- kinds that our writer does not make ---- */

typedef struct {
    int bits, colour, interlace;
    int orientation; /* EXIF's; 0: none */
} kind;

/* A PNG of the kind with index_at of all values that its bits can have; 16 bits: a sample twice. */
static void write_kind(const kind *k, int w, int h) {
    static const png_byte channels[] = {[PNG_COLOR_TYPE_GRAY] = 1,
                                        [PNG_COLOR_TYPE_RGB] = 3,
                                        [PNG_COLOR_TYPE_PALETTE] = 1,
                                        [PNG_COLOR_TYPE_GRAY_ALPHA] = 2,
                                        [PNG_COLOR_TYPE_RGB_ALPHA] = 4};
    FILE *const f = fopen("kind.png", "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_byte rows[W * H][8], exif[26] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0";
    png_bytep lines[W * H];
    const int bytes = k->bits < 8 ? 1 : channels[k->colour] * k->bits / 8;
    png_init_io(png, f);
    png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, k->bits, k->colour, k->interlace, 0, 0);
    if (k->colour == PNG_COLOR_TYPE_PALETTE) {
        png_color plte[DK_INDEXED_COLOURS];
        memcpy(plte, palette, sizeof plte);
        png_set_PLTE(png, info, plte, 1 << k->bits);
    }
    if (k->orientation != 0) {
        exif[19] = (png_byte)k->orientation;
        png_set_eXIf_1(png, info, sizeof exif, exif);
    }
    png_bytep to = &rows[0][0];
    for (int y = 0; y < h; y++) {
        lines[y] = to;
        for (int x = 0; x < w; x++, to += bytes) {
            memset(to, index_at(y * w + x, 1 << (k->bits < 8 ? k->bits : 8)), (size_t)bytes);
        }
    }
    png_set_rows(png, info, lines);
    png_write_png(png, info, PNG_TRANSFORM_PACKING, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(f);
}

Test(image_indexed, every_depth_of_palettes_and_grey_is_read_unscaled) {
    static const int colours[] = {PNG_COLOR_TYPE_PALETTE, PNG_COLOR_TYPE_GRAY};
    static const int interlaces[] = {PNG_INTERLACE_NONE, PNG_INTERLACE_ADAM7};
    for (int bits = 1; bits <= 8; bits *= 2) {
        for (int i = 0; i < 4; i++) {
            write_kind(&(kind){.bits = bits, .colour = colours[i % 2], .interlace = interlaces[i / 2]}, W, H);
            cr_holds("kind.png", 1 << bits);
        }
    }
}

Test(image_indexed, a_mask_stands_upright_as_its_picture_does) {
    uint8_t *indices = NULL;
    int w = 0, h = 0;
    write_kind(&(kind){.bits = 8, .colour = PNG_COLOR_TYPE_PALETTE, .orientation = 6}, 3, 1);
    cr_assert_eq(dk_indexed_load(&indices, &w, &h, "kind.png", NULL), DK_OK);
    cr_assert(w == 1 && h == 3, "%dx%d", w, h);
    cr_assert_arr_eq(indices, ((const uint8_t[]){0, 7, 14}), 3);
    free(indices);
}

Test(image_indexed, colours_alpha_and_sixteen_bits_are_no_indices) {
    static const char wanted[] = "; a mask is a PNG with a palette or in grey, of at most 8 bits a pixel";
    static const struct {
        kind kind;
        const char *text;
    } cases[] = {{{.bits = 8, .colour = PNG_COLOR_TYPE_RGB}, "is a PNG in RGB"},
                 {{.bits = 16, .colour = PNG_COLOR_TYPE_RGB}, "is a PNG in RGB"},
                 {{.bits = 8, .colour = PNG_COLOR_TYPE_RGB_ALPHA}, "is a PNG with alpha"},
                 {{.bits = 8, .colour = PNG_COLOR_TYPE_GRAY_ALPHA}, "is a PNG with alpha"},
                 {{.bits = 16, .colour = PNG_COLOR_TYPE_GRAY}, "is a PNG of 16 bits"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_kind(&cases[i].kind, W, H);
        cr_fails("kind.png", DK_EFORMAT, cases[i].text);
        cr_fails("kind.png", DK_EFORMAT, wanted);
    }
}

Test(image_indexed, other_files_are_named) {
    static const struct {
        const char *bytes, *text;
        size_t size;
    } cases[] = {{"\xFF\xD8\xFF\xE0", "is a JPEG picture; a mask is a PNG", 4},
                 {"GIF89a", "is a GIF picture; a mask is a PNG", 6},
                 {"0 1 2", "is no PNG; a mask is a PNG", 5},
                 {"", "is empty; a mask is a PNG", 0},
                 {"\x89PNG\r\n\x1A\n", "PNG ends early", 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *const f = fopen("other.png", "wb");
        fwrite(cases[i].bytes, 1, cases[i].size, f);
        fclose(f);
        cr_fails("other.png", DK_EFORMAT, cases[i].text);
    }
}

Test(image_indexed, a_cut_or_broken_mask_is_an_error) {
    uint8_t *bytes = NULL, *indices = NULL;
    size_t size = 0;
    int w = 0, h = 0;
    write_kind(&(kind){.bits = 4, .colour = PNG_COLOR_TYPE_PALETTE}, W, H);
    cr_assert_eq(dk_file_read("kind.png", 0, &bytes, &size, NULL), DK_OK);
    for (size_t cut = 8; cut < size - 12; cut++) {
        dk_error err = {0};
        cr_assert_eq(dk_indexed_decode(&indices, &w, &h, bytes, cut, "m", &err), DK_EFORMAT, "%zu", cut);
        cr_assert_null(indices);
    }
    bytes[size - 12 - 8] ^= 1; /* within the packed pixels */
    cr_assert_eq(dk_indexed_decode(&indices, &w, &h, bytes, size, "m", NULL), DK_EFORMAT);
    free(bytes);
}
