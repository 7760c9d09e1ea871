/* Reading and writing JPEG and PNG: what is right comes back, what is broken is an error that names it. */
#include <criterion/criterion.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"
#include "support/temp.h"

TestSuite(image_decode, .init = temp_enter, .fini = temp_leave);

/* A smooth picture with a different slope in each direction and channel. */
static dk_image *slope(int w, int h, int c) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_new(&image, w, h, c, NULL), DK_OK);
    for (int i = 0; i < w * h * c; i++) {
        const int x = i / c % w, y = i / c / w;
        image->pixels[i] = (uint8_t)(40 + 3 * x + 2 * y + 10 * (i % c));
    }
    return image;
}

static void cr_same(const dk_image *a, const dk_image *b, int tolerance) {
    cr_assert(a->w == b->w && a->h == b->h && a->c == b->c);
    for (int i = 0; i < a->w * a->h * a->c; i++) {
        cr_assert_leq(abs(a->pixels[i] - b->pixels[i]), tolerance, "value %d", i);
    }
}

/* The error that reading these bytes must be. */
static void cr_fails(const void *bytes, size_t size, dk_status status, const char *text) {
    dk_image *image = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_image_decode(&image, bytes, size, "happy/1.jpg", &err), status, "%s", err.text);
    cr_assert_null(image);
    cr_assert_eq(strncmp(err.text, "happy/1.jpg: ", 13), 0, "%s", err.text);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
}

Test(image_decode, png_comes_back_exactly) {
    for (int c = 1; c <= 3; c += 2) {
        dk_image *const image = slope(19, 7, c);
        dk_image *back = NULL;
        cr_assert_eq(dk_image_save_png(image, "a b.png", NULL), DK_OK);
        cr_assert_eq(dk_image_load(&back, "a b.png", NULL), DK_OK);
        cr_same(image, back, 0);
        dk_image_free(image);
        dk_image_free(back);
    }
}

Test(image_decode, jpeg_comes_back_nearly) {
    for (int c = 1; c <= 3; c += 2) {
        dk_image *const image = slope(19, 7, c);
        dk_image *back = NULL;
        cr_assert_eq(dk_image_save_jpeg(image, "a.jpg", 98, NULL), DK_OK);
        cr_assert_eq(dk_image_load(&back, "a.jpg", NULL), DK_OK);
        cr_same(image, back, 6);
        dk_image_free(image);
        dk_image_free(back);
    }
}

/* Without its end mark a file has all of its pixels: two bytes of a JPEG, a chunk of 12 of a PNG. Cuts of a JPEG's codes
 * and of other kinds are compared with the formats' own tools in tests/cli/pictures.bats. */
Test(image_decode, every_cut_that_costs_pixels_is_an_error) {
    for (int kind = 0; kind < 2; kind++) {
        dk_image *const image = slope(16, 16, 3);
        dk_buffer out = {0};
        cr_assert_eq(kind == 0 ? dk_jpeg_encode(&out, image, 90, "x", NULL)
                               : dk_png_encode(&out, image, "x", NULL),
                     DK_OK);
        const size_t mark = kind == 0 ? 2 : 12;
        for (size_t size = 8; size < out.size; size++) {
            dk_image *read = NULL;
            if (size < out.size - mark) {
                cr_fails(out.text, size, DK_EFORMAT, "");
            } else {
                cr_assert_eq(dk_image_decode(&read, (uint8_t *)out.text, size, "x", NULL), DK_OK, "%zu",
                             size);
                dk_image_free(read);
            }
        }
        cr_fails(out.text, out.size - mark - 1, DK_EFORMAT,
                 kind == 0 ? "JPEG ends early (Corrupt" : "PNG ends early");
        dk_buffer_free(&out);
        dk_image_free(image);
    }
}

Test(image_decode, a_broken_checksum_is_an_error) {
    dk_image *const image = slope(16, 16, 1);
    dk_buffer out = {0};
    cr_assert_eq(dk_png_encode(&out, image, "x", NULL), DK_OK);
    out.text[out.size - 30] ^= 1; /* in the pixels */
    cr_fails(out.text, out.size, DK_EFORMAT, "PNG is broken");
    dk_buffer_free(&out);
    dk_image_free(image);
}

/* The checksum of PNG chunks (ISO 3309). */
static uint32_t crc32_of(const uint8_t *bytes, size_t size) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < size * 8; i++) {
        crc ^= i % 8 == 0 ? bytes[i / 8] : 0;
        crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return ~crc;
}

