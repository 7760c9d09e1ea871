/* The csv of FER2013: both column orders, the three splits, and every kind of broken row. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "data/fer2013.h"
#include "support/temp.h"

TestSuite(data_fer2013, .init = temp_enter, .fini = temp_leave);

/* `count` pixels: first, first + 1 … modulo 256 */
static void add_pixels(dk_buffer *b, int first, int count) {
    for (int i = 0; i < count; i++) {
        dk_buffer_add(b, "%s%d", i == 0 ? "" : " ", (first + i) % 256);
    }
}

static void add_row(dk_buffer *b, int emotion, const char *usage, int first) {
    dk_buffer_add(b, "%d,", emotion);
    add_pixels(b, first, 2304);
    dk_buffer_add(b, ",%s\n", usage);
}

static dk_status convert(dk_buffer *csv, dk_fer2013_counts *counts, dk_error *err) {
    temp_write("x.csv", csv->text);
    dk_buffer_free(csv);
    return dk_fer2013_convert("x.csv", "my out", NULL, counts, err);
}

static void cr_picture(const char *path, int first) {
    dk_image *image = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_image_load(&image, path, &err), DK_OK, "%s", err.text);
    cr_assert(image->w == 48 && image->h == 48 && image->c == 1);
    for (int i = 0; i < 2304; i++) {
        cr_assert_eq(image->pixels[i], (first + i) % 256);
    }
    dk_image_free(image);
}

Test(data_fer2013, rows_become_pictures) {
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "emotion,pixels,Usage\n");
    add_row(&csv, 0, "Training", 1);
    add_row(&csv, 6, "Training", 2);
    add_row(&csv, 3, "PublicTest", 3);
    dk_buffer_add(&csv, "\r\n");
    add_row(&csv, 5, "PrivateTest", 4);
    dk_fer2013_counts counts;
    dk_error err = {0};
    cr_assert_eq(convert(&csv, &counts, &err), DK_OK, "%s", err.text);
    cr_assert_arr_eq(counts.pictures, ((const long[]){2, 1, 1}), sizeof counts.pictures);
    cr_picture("my out/train/angry/Training_00000001.png", 1);
    cr_picture("my out/train/neutral/Training_00000002.png", 2);
    cr_picture("my out/validation/happy/PublicTest_00000003.png", 3);
    cr_picture("my out/test/surprise/PrivateTest_00000004.png", 4);
}

Test(data_fer2013, columns_may_stand_in_another_order) {
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "\xEF\xBB\xBF"
                        "emotion, Usage, pixels\r\n4,Training,\"");
    add_pixels(&csv, 7, 2304);
    dk_buffer_add(&csv, "\"\r\n");
    dk_fer2013_counts counts;
    dk_error err = {0};
    cr_assert_eq(convert(&csv, &counts, &err), DK_OK, "%s", err.text);
    cr_picture("my out/train/sad/Training_00000001.png", 7);
}

/* A csv of one good row and this one: nothing may be written. */
static void cr_wrong_row(const char *before, int pixels, const char *after, const char *text) {
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "emotion,pixels,Usage\n");
    add_row(&csv, 0, "Training", 1);
    dk_buffer_add(&csv, "%s", before);
    add_pixels(&csv, 0, pixels);
    dk_buffer_add(&csv, "%s\n", after);
    dk_fer2013_counts counts;
    dk_error err = {0};
    cr_assert_eq(convert(&csv, &counts, &err), DK_EPARSE);
    cr_assert_eq(strncmp(err.text, "x.csv:3: ", 9), 0, "%s", err.text);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
    cr_assert_not(dk_path_exists("my out"));
}

Test(data_fer2013, wrong_rows) {
    cr_wrong_row("7,", 2304, ",Training", "emotion '7' is not one of 0..6");
    cr_wrong_row("x,", 2304, ",Training", "emotion 'x'");
    cr_wrong_row("1,", 2303, ",Training", "2303 pixels instead of 2304 (48x48)");
    cr_wrong_row("1,", 2305, ",Training", "more than 2304 pixels");
    cr_wrong_row("1,", 2303, " 256,Training", "pixel 2304 '256' is not a number 0..255");
    cr_wrong_row("1,", 2303, " -1,Training", "pixel 2304 '-1'");
    cr_wrong_row("1,", 2303, " 70.5,Training", "pixel 2304 '70.5' is not a number 0..255");
    cr_wrong_row("contempt,", 2304, ",Training", "emotion 'contempt' is not one of 0..6");
    cr_wrong_row("2.5,", 2304, ",Training", "emotion '2.5' is not one of 0..6");
    cr_wrong_row("1,\"", 2304, ",Training", "a quote opens and is not closed; each row is one line");
    cr_wrong_row("1,", 2304, ",Half", "Usage 'Half' is not Training, PublicTest or PrivateTest");
    cr_wrong_row("1,", 2304, "", "has only 2 columns");
}

/* A header, and one row that is written with these separators and ends. */
static void cr_read(const char *before, const char *header, const char *format, const char *end) {
    dk_buffer csv = {0}, pixels = {0};
    dk_fer2013_counts counts;
    dk_error err = {0};
    add_pixels(&pixels, 9, 2304);
    temp_enter();
    dk_buffer_add(&csv, "%s%s%s", before, header, end);
    for (const char *p = format; *p != '\0'; p++) {
        dk_buffer_add(&csv, *p == '@' ? "%s" : "%.1s", *p == '@' ? pixels.text : p);
    }
    dk_buffer_add(&csv, "%s", end);
    cr_assert_eq(convert(&csv, &counts, &err), DK_OK, "%s: %s", header, err.text);
    cr_picture("my out/validation/sad/PublicTest_00000001.png", 9);
    dk_buffer_free(&pixels);
    temp_leave();
}

