/* Which files are pictures, films or neither, by what they hold; what is counted; and bounds on the work of decoders. */
#include <criterion/criterion.h>
#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "image/codec.h"
#include "image/found.h"
#include "image/jpeg_scans.h"
#include "support/temp.h"

TestSuite(image_found, .init = temp_enter, .fini = temp_leave);

static void write_bytes(const char *path, const void *bytes, size_t size) {
    temp_write(path, ""); /* makes the folder */
    cr_assert_eq(dk_file_write(path, bytes, size, NULL), DK_OK);
}

#define HEIC                                                                                                 \
    "\0\0\0\x18"                                                                                             \
    "ftypheic\0\0\0\0mif1heic"
#define JPEG "\xFF\xD8\xFF\xE0 and so on"

Test(image_found, endings_are_known_in_any_case) {
    static const char *const read[] = {"a.jpg", "a.JPEG", "a.jpe",  "a.JFIF", "a.Png",  "x/a.webp",
                                       "a.gif", "a.TIF",  "a.tiff", "a.bmp",  "a.b.dib"};
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        cr_expect(dk_image_named(read[i]), "%s", read[i]);
        cr_expect(strstr(dk_image_endings, strrchr(read[i], '.')) != NULL || i % 2 == 1 || i == 4, "%s",
                  read[i]);
    }
    cr_expect_not(dk_image_named("a.heic") || dk_image_named("jpg") || dk_image_named(".jpg") ||
                  dk_image_named("a.jpg/b") || dk_image_named("a.") || dk_image_named("ajpg"));
    cr_expect(dk_image_written("a.JPG") && dk_image_written("a.png"));
    cr_expect_not(dk_image_written("a.webp") || dk_image_written("a.mp4"));
}

Test(image_found, what_is_a_picture_and_what_is_counted) {
    dk_unread unread = {0};
    write_bytes("plain", JPEG, sizeof JPEG);
    write_bytes("odd.dat", "GIF89a", 6);
    write_bytes("phone.HEIC", JPEG, sizeof JPEG);        /* a wrong name */
    cr_expect(dk_image_found("not there.jpg", &unread)); /* not opened */
    cr_expect(dk_image_found("plain", &unread));
    cr_expect(dk_image_found("odd.dat", &unread));
    cr_expect(dk_image_found("phone.HEIC", &unread));
    cr_expect_eq(unread.count, 0);
    write_bytes("1.heic", HEIC, sizeof HEIC);
    write_bytes("2.HEIC", HEIC, sizeof HEIC);
    write_bytes("unnamed", HEIC, sizeof HEIC);
    write_bytes("photo.nef", "II*\0\x08\0\0\0", 8); /* a TIFF outside */
    write_bytes("empty.cr2", "", 0);
    write_bytes("notes.txt", JPEG, sizeof JPEG); /* nobody looks */
    write_bytes("LICENSE", "Do what you like", 16);
    write_bytes("film.mp4",
                "\0\0\0\x18"
                "ftypisom",
                12);
    cr_assert_eq(mkfifo("pipe", 0600), 0); /* not waited for */
    static const char *const none[] = {"1.heic",    "2.HEIC",  "unnamed",  "photo.nef", "empty.cr2",
                                       "notes.txt", "LICENSE", "film.mp4", "pipe",      "."};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cr_expect_not(dk_image_found(none[i], &unread), "%s", none[i]);
    }
    cr_expect_eq(unread.count, 5);
    cr_expect_str_eq(dk_unread_list(&unread).text, ".heic 2, HEIC 1, .nef 1, .cr2 1");
}

Test(image_found, more_kinds_than_there_are_places) {
    dk_unread unread = {0};
    static const char *const endings[] = {"heic", "heif", "avif", "jxl", "jp2", "j2k", "psd", "psb", "svg",
                                          "ico",  "cr2",  "cr3",  "nef", "dng", "arw", "orf", "raf", "rw2"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[16];
        snprintf(path, sizeof path, "x.%s", endings[i]);
        cr_expect_not(dk_image_found(path, &unread));
    }
    cr_expect_eq(unread.count, 18);
    cr_expect_not_null(strstr(dk_unread_list(&unread).text, ".arw 1, others 3"), "%s",
                       dk_unread_list(&unread).text);
}

