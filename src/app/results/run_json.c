#include "app/results/run_json.h"

static void put_text(dk_json *j, const char *key, const char *text) {
    if (text != NULL) {
        dk_json_text(j, key, text);
    } else {
        dk_json_null(j, key);
    }
}

void dk_run_json_figures(dk_json *j, const dk_figure_kind *kinds) {
    dk_json_open(j, "figures", '[');
    for (const dk_figure_kind *k = kinds; k->name != NULL; k++) {
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "name", k->name);
        put_text(j, "train", k->train);
        put_text(j, "valid", k->valid);
        dk_json_int(j, "better", k->better);
        dk_json_bool(j, "share", k->share);
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
}

void dk_run_json_values(dk_json *j, const char *key, const dk_figures *f) {
    dk_json_open(j, key, '{');
    for (int i = 0; i < f->count; i++) {
        dk_json_float(j, f->kinds[i].name, f->value[i], DK_JSON_FLOAT);
    }
    dk_json_close(j, '}');
}

void dk_run_json_log(dk_json *j, dk_results *r) {
    dk_log_column columns[DK_LOG_COLUMNS];
    const int count = dk_log_columns(columns, r->task->figures);
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "name", r->name);
    dk_run_json_figures(j, r->task->figures);
    dk_json_open(j, "columns", '[');
    for (int k = 0; k < count; k++) {
        dk_json_text(j, NULL, columns[k].name);
    }
    dk_json_close(j, ']');
    dk_json_open(j, "rows", '[');
    for (int i = 0; i < r->count; i++) {
        dk_json_open(j, NULL, '[');
        for (int k = 0; k < count; k++) {
            dk_json_float(j, NULL, *dk_log_value(&r->rows[i], &columns[k]), DK_JSON_FLOAT);
        }
        dk_json_close(j, ']');
    }
    dk_json_close(j, ']');
    dk_json_int(j, "best", r->best);
    dk_json_close(j, '}');
}

void dk_run_json_pictures(dk_json *j, const dk_run_shown *shown, int count) {
    dk_json_open(j, "pictures", '[');
    for (int i = 0; i < count; i++) {
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "path", shown[i].path);
        dk_json_text(j, "about", shown[i].about);
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
}
