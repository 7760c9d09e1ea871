/* A run's folder, read back. */
#include "run/results.h"

#include <string.h>

#include "base/csv.h"
#include "base/file.h"

typedef struct {
    dk_log_column what;
    int at; /* in the file */
} column;

static dk_status read_row(dk_log_row *row, const dk_csv *csv, int i, const column *columns, int count,
                          dk_error *err) {
    for (int k = 0; k < count; k++) {
        const dk_log_column *const c = &columns[k].what;
        DK_TRY(dk_csv_number(csv, i, columns[k].at, c->low, c->high, c->empty, dk_log_value(row, c), err));
    }
    return DK_OK;
}

static dk_status fill_rows(dk_results *r, const dk_csv *csv, const column *columns, int count,
                           dk_error *err) {
    for (int i = 0; i < csv->rows; i++) {
        const dk_figures none = dk_figures_none(r->task->figures);
        dk_log_row row = {.train = none, .valid = none};
        DK_TRY(read_row(&row, csv, i, columns, count, err));
        while (r->count > 0 && r->rows[r->count - 1].epoch >= row.epoch) {
            r->count--; /* a resumed run says some epochs again */
        }
        r->rows[r->count++] = row;
    }
    r->best = -1;
    for (int i = 0; i < r->count; i++) {
        r->best = r->rows[i].best != 0 ? i : r->best;
    }
    return DK_OK;
}

static dk_status read_rows(dk_results *r, const dk_csv *csv, dk_error *err) {
    dk_log_column wanted[DK_LOG_COLUMNS];
    column columns[DK_LOG_COLUMNS];
    const int count = dk_log_columns(wanted, r->task->figures);
    for (int k = 0; k < count; k++) {
        columns[k].what = wanted[k];
        DK_TRY(dk_csv_column(csv, wanted[k].name, &columns[k].at, err));
    }
    const size_t bytes = (size_t)csv->rows * sizeof *r->rows;
    r->rows = dk_arena_alloc(r->arena, bytes);
    if (r->rows == NULL) {
        return dk_no_memory(err, bytes, "the rows of log.csv");
    }
    return fill_rows(r, csv, columns, count, err);
}

/* run.txt names the task; runs of before there were several do not. */
static dk_status find_task(dk_results *r, dk_error *err) {
    const char *const name = dk_results_fact(r, "task");
    r->task = name != NULL ? dk_task_find(name) : dk_tasks[0];
    return r->task != NULL ? DK_OK
                           : dk_section_fail(&r->facts->sections[0], "task", err,
                                             "task=%s is none that this program knows", name);
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

dk_status dk_results_add_validation(dk_results *r, dk_error *err) {
    const char *const classes = dk_results_path(r, "classes.csv"), *const predictions =
                                                                       dk_results_path(r, "predictions.csv");
    if (classes == NULL || predictions == NULL) {
        return dk_no_memory(err, strlen(r->folder), "the paths of a run");
    }
    if (!dk_path_exists(classes) && !dk_path_exists(predictions)) {
        return DK_OK;
    }
    DK_TRY(dk_class_log_read(&r->classes, classes, r->arena, err));
    if (r->task->truth != &dk_truth_class) {
        return DK_OK; /* answers are no classes of pictures */
    }
    return dk_predictions_read(&r->predictions, predictions, err);
}

dk_status dk_results_open(dk_results *r, const char *folder, dk_error *err) {
    *r = (dk_results){.arena = dk_arena_open(), .best = -1};
    if (r->arena == NULL) {
        return dk_no_memory(err, 0, "the results of a run");
    }
    r->folder = dk_arena_text(r->arena, folder);
    r->name = name_of(folder, r->arena);
    const char *const log = r->folder != NULL ? dk_results_path(r, "log.csv") : NULL;
    const char *const facts = log != NULL ? dk_results_path(r, "run.txt") : NULL;
    if (r->name == NULL || facts == NULL) {
        return dk_no_memory(err, strlen(folder), "the paths of a run");
    }
    if (!dk_path_is_folder(folder)) {
        return dk_fail(err, DK_EIO,
                       "%s: there is no such folder; wanted is that of a run, as results/mobilenet-1",
                       folder);
    }
    if (dk_path_exists(facts)) {
        DK_TRY(dk_cfg_load(&r->facts, facts, DK_CFG_FLAT, err));
    }
    DK_TRY(find_task(r, err));
    return read_log(r, log, err);
}

dk_status dk_results_read(dk_results *r, const char *folder, dk_error *err) {
    DK_TRY(dk_results_open(r, folder, err));
    return dk_results_add_validation(r, err);
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
