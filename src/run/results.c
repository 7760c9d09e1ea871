/* A run's folder, read back. */
#include "run/results.h"

#include <float.h>
#include <limits.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

/* Columns of log.csv that are wanted, and where they go. */
typedef struct {
    const char *name;
    size_t at;
    double low, high;
    bool empty; /* nothing stands there without a validation */
} column;

#define MOST ((double)FLT_MAX) /* nothing larger is computed, and what is drawn stays finite */
#define AT(field) offsetof(dk_log_row, field)
static const column wanted[] = {
    {"epoch", AT(epoch), 1, INT_MAX, false},
    {"rate", AT(rate), -MOST, MOST, false},
    {"train_loss", AT(train_loss), -MOST, MOST, false},
    {"train_accuracy", AT(train_accuracy), 0, 1, false},
    {"val_loss", AT(val_loss), -MOST, MOST, true},
    {"val_accuracy", AT(val_accuracy), 0, 1, true},
    {"macro_f1", AT(val_f1), 0, 1, true},
    {"images_per_second", AT(images_per_second), 0, MOST, false},
    {"seconds", AT(seconds), 0, MOST, false},
};
enum { WANTED = sizeof wanted / sizeof *wanted };

static dk_status fill_rows(dk_results *r, const dk_csv *csv, const int at[WANTED], int best, dk_error *err) {
    for (int i = 0; i < csv->rows; i++) {
        dk_log_row row = {0};
        double is_best = 0;
        for (int k = 0; k < WANTED; k++) {
            const column *const c = &wanted[k];
            DK_TRY(dk_csv_number(csv, i, at[k], c->low, c->high, c->empty, (double *)((char *)&row + c->at),
                                 err));
        }
        DK_TRY(dk_csv_number(csv, i, best, 0, 1, false, &is_best, err));
        row.best = is_best != 0;
        while (r->count > 0 && r->rows[r->count - 1].epoch >= row.epoch) {
            r->count--; /* a resumed run says some epochs again */
        }
        r->rows[r->count++] = row;
    }
    r->best = -1;
    for (int i = 0; i < r->count; i++) {
        r->best = r->rows[i].best ? i : r->best;
    }
    return DK_OK;
}

static dk_status read_rows(dk_results *r, const dk_csv *csv, dk_error *err) {
    int at[WANTED], best = 0;
    for (int k = 0; k < WANTED; k++) {
        DK_TRY(dk_csv_column(csv, wanted[k].name, &at[k], err));
    }
    DK_TRY(dk_csv_column(csv, "best", &best, err));
    const size_t bytes = (size_t)csv->rows * sizeof *r->rows;
    r->rows = dk_arena_alloc(r->arena, bytes);
    if (r->rows == NULL) {
        return dk_no_memory(err, bytes, "the rows of log.csv");
    }
    return fill_rows(r, csv, at, best, err);
}

static dk_status read_log(dk_results *r, const char *path, dk_error *err) {
    dk_csv *csv = NULL;
    if (!dk_path_exists(path)) {
        return dk_fail(err, DK_EIO,
                       "%s: holds no log.csv; wanted is the folder of a run, as results/mobilenet-1",
                       r->folder);
    }
    DK_TRY(dk_csv_read(&csv, path, err));
    const dk_status status = read_rows(r, csv, err);
    dk_csv_close(csv);
    return status;
}

/* The last component; slashes at the end are passed over. */
static const char *name_of(const char *folder, dk_arena *arena) {
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/') {
        n--;
    }
    const char *const bare = dk_arena_text_n(arena, folder, n);
    return bare != NULL ? dk_path_name(bare) : NULL;
}

static dk_status read_validation(dk_results *r, const char *classes, const char *predictions, dk_error *err) {
    if (!dk_path_exists(classes) && !dk_path_exists(predictions)) {
        return DK_OK;
    }
    DK_TRY(dk_class_log_read(&r->classes, classes, r->arena, err));
    return dk_predictions_read(&r->predictions, predictions, err);
}

dk_status dk_results_read(dk_results *r, const char *folder, dk_error *err) {
    *r = (dk_results){.arena = dk_arena_open(), .best = -1};
    if (r->arena == NULL) {
        return dk_no_memory(err, 0, "the results of a run");
    }
    r->folder = dk_arena_text(r->arena, folder);
    r->name = name_of(folder, r->arena);
    const char *const log = r->folder != NULL ? dk_results_path(r, "log.csv") : NULL;
    const char *const classes = log != NULL ? dk_results_path(r, "classes.csv") : NULL;
    const char *const predictions = classes != NULL ? dk_results_path(r, "predictions.csv") : NULL;
    const char *const facts = predictions != NULL ? dk_results_path(r, "run.txt") : NULL;
    if (r->name == NULL || facts == NULL) {
        return dk_no_memory(err, strlen(folder), "the paths of a run");
    }
    if (!dk_path_is_folder(folder)) {
        return dk_fail(err, DK_EIO,
                       "%s: there is no such folder; wanted is that of a run, as results/mobilenet-1",
                       folder);
    }
    DK_TRY(read_log(r, log, err));
    if (dk_path_exists(facts)) {
        DK_TRY(dk_cfg_load(&r->facts, facts, DK_CFG_FLAT, err));
    }
    return read_validation(r, classes, predictions, err);
}

void dk_results_close(dk_results *r) {
    dk_predictions_close(&r->predictions);
    dk_cfg_close(r->facts);
    dk_arena_close(r->arena);
    *r = (dk_results){0};
}

const char *dk_results_fact(const dk_results *r, const char *key) {
    return r->facts != NULL ? dk_section_get(&r->facts->sections[0], key) : NULL;
}

const char *dk_results_path(const dk_results *r, const char *name) {
    return dk_arena_format(r->arena, "%s/%s", r->folder, name);
}