Test(data_fer2013, other_spellings_of_the_same) {
    cr_read("", "emotion;pixels;Usage", "4;@;PublicTest", "\n");
    cr_read("\xEF\xBB\xBF", "\"emotion\";\"pixels\";\"Usage\"", "\"4\";\"@\";\"PublicTest\"", "\r\n");
    cr_read("sep=;\r\n", "Emotion;Pixels;usage", "4;@;public test", "\r\n");
    cr_read("", "emotion\tpixels\tUsage", "4\t@\tvalidation", "\r");
    cr_read("\n", " emotion , Usage, pixels ", "4.0,Public_Test,@", "\n");
    cr_read("", ",emotion,Usage,pixels", "0,sadness,val,[@]", "\n");
    cr_read("", "Usage,emotion,pixels,note", "VALID,Sad,@ ,\"a, b\"", "\n");
}

Test(data_fer2013, usages_and_pixels_of_data_frames) {
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "emotion,pixels,Usage\n");
    static const char *const usages[] = {"training", "train", "test", "PRIVATETEST"};
    for (int i = 0; i < 4; i++) {
        dk_buffer_add(&csv, "0,\"");
        for (int k = 0; k < 2304; k++) {
            dk_buffer_add(&csv, "%s%d.%s", k == 0 ? "" : ", ", (k + i) % 256, k % 2 == 0 ? "0" : "");
        }
        dk_buffer_add(&csv, "\",%s\n", usages[i]);
    }
    dk_fer2013_counts counts;
    dk_error err = {0};
    cr_assert_eq(convert(&csv, &counts, &err), DK_OK, "%s", err.text);
    cr_assert_arr_eq(counts.pictures, ((const long[]){2, 0, 2}), sizeof counts.pictures);
    cr_picture("my out/train/angry/Training_00000002.png", 1);
}

static void cr_wrong_header(const char *header, const char *text) {
    dk_fer2013_counts counts;
    dk_error err = {0};
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "%s\n1,2,3\n", header);
    cr_assert_eq(convert(&csv, &counts, &err), DK_EPARSE);
    cr_assert_eq(strncmp(err.text, "x.csv:1: ", 9), 0, "%s", err.text);
    cr_assert_not_null(strstr(err.text, text), "'%s' lacks '%s'", err.text, text);
}

Test(data_fer2013, a_header_that_lacks_something_names_the_file_that_has_it) {
    cr_wrong_header("emotion,pixels", "has no column Usage");
    cr_wrong_header("emotion,pixels",
                    "icml_face_data.csv of the same download has all rows with their Usage");
    cr_wrong_header("pixels", "has no column emotion, as test.csv of Kaggle's challenge");
    cr_wrong_header("pixels;Usage", "has no column emotion");
    cr_wrong_header(
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF",
        "these are the votes of FER+ (fer2013new.csv)");
    cr_wrong_header(
        "name;age",
        "is no header of FER2013; its columns are emotion, pixels and Usage, and here are: name, age");
}

Test(data_fer2013, wrong_files) {
    dk_fer2013_counts counts;
    dk_error err = {0};
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "emotion,image\n");
    cr_assert_eq(convert(&csv, &counts, &err), DK_EPARSE);
    cr_assert_not_null(strstr(err.text, "x.csv:1: is no header of FER2013"), "%s", err.text);
    csv = (dk_buffer){0};
    dk_buffer_add(&csv, "emotion,pixels,Usage\n");
    cr_assert_eq(convert(&csv, &counts, &err), DK_EDATA);
    cr_assert_not_null(strstr(err.text, "x.csv: has no rows"), "%s", err.text);
    cr_assert_eq(dk_fer2013_convert("no.csv", "out", NULL, &counts, &err), DK_EIO);
    cr_assert_eq(dk_fer2013_convert("/tmp", "out", NULL, &counts, &err), DK_EIO);
}

Test(data_fer2013, a_folder_that_is_there_is_left_alone) {
    temp_write("my out/train/keep", "mine");
    dk_buffer csv = {0};
    dk_buffer_add(&csv, "emotion,pixels,Usage\n");
    add_row(&csv, 0, "Training", 1);
    dk_fer2013_counts counts;
    dk_error err = {0};
    cr_assert_eq(convert(&csv, &counts, &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "my out/train: is already there"), "%s", err.text);
    cr_assert_not(dk_path_exists("my out/train/angry"));
}

/* Nothing is left when a set cannot be written whole, and what was there stays. */
Test(data_fer2013, a_set_appears_whole_or_not_at_all) {
    dk_fer2013_counts counts;
    dk_error err = {0};
    dk_buffer csv = {0};
    for (int round = 0; round < 3; round++) { /* no folder, an empty one, one that holds something */
        csv = (dk_buffer){0};
        dk_buffer_add(&csv, "emotion,pixels,Usage\n");
        add_row(&csv, 0, "Training", 1);
        add_row(&csv, 4, "PublicTest", 2);
        if (round == 2) {
            temp_write("my out/notes.txt", "mine");
        } else if (round == 1) {
            cr_assert_eq(dk_folder_make("my out", &err), DK_OK);
        }
        cr_assert_eq(convert(&csv, &counts, &err), DK_OK, "%s", err.text);
        cr_picture("my out/train/angry/Training_00000001.png", 1);
        cr_picture("my out/validation/sad/PublicTest_00000002.png", 2);
        cr_assert_not(dk_path_exists("my out/test"));
        cr_assert(round < 2 || dk_path_exists("my out/notes.txt"));
        temp_leave();
        temp_enter();
    }
}