/* ---- JPEG, by libjpeg's own hand ---- */

typedef struct {
    J_COLOR_SPACE given, kept;
    bool adobe; /* its mark is written */
} jpeg_kind;

/* 16x8 pixels of one colour; the caller frees *bytes. */
static size_t make_jpeg(const jpeg_kind *kind, const JSAMPLE *colour, uint8_t **bytes) {
    struct jpeg_compress_struct info;
    struct jpeg_error_mgr errors;
    unsigned long size = 0;
    JSAMPLE row[16 * 4];
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    *bytes = NULL;
    jpeg_mem_dest(&info, bytes, &size);
    info.image_width = 16;
    info.image_height = 8;
    info.input_components = kind->given == JCS_CMYK ? 4 : 3;
    info.in_color_space = kind->given;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    jpeg_set_colorspace(&info, kind->kept);
    info.write_Adobe_marker = kind->adobe;
    for (int i = 0; i < 16 * info.input_components; i++) {
        row[i] = colour[i % info.input_components];
    }
    jpeg_start_compress(&info, TRUE);
    JSAMPROW rows[1] = {row};
    while (info.next_scanline < info.image_height) {
        (void)jpeg_write_scanlines(&info, rows, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    return size;
}

/* All programs take the values of CMYK as inverted, also where Adobe's mark does not say whose they are. */
Test(image_found, cmyk_and_ycck_become_rgb) {
    static const jpeg_kind kinds[] = {
        {JCS_CMYK, JCS_CMYK, true}, {JCS_CMYK, JCS_CMYK, false}, {JCS_CMYK, JCS_YCCK, true}};
    static const JSAMPLE colour[] = {255, 102, 0, 200};
    for (int i = 0; i < 3; i++) {
        uint8_t *bytes = NULL;
        const size_t size = make_jpeg(&kinds[i], colour, &bytes);
        dk_image *image = NULL;
        cr_assert_eq(dk_image_decode(&image, bytes, size, "x", NULL), DK_OK);
        cr_assert(image->w == 16 && image->h == 8 && image->c == 3);
        const int wanted[] = {200, 80, 0};
        for (int c = 0; c < 3; c++) {
            cr_expect_leq(abs(image->pixels[c] - wanted[c]), 2, "kind %d, channel %d: %d", i, c,
                          image->pixels[c]);
        }
        dk_image_free(image);
        free(bytes);
    }
}

/* One behind the other they are a film; a picture with a preview behind it, or two that belong together, are not. */
Test(image_found, jpegs_in_a_row_are_a_film) {
    static const JSAMPLE colour[] = {9, 99, 199};
    uint8_t *one = NULL;
    const size_t size = make_jpeg(&(jpeg_kind){JCS_RGB, JCS_YCbCr, false}, colour, &one);
    dk_buffer film = {0};
    for (int i = 1; i <= 3; i++) {
        dk_buffer_put(&film, one, size);
        cr_expect_eq(dk_jpeg_moves((const uint8_t *)film.text, film.size), i == 3, "%d", i);
    }
    dk_jpeg_marks marks = dk_jpeg_walk((const uint8_t *)film.text, film.size);
    cr_expect(marks.scans == 1 && marks.end == size && !marks.several);
    dk_buffer pair = {0};
    dk_buffer_put(&pair, "\xFF\xD8\xFF\xE2\0\6MPF\0", 10);
    dk_buffer_put(&pair, film.text + 2, film.size - 2);
    cr_expect_not(dk_jpeg_moves((const uint8_t *)pair.text, pair.size));
    write_bytes("film.mjpeg", film.text, film.size);
    cr_expect(dk_image_moves(dk_format_look("film.mjpeg"), "film.mjpeg"));
    for (size_t cut = 0; cut < size; cut++) { /* never reads outside */
        uint8_t *const exact = malloc(cut + 1);
        memcpy(exact, one, cut);
        (void)dk_jpeg_walk(exact, cut);
        free(exact);
    }
    dk_buffer_free(&film);
    dk_buffer_free(&pair);
    free(one);
}

/* ---- GIF by hand: 2x1 pixels of two colours, each frame 0x02 (code size), codes, 0 ---- */

#define GIF_HEAD "GIF89a\2\0\1\0\x80\0\0\xFF\0\0\0\0\xFF"
#define GIF_FRAME ",\0\0\0\0\2\0\1\0\0\2\2\x44\x0A\0"

Test(image_found, gifs_of_several_frames_are_films) {
    static const uint8_t one[] = GIF_HEAD GIF_FRAME ";", two[] = GIF_HEAD GIF_FRAME GIF_FRAME ";";
    dk_image *image = NULL;
    dk_error err = {0};
    cr_expect_not(dk_gif_moves(one, sizeof one - 1));
    cr_expect(dk_gif_moves(two, sizeof two - 1));
    cr_assert_eq(dk_image_decode(&image, two, sizeof two - 1, "x", &err), DK_OK, "%s", err.text);
    cr_assert(image->w == 2 && image->h == 1);
    cr_assert_arr_eq(image->pixels, ((const uint8_t[]){255, 0, 0, 0, 0, 255}), 6);
    dk_image_free(image);
}

/* ---- bounds on work: a few bytes that ask for much ---- */

static void cr_refuses(const void *bytes, size_t size, const char *text) {
    dk_image *image = NULL;
    dk_error err = {0};
    cr_assert_neq(dk_image_decode(&image, bytes, size, "x", &err), DK_OK);
    cr_assert_null(image);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
}

Test(image_found, few_bytes_that_ask_for_much) {
    uint8_t gif[] = GIF_HEAD GIF_FRAME ";";
    memcpy(gif + 6, "\xFF\xFF\xFF\x0F", 4); /* the screen: 65,535 x 4,095 */
    cr_refuses(gif, sizeof gif - 1, "GIF ends early");
    memcpy(gif + 6, "\xFF\xFF\xFF\xFF", 4);
    cr_refuses(gif, sizeof gif - 1, "at most 268435456");
    static const uint8_t bmp[54] = {[0] = 'B', 'M',      [10] = 54, [14] = 40, [18] = 0,
                                    0x40,      [22] = 0, 0x40,      [26] = 1,  [28] = 24};
    cr_refuses(bmp, sizeof bmp, "bytes cannot hold 16384x16384 pixels");
    uint8_t runs[54];
    memcpy(runs, bmp, sizeof runs);
    runs[28] = 8;
    runs[30] = 1;
    cr_refuses(runs, sizeof runs, "bytes cannot hold 16384x16384 pixels");
    memset(runs + 18, 0xFF, 4); /* width −1 */
    cr_refuses(runs, sizeof runs, "sides of at most 65535");
    /* a TIFF of one pixel with a tile of 2^30 */
    static const uint8_t tiff[] = {'I',  'I', 42, 0, 8, 0, 0, 0, 9, 0,    0, 1,
                                   3,    0,   1,  0, 0, 0, 1, 0, 0, 0,          /* width */
                                   1,    1,   3,  0, 1, 0, 0, 0, 1, 0,    0, 0, /* height */
                                   2,    1,   3,  0, 1, 0, 0, 0, 8, 0,    0, 0, /* bits */
                                   3,    1,   3,  0, 1, 0, 0, 0, 5, 0,    0, 0, /* LZW */
                                   6,    1,   3,  0, 1, 0, 0, 0, 1, 0,    0, 0, /* black is 0 */
                                   0x42, 1,   4,  0, 1, 0, 0, 0, 0, 0x80, 0, 0, /* tiles of 32,768 */
                                   0x43, 1,   4,  0, 1, 0, 0, 0, 0, 0x80, 0, 0, /* … squared */
                                   0x44, 1,   4,  0, 1, 0, 0, 0, 8, 0,    0, 0, /* at 8 */
                                   0x45, 1,   4,  0, 1, 0, 0, 0, 8, 0,    0, 0, /* of 8 bytes */
                                   0,    0,   0,  0};
    cr_refuses(tiff, sizeof tiff, "TIFF ends early (122 bytes cannot hold 1x1 pixels)");
}