static void put_crc(uint8_t *chunk, size_t size) {
    const uint32_t crc = crc32_of(chunk, 4 + size);
    for (int i = 0; i < 4; i++) {
        chunk[4 + size + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
    }
}

/* The chunk is whole, but the checksum of what is packed in it is not right. */
Test(image_decode, broken_packed_pixels_are_an_error) {
    dk_image *const image = slope(16, 16, 1);
    dk_buffer out = {0};
    cr_assert_eq(dk_png_encode(&out, image, "x", NULL), DK_OK);
    uint8_t *const chunk = memmem(out.text, out.size, "IDAT", 4);
    const size_t size = chunk[-2] * 256u + chunk[-1];
    chunk[4 + size - 1] ^= 1; /* Adler-32 ends the stream */
    put_crc(chunk, size);
    cr_fails(out.text, out.size, DK_EFORMAT, "PNG is broken");
    dk_buffer_free(&out);
    dk_image_free(image);
}

/* A header that says less than what is packed: the rows that it speaks of are there. */
Test(image_decode, surplus_pixels_are_passed_over) {
    dk_image *const image = slope(16, 16, 1);
    dk_buffer out = {0};
    cr_assert_eq(dk_png_encode(&out, image, "x", NULL), DK_OK);
    uint8_t *const header = memmem(out.text, out.size, "IHDR", 4);
    header[4 + 7] = 12; /* height */
    put_crc(header, 13);
    dk_image *read = NULL;
    cr_assert_eq(dk_image_decode(&read, (uint8_t *)out.text, out.size, "x", NULL), DK_OK);
    cr_assert(read->w == 16 && read->h == 12);
    cr_assert_arr_eq(read->pixels, image->pixels, 16 * 12);
    dk_image_free(read);
    memcpy(header + 4, "\0\1\0\0\0\0\0\1", 8); /* 65,536 x 1 */
    put_crc(header, 13);
    cr_fails(out.text, out.size, DK_EFORMAT, "has 65536x1 pixels; sides of at most 65535 are read");
    memcpy(header + 4, "\0\0\x20\0\0\0\x20\0", 8); /* 8,192 x 8,192 */
    put_crc(header, 13);
    cr_fails(out.text, out.size, DK_EFORMAT, "bytes cannot hold 8192x8192 pixels");
    dk_buffer_free(&out);
    dk_image_free(image);
}

Test(image_decode, other_files_are_told_by_their_looks) {
    cr_fails("", 0, DK_EFORMAT, "is empty");
    cr_fails("GIF89a..", 8, DK_EFORMAT, "GIF ends early");
    cr_fails("RIFF....WEBP", 12, DK_EFORMAT, "WebP ends early");
    cr_fails("\0\0\0\x18"
             "ftypheic\0\0\0\0mif1heic",
             24, DK_EFORMAT, "is a HEIC picture, which is not read; save it as JPEG or PNG");
    cr_fails("\0\0\0\x18"
             "ftypmif1\0\0\0\0mif1avif",
             24, DK_EFORMAT, "is an AVIF picture, which");
    cr_fails("\0\0\0\x18"
             "ftypisom\0\0\0\0isomavc1",
             24, DK_EFORMAT, "is a film (MP4, MOV); pictures in JPEG, PNG");
    cr_fails("II*\0\x10\0\0\0CR\2\0", 12, DK_EFORMAT, "is a camera's raw picture, which");
    cr_fails("\xFF\x0A..", 4, DK_EFORMAT, "is a JPEG XL picture, which");
    cr_fails("\0\0\0\x0CjP  \r\n", 10, DK_EFORMAT, "is a JPEG 2000 picture, which");
    cr_fails("8BPS\0\1", 6, DK_EFORMAT, "is a Photoshop picture (PSD), which");
    cr_fails("<?xml version='1.0'?>\n<svg>", 27, DK_EFORMAT, "is an SVG drawing, which");
    cr_fails("\0\0\1\0\1\0", 6, DK_EFORMAT, "is an icon (ICO), which");
    cr_fails("P6 2 2 255 ", 11, DK_EFORMAT, "is a PBM, PGM or PPM picture, which");
    cr_fails("%PDF-1.4", 8, DK_EFORMAT, "is a PDF; pictures in JPEG");
    cr_fails("PK\x03\x04", 4, DK_EFORMAT, "is a zip archive");
    cr_fails("\xEF\xBB\xBF\n<!DocType HTML><p>", 22, DK_EFORMAT, "is a web page");
    cr_fails("<html><body>", 12, DK_EFORMAT, "is a web page");
    cr_fails("version https://git-lfs.github.com/spec/v1", 42, DK_EFORMAT, "is a Git LFS pointer");
    cr_fails("BMW and others are cars", 23, DK_EFORMAT, "is no picture (it begins with 'BMW and ')");
    cr_fails("ab\x01", 3, DK_EFORMAT, "is no picture (it begins with 'ab\\x01')");
}

Test(image_decode, missing_files_and_folders_are_named) {
    dk_image *image = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_image_load(&image, "no such.jpg", &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "no such.jpg"), "%s", err.text);
    cr_assert_eq(dk_image_load(&image, "/tmp", &err), DK_EIO);
    cr_assert(strstr(err.text, "/tmp") && strstr(err.text, "folder"), "%s", err.text);
}

