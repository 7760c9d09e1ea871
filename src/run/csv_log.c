#include "run/csv_log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "run/log_row.h"

/* The folder and the whole file once more. */
static dk_status write_all(const dk_csv_log *log, dk_error *err) {
    dk_buffer folder = {0};
    dk_buffer_put(&folder, log->path, (size_t)(dk_path_name(log->path) - log->path));
    const dk_status made =
        folder.failed ? dk_no_memory(err, folder.size, log->path) : dk_folder_make(folder.text, err);
    dk_buffer_free(&folder);
    DK_TRY(made);
    return dk_file_write(log->path, log->text.text, log->text.size, err);
}

/* A log that is gone, with its folder or without, is written whole; it may be gone at any time. */
static dk_status write_row(dk_csv_log *log, const dk_buffer *row, dk_error *err) {
    enum { TRIES = 3 };
    dk_buffer_put(&log->text, row->text, row->size);
    if (row->failed || log->text.failed) {
        return dk_no_memory(err, log->text.size, "a row of log.csv");
    }
    for (int i = 1;; i++) {
        const dk_status status = dk_path_exists(log->path)
                                     ? dk_file_append(log->path, row->text, row->size, err)
                                     : write_all(log, err);
        if (status == DK_OK || dk_path_exists(log->path) || i == TRIES) {
            return status;
        }
    }
}

/* Writes what there is so far. */
static dk_status begin(dk_csv_log *log, const char *text, size_t size, dk_error *err) {
    dk_buffer_put(&log->text, text, size);
    return log->text.failed ? dk_no_memory(err, size, "log.csv") : dk_file_write(log->path, text, size, err);
}

/* "epoch,step,…\n" */
static void put_head(const dk_csv_log *log, dk_buffer *out) {
    dk_log_column columns[DK_LOG_COLUMNS];
    const int count = dk_log_columns(columns, log->kinds);
    for (int i = 0; i < count; i++) {
        dk_buffer_add(out, "%s%c", columns[i].name, i + 1 < count ? ',' : '\n');
    }
}

dk_status dk_csv_log_open(dk_csv_log *log, const char *folder, const dk_figure_kind *kinds, dk_error *err) {
    dk_buffer head = {0};
    *log = (dk_csv_log){.kinds = kinds};
    DK_TRY(dk_path_join(&log->path, folder, "log.csv", err));
    put_head(log, &head);
    const dk_status status =
        head.failed ? dk_no_memory(err, head.size, "log.csv") : begin(log, head.text, head.size, err);
    dk_buffer_free(&head);
    return status;
}

/* What is kept of the text of a file: its head must be ours. */
static dk_status take_up(dk_csv_log *log, const char *text, long step, dk_error *err) {
    dk_buffer head = {0};
    put_head(log, &head);
    dk_status status = head.failed ? dk_no_memory(err, head.size, "log.csv") : DK_OK;
    if (status == DK_OK && head.text != NULL && strncmp(text, head.text, head.size) != 0) {
        status = dk_fail(err, DK_EFORMAT, "%s:1: is not the head of this program's log.csv", log->path);
    }
    dk_buffer_free(&head);
    return status == DK_OK ? begin(log, text, dk_csv_rows_up_to(text, 1, step), err) : status;
}

dk_status dk_csv_log_resume(dk_csv_log *log, const char *folder, const dk_figure_kind *kinds, long step,
                            dk_error *err) {
    uint8_t *text = NULL;
    size_t size = 0;
    *log = (dk_csv_log){.kinds = kinds};
    DK_TRY(dk_path_join(&log->path, folder, "log.csv", err));
    DK_TRY(dk_file_read(log->path, 0, &text, &size, err));
    const dk_status status = take_up(log, (const char *)text, step, err);
    free(text);
    return status;
}

dk_status dk_csv_log_add(dk_csv_log *log, const dk_epoch_event *e, dk_error *err) {
    dk_buffer text = {0};
    dk_log_column columns[DK_LOG_COLUMNS];
    dk_log_row row = {.epoch = e->epoch,
                      .step = (double)e->step,
                      .rate = e->rate,
                      .train = e->train,
                      .valid = e->valid != NULL ? *e->valid : dk_figures_none(log->kinds),
                      .images_per_second = e->images_per_second,
                      .seconds = e->seconds,
                      .best = e->best};
    const int count = dk_log_columns(columns, log->kinds);
    for (int i = 0; i < count; i++) {
        const double value = *dk_log_value(&row, &columns[i]);
        if (!columns[i].empty || isfinite(value)) {
            dk_buffer_add(&text, columns[i].format, value);
        }
        dk_buffer_add(&text, "%c", i + 1 < count ? ',' : '\n');
    }
    const dk_status status = write_row(log, &text, err);
    dk_buffer_free(&text);
    return status;
}

void dk_csv_log_close(dk_csv_log *log) {
    free(log->path);
    dk_buffer_free(&log->text);
    *log = (dk_csv_log){0};
}
