/* Columns: epoch, step, rate (learning rate), losses (mean per picture), accuracies and macro F1 (0…1),
 * pictures per second of training, seconds since the run began, best (1: a new best by the early-stop
 * metric). */
#include "run/csv_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

static const char head[] = "epoch,step,rate,train_loss,train_accuracy,val_loss,val_accuracy,macro_f1,"
                           "images_per_second,seconds,best\n";

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

/* folder/log.csv */
static dk_status name_file(dk_csv_log *log, const char *folder, dk_error *err) {
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s/log.csv", folder);
    if (path.failed) {
        dk_buffer_free(&path);
        return dk_no_memory(err, strlen(folder), "the path of log.csv");
    }
    *log = (dk_csv_log){.path = path.text};
    return DK_OK;
}

/* Writes what there is so far. */
static dk_status begin(dk_csv_log *log, const char *text, size_t size, dk_error *err) {
    dk_buffer_put(&log->text, text, size);
    return log->text.failed ? dk_no_memory(err, size, "log.csv") : dk_file_write(log->path, text, size, err);
}

dk_status dk_csv_log_open(dk_csv_log *log, const char *folder, dk_error *err) {
    DK_TRY(name_file(log, folder, err));
    return begin(log, head, sizeof head - 1, err);
}

dk_status dk_csv_log_resume(dk_csv_log *log, const char *folder, long step, dk_error *err) {
    uint8_t *text = NULL;
    size_t size = 0;
    DK_TRY(name_file(log, folder, err));
    DK_TRY(dk_file_read(log->path, 0, &text, &size, err));
    dk_status status = DK_OK;
    if (strncmp((const char *)text, head, sizeof head - 1) != 0) {
        status = dk_fail(err, DK_EFORMAT, "%s:1: is not the head of this program's log.csv", log->path);
    } else {
        status = begin(log, (const char *)text, dk_csv_rows_up_to((const char *)text, 1, step), err);
    }
    free(text);
    return status;
}

dk_status dk_csv_log_add(dk_csv_log *log, const dk_epoch_event *e, dk_error *err) {
    dk_buffer row = {0};
    dk_buffer_add(&row, "%d,%ld,%.6g,%.6f,%.6f,", e->epoch, e->step, e->rate, e->train_loss,
                  e->train_accuracy);
    if (e->valid != NULL) {
        dk_buffer_add(&row, "%.6f,%.6f,%.6f,", dk_metrics_loss(e->valid), dk_metrics_top1(e->valid),
                      dk_metrics_macro_f1(e->valid));
    } else {
        dk_buffer_add(&row, ",,,");
    }
    dk_buffer_add(&row, "%.1f,%.1f,%d\n", e->images_per_second, e->seconds, e->best);
    const dk_status status = write_row(log, &row, err);
    dk_buffer_free(&row);
    return status;
}

void dk_csv_log_close(dk_csv_log *log) {
    free(log->path);
    dk_buffer_free(&log->text);
    *log = (dk_csv_log){0};
}