Test(image_decode, too_many_pixels_for_the_bytes) {
    dk_image *const image = slope(8, 8, 1);
    dk_buffer out = {0};
    cr_assert_eq(dk_jpeg_encode(&out, image, 90, "x", NULL), DK_OK);
    for (size_t i = 0; i + 8 < out.size; i++) {
        if ((uint8_t)out.text[i] == 0xFF && (uint8_t)out.text[i + 1] == 0xC0) {
            memcpy(out.text + i + 5, "\x40\x00\x40\x00", 4); /* height and width of the frame: 16384 */
        }
    }
    cr_fails(out.text, out.size, DK_EFORMAT, "cannot hold 16384x16384 pixels");
    dk_buffer_free(&out);
    dk_image_free(image);
}

/* ---- kinds of PNG that our writer does not make ---- */

typedef struct {
    int bits, colour, interlace, channels;
    bool transparent; /* one palette entry or one grey value */
} png_kind;

static void write_png(const png_kind *k, int w, int h, const uint8_t *rows, size_t stride) {
    FILE *const f = fopen("kind.png", "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, f);
    png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, k->bits, k->colour, k->interlace, 0, 0);
    if (k->colour == PNG_COLOR_TYPE_PALETTE) {
        const png_color palette[4] = {{10, 20, 30}, {40, 50, 60}, {70, 80, 90}, {100, 110, 120}};
        png_set_PLTE(png, info, palette, 4);
        const png_byte clear[2] = {255, 0};
        if (k->transparent) {
            png_set_tRNS(png, info, clear, 2, NULL);
        }
    }
    png_bytep lines[16];
    for (int y = 0; y < h; y++) {
        lines[y] = (png_bytep)rows + (size_t)y * stride;
    }
    png_set_rows(png, info, lines);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(f);
}

static void cr_reads(int w, int h, int c, const uint8_t *wanted) {
    dk_image *image = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_image_load(&image, "kind.png", &err), DK_OK, "%s", err.text);
    cr_assert(image->w == w && image->h == h && image->c == c, "%dx%dx%d", image->w, image->h, image->c);
    cr_assert_arr_eq(image->pixels, wanted, (size_t)(w * h * c));
    dk_image_free(image);
}

Test(image_decode, palette_becomes_rgb) {
    const uint8_t row[1] = {0x1B}; /* 0 1 2 3 */
    write_png(&(png_kind){.bits = 2, .colour = PNG_COLOR_TYPE_PALETTE}, 4, 1, row, 1);
    cr_reads(4, 1, 3, (const uint8_t[]){10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120});
    write_png(&(png_kind){.bits = 2, .colour = PNG_COLOR_TYPE_PALETTE, .transparent = true}, 4, 1, row, 1);
    cr_reads(4, 1, 3, (const uint8_t[]){10, 20, 30, 0, 0, 0, 70, 80, 90, 100, 110, 120});
}

Test(image_decode, few_bits_and_many_become_eight) {
    const uint8_t bits[1] = {0xA0};
    write_png(&(png_kind){.bits = 1, .colour = PNG_COLOR_TYPE_GRAY}, 4, 1, bits, 1);
    cr_reads(4, 1, 1, (const uint8_t[]){255, 0, 255, 0});
    const uint8_t wide[4] = {0x12, 0xFF, 0xAB, 0x00};
    write_png(&(png_kind){.bits = 16, .colour = PNG_COLOR_TYPE_GRAY}, 2, 1, wide, 4);
    cr_reads(2, 1, 1, (const uint8_t[]){0x12, 0xAB});
}

Test(image_decode, transparency_shows_black) {
    const uint8_t rgba[8] = {200, 100, 50, 255, 200, 100, 50, 0};
    write_png(&(png_kind){.bits = 8, .colour = PNG_COLOR_TYPE_RGB_ALPHA}, 2, 1, rgba, 8);
    cr_reads(2, 1, 3, (const uint8_t[]){200, 100, 50, 0, 0, 0});
    const uint8_t grey[4] = {90, 255, 90, 0};
    write_png(&(png_kind){.bits = 8, .colour = PNG_COLOR_TYPE_GRAY_ALPHA}, 2, 1, grey, 4);
    cr_reads(2, 1, 1, (const uint8_t[]){90, 0});
}

Test(image_decode, interlaced_is_the_same_picture) {
    dk_image *const image = slope(13, 11, 3);
    write_png(&(png_kind){.bits = 8, .colour = PNG_COLOR_TYPE_RGB, .interlace = PNG_INTERLACE_ADAM7}, 13, 11,
              image->pixels, 39);
    cr_reads(13, 11, 3, image->pixels);
    dk_image_free(image);
}
