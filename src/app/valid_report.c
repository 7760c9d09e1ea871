/* The figures of a validation. Those of the single view come first and make the tables; the mean over views
 * stands beside them. */
#include "app/valid_report.h"

#include <stdio.h>
#include <string.h>

#include "app/json.h"

/* ---- JSON ---- */

static void add_class(cJSON *classes, const char *name, dk_class_score score) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "name", name);
    dk_json_float(o, "precision", score.precision);
    dk_json_float(o, "recall", score.recall);
    dk_json_float(o, "f1", score.f1);
    cJSON_AddNumberToObject(o, "support", (double)score.support);
    cJSON_AddItemToArray(classes, o);
}

static void add_tables(cJSON *root, const dk_metrics *m, const dk_data *data) {
    cJSON *classes = cJSON_AddArrayToObject(root, "classes");
    cJSON *confusion = cJSON_AddArrayToObject(root, "confusion");
    for (int i = 0; i < m->classes; i++) {
        add_class(classes, data->names[i], dk_metrics_class(m, i));
        cJSON *row = cJSON_CreateArray();
        for (int j = 0; j < m->classes; j++) {
            cJSON_AddItemToArray(row, cJSON_CreateNumber((double)m->confusion[i * m->classes + j]));
        }
        cJSON_AddItemToArray(confusion, row);
    }
}

static void add_tta(cJSON *root, const dk_valid_report *r) {
    const dk_metrics *m = &r->averaged;
    cJSON *o = cJSON_AddObjectToObject(root, "tta");
    cJSON_AddStringToObject(o, "name", r->tta->name);
    cJSON_AddNumberToObject(o, "views", r->tta->count - r->tta->first);
    dk_json_float(o, "loss", dk_metrics_loss(m));
    dk_json_float(o, "top1", dk_metrics_top1(m));
    dk_json_float(o, "topk", dk_metrics_topk(m));
    dk_json_float(o, "macro_f1", dk_metrics_macro_f1(m));
}

static void add_calibration(cJSON *root, const dk_valid_report *r) {
    cJSON *o = cJSON_AddObjectToObject(root, "calibration");
    dk_json_float(o, "temperature", r->fitted->temperature);
    dk_json_float(o, "loss_before", r->fitted->loss_before);
    dk_json_float(o, "loss_after", r->fitted->loss_after);
    cJSON_AddStringToObject(o, "file", r->fitted_path);
}

dk_status dk_valid_report_json(const dk_valid_report *r, dk_error *err) {
    const dk_metrics *m = &r->single;
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "images", (double)m->images);
    cJSON_AddNumberToObject(root, "skipped", (double)m->skipped);
    if (r->excluded) {
        cJSON_AddNumberToObject(root, "excluded", r->excluded->left_out);
    }
    dk_json_float(root, "loss", dk_metrics_loss(m));
    dk_json_float(root, "top1", dk_metrics_top1(m));
    const double interval[] = {r->interval.low, r->interval.high};
    cJSON *ends = cJSON_AddArrayToObject(root, "top1_interval");
    for (int i = 0; i < 2; i++) {
        cJSON_AddItemToArray(ends, dk_json_number(interval[i]));
    }
    dk_json_float(root, "topk", dk_metrics_topk(m));
    dk_json_float(root, "macro_f1", dk_metrics_macro_f1(m));
    if (r->tta->count > 1) {
        add_tta(root, r);
    }
    if (r->fitted) {
        add_calibration(root, r);
    }
    add_tables(root, m, r->data);
    return dk_json_print(root, err);
}

/* ---- text ---- */

/* Widest name, at least 8 and at most 24 columns. */
static int name_width(const dk_data *data) {
    size_t width = 8;
    for (int i = 0; i < data->conf.classes; i++) {
        width = strlen(data->names[i]) > width ? strlen(data->names[i]) : width;
    }
    return width > 24 ? 24 : (int)width;
}

static void print_figures(const dk_metrics *m) {
    printf("loss %.4f, top 1: %.2f %%", dk_metrics_loss(m), 100 * dk_metrics_top1(m));
    if (m->k > 1) {
        printf(", top %d: %.2f %%", m->k, 100 * dk_metrics_topk(m));
    }
    printf(", macro F1: %.4f\n", dk_metrics_macro_f1(m));
}

static void print_summary(const dk_valid_report *r) {
    const dk_metrics *m = &r->single;
    printf("images %ld, skipped %ld", m->images, m->skipped);
    if (r->excluded) {
        printf(", left out by -exclude %d", r->excluded->left_out);
    }
    printf("\n");
    print_figures(m);
    printf("top 1 within %.2f .. %.2f %% (95 %% bootstrap interval)\n", 100 * r->interval.low,
           100 * r->interval.high);
    if (r->tta->count > 1) {
        printf("tta %s (mean of %d views): ", r->tta->name, r->tta->count - r->tta->first);
        print_figures(&r->averaged);
    }
    if (r->fitted) {
        printf("temperature %.4f: loss %.4f becomes %.4f; kept in %s\n", r->fitted->temperature,
               r->fitted->loss_before, r->fitted->loss_after, r->fitted_path);
    }
}

void dk_valid_report_text(const dk_valid_report *r) {
    const dk_metrics *m = &r->single;
    const dk_data *data = r->data;
    const int width = name_width(data);
    print_summary(r);
    printf("\n%-*s  precision  recall      F1  support\n", width, "class");
    for (int i = 0; i < m->classes; i++) {
        const dk_class_score s = dk_metrics_class(m, i);
        printf("%-*.*s  %9.4f  %6.4f  %6.4f  %7ld\n", width, width, data->names[i], s.precision, s.recall,
               s.f1, s.support);
    }
    printf("\nconfusion (rows: truth, columns: answer)\n%-*s", width, "");
    for (int j = 0; j < m->classes; j++) {
        printf(" %8.8s", data->names[j]);
    }
    printf("\n");
    for (int i = 0; i < m->classes; i++) {
        printf("%-*.*s", width, width, data->names[i]);
        for (int j = 0; j < m->classes; j++) {
            printf(" %8ld", m->confusion[i * m->classes + j]);
        }
        printf("\n");
    }
}
