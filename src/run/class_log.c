/* Rows are appended in one piece, so that a full disk leaves whole lines. */
#include "run/class_log.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

static dk_status add_row(const char *path, const char *const *names, int epoch, const dk_metrics *m,
                         dk_error *err) {
    dk_buffer text = {0};
    if (dk_path_is_empty(path)) {
        dk_buffer_add(&text, "epoch");
        for (int i = 0; i < m->classes; i++) {
            dk_buffer_add(&text, ",");
            dk_csv_put(&text, names[i]);
        }
        dk_buffer_add(&text, "\n");
    }
    dk_buffer_add(&text, "%d", epoch);
    for (int i = 0; i < m->classes; i++) {
        dk_buffer_add(&text, ",%.6f", dk_metrics_class(m, i).f1);
    }
    dk_buffer_add(&text, "\n");
    const dk_status status = text.failed ? dk_no_memory(err, text.size, "a row of classes.csv")
                                         : dk_file_append(path, text.text, text.size, err);
    dk_buffer_free(&text);
    return status;
}

static dk_status keep_rows(const char *path, int epoch, dk_error *err) {
    uint8_t *text = NULL;
    size_t size = 0;
    if (dk_path_is_empty(path)) {
        return DK_OK;
    }
    DK_TRY(dk_file_read(path, 0, &text, &size, err));
    const dk_status status = dk_file_write(path, text, dk_csv_rows_up_to((const char *)text, 0, epoch), err);
    free(text);
    return status;
}

static const char name[] = "classes.csv";

dk_status dk_class_log_add(const char *folder, const char *const *names, int epoch, const dk_metrics *m,
                           dk_error *err) {
    char *path = NULL;
    DK_TRY(dk_path_join(&path, folder, name, err));
    const dk_status status = add_row(path, names, epoch, m, err);
    free(path);
    return status;
}

dk_status dk_class_log_resume(const char *folder, int epoch, dk_error *err) {
    char *path = NULL;
    DK_TRY(dk_path_join(&path, folder, name, err));
    const dk_status status = keep_rows(path, epoch, err);
    free(path);
    return status;
}

static dk_status fill(dk_class_log *log, const dk_csv *csv, dk_error *err) {
    double value = 0;
    for (int i = 0; i < csv->rows; i++) {
        DK_TRY(dk_csv_number(csv, i, 0, 1, INT_MAX, false, &value, err));
        while (log->count > 0 && log->epochs[log->count - 1] >= value) {
            log->count--;
        }
        log->epochs[log->count] = value;
        for (int k = 0; k < log->classes; k++) {
            double *const f1 = &log->f1[(size_t)k * (size_t)csv->rows + (size_t)log->count];
            DK_TRY(dk_csv_number(csv, i, 1 + k, 0, 1, false, f1, err));
        }
        log->count++;
    }
    for (int k = 1; k < log->classes; k++) { /* close the gaps that rows said again have left */
        memmove(log->f1 + (size_t)k * (size_t)log->count, log->f1 + (size_t)k * (size_t)csv->rows,
                (size_t)log->count * sizeof *log->f1);
    }
    return DK_OK;
}

static dk_status read_all(dk_class_log *log, const dk_csv *csv, dk_arena *arena, dk_error *err) {
    if (csv->columns < 2 || strcmp(csv->head[0], "epoch") != 0) {
        return dk_fail(err, DK_EPARSE, "%s:1: wanted are the column 'epoch' and one per class", csv->path);
    }
    const size_t rows = (size_t)csv->rows, classes = (size_t)csv->columns - 1;
    const char **names = dk_arena_alloc(arena, classes * sizeof *names);
    *log = (dk_class_log){.classes = csv->columns - 1, .names = names};
    log->epochs = dk_arena_alloc(arena, rows * sizeof *log->epochs);
    log->f1 = dk_arena_alloc(arena, classes * rows * sizeof *log->f1);
    bool good = names != NULL && log->epochs != NULL && log->f1 != NULL;
    for (size_t k = 0; good && k < classes; k++) {
        names[k] = dk_arena_text(arena, csv->head[1 + k]);
        good = names[k] != NULL;
    }
    return good ? fill(log, csv, err) : dk_no_memory(err, classes * rows * sizeof *log->f1, "classes.csv");
}

dk_status dk_class_log_read(dk_class_log *log, const char *path, dk_arena *arena, dk_error *err) {
    dk_csv *csv = NULL;
    *log = (dk_class_log){0};
    DK_TRY(dk_csv_read(&csv, path, err));
    const dk_status status = read_all(log, csv, arena, err);
    dk_csv_close(csv);
    return status;
}
