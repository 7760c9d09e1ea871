/* Kaggle's FER2013 csv → pictures. Two passes over the file, 300 MB, line by line: the first checks every row
 * and writes nothing; the second writes aside. So neither a broken csv nor a full disk leaves half a data set. */
#include "data/fer2013.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/lines.h"
#include "image/codec.h"

static const struct {
    const char *folder, *prefix;
} splits[DK_FER_SPLITS] = {
    [DK_FER_TRAIN] = {"train", "Training"},
    [DK_FER_VALIDATION] = {"validation", "PublicTest"},
    [DK_FER_TEST] = {"test", "PrivateTest"},
};

typedef dk_status (*on_row)(void *user, const dk_fer2013_row *row, long number, dk_error *err);

/* Every row of the csv, with its number from 1. Blank lines are passed over, and so is "sep=;", which tells Excel what
 * stands between the columns. */
static dk_status read_rows(dk_lines *lines, const char *csv, on_row act, void *user, dk_error *err) {
    long number = -1; /* −1: the header is to come */
    dk_fer2013_columns columns = {0};
    dk_fer2013_row row;
    for (;;) {
        char *line = NULL;
        DK_TRY(dk_lines_next(lines, &line, err));
        if (line == NULL) {
            break;
        }
        if (line[strspn(line, " \t")] == '\0' || (number < 0 && strncasecmp(line, "sep=", 4) == 0)) {
            continue;
        }
        const dk_status status = number < 0 ? dk_fer2013_read_header(line, &columns, err)
                                            : dk_fer2013_read_row(line, &columns, &row, err);
        if (status != DK_OK) {
            return dk_error_prefix(err, status, "%s:%ld", csv, dk_lines_number(lines));
        }
        if (++number > 0) {
            DK_TRY(act(user, &row, number, err));
        }
    }
    return number > 0 ? DK_OK : dk_fail(err, DK_EDATA, "%s: has no rows", csv);
}

static dk_status each_row(const char *csv, on_row act, void *user, dk_error *err) {
    if (dk_path_is_folder(csv)) {
        return dk_fail(err, DK_EIO, "%s: is a folder; a csv file is wanted", csv);
    }
    int fd = -1;
    dk_lines *lines = NULL;
    DK_TRY(dk_file_open(&fd, csv, err));
    dk_status status = dk_lines_open(&lines, fd, csv, "a csv file is wanted", err);
    if (status == DK_OK) {
        status = read_rows(lines, csv, act, user, err);
    }
    dk_lines_close(lines);
    close(fd);
    return status;
}

static dk_status count_row(void *user, const dk_fer2013_row *row, long number, dk_error *err) {
    (void)number;
    (void)err;
    dk_fer2013_counts *const counts = user;
    counts->pictures[row->split]++;
    return DK_OK;
}

typedef struct {
    const char *folder; /* written aside */
    bool made[DK_FER_SPLITS][7];
} target;

/* Not dk_file_write: to wait for the disk 35,887 times would take minutes. */
static dk_status write_picture(const char *path, const dk_fer2013_row *row, dk_error *err) {
    const dk_image image = {DK_FER_SIDE, DK_FER_SIDE, 1, (uint8_t *)row->pixels};
    dk_buffer png = {0};
    dk_status status = dk_png_encode(&png, &image, path, err);
    if (status == DK_OK) {
        FILE *const f = fopen(path, "wb");
        bool good = f != NULL && fwrite(png.text, 1, png.size, f) == png.size;
        good = (f == NULL || fclose(f) == 0) && good;
        if (!good) {
            status = dk_fail_errno(err, "%s: cannot be written", path);
        }
    }
    dk_buffer_free(&png);
    return status;
}

static dk_status write_row(void *user, const dk_fer2013_row *row, long number, dk_error *err) {
    target *const t = user;
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s/%s/%s", t->folder, splits[row->split].folder, dk_fer2013_emotions[row->emotion]);
    dk_status status = DK_OK;
    if (!path.failed && !t->made[row->split][row->emotion]) {
        status = dk_folder_make(path.text, err);
        t->made[row->split][row->emotion] = true;
    }
    dk_buffer_add(&path, "/%s_%08ld.png", splits[row->split].prefix, number);
    if (status == DK_OK) {
        status = path.failed ? dk_no_memory(err, 0, "a path") : write_picture(path.text, row, err);
    }
    dk_buffer_free(&path);
    return status;
}

static dk_status check_target(const char *folder, dk_error *err) {
    for (int i = 0; i < DK_FER_SPLITS; i++) {
        dk_buffer path = {0};
        dk_buffer_add(&path, "%s/%s", folder, splits[i].folder);
        const bool there = !path.failed && dk_path_exists(path.text);
        dk_buffer_free(&path);
        if (there) {
            return dk_fail(err, DK_EIO, "%s/%s: is already there; move it away, or name another folder",
                           folder, splits[i].folder);
        }
    }
    return DK_OK;
}

/* A disk that is full, or a csv that changes under our hands, leaves no half set: without train/ nothing takes it for one. */
static dk_status write_set(const char *csv, const char *folder, dk_error *err) {
    static const char *const order[] = {"test", "validation", "train", NULL};
    dk_folder_writer w;
    DK_TRY(dk_folder_writer_open(&w, folder, err));
    target t = {.folder = w.aside};
    const dk_status status = each_row(csv, write_row, &t, err);
    if (status != DK_OK) {
        dk_folder_writer_abandon(&w);
        return status;
    }
    return dk_folder_writer_commit(&w, order, err);
}

dk_status dk_fer2013_convert(const char *csv, const char *folder, const dk_log *log,
                             dk_fer2013_counts *counts, dk_error *err) {
    *counts = (dk_fer2013_counts){{0}};
    DK_TRY(check_target(folder, err));
    DK_TRY(each_row(csv, count_row, counts, err));
    const long *const n = counts->pictures;
    dk_note(log, "%s: %ld pictures to train, %ld to validate, %ld to test", csv, n[DK_FER_TRAIN],
            n[DK_FER_VALIDATION], n[DK_FER_TEST]);
    return write_set(csv, folder, err);
}
