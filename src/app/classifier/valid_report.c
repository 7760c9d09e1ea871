/* The figures of a validation. Those of the single view come first and make the tables; the mean over views
 * stands beside them. */
#include "app/classifier/valid_report.h"

#include <string.h>

#include "app/json.h"
#include "app/say.h"
#include "base/shown.h"

/* ---- JSON ---- */

static void add_class(dk_json *j, const char *name, dk_class_score score) {
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "name", name);
    dk_json_float(j, "precision", score.precision, DK_JSON_FLOAT);
    dk_json_float(j, "recall", score.recall, DK_JSON_FLOAT);
    dk_json_float(j, "f1", score.f1, DK_JSON_FLOAT);
    dk_json_int(j, "support", score.support);
    dk_json_close(j, '}');
}

static void add_tables(dk_json *j, const dk_metrics *m, const dk_data *data) {
    dk_json_open(j, "classes", '[');
    for (int i = 0; i < m->classes; i++) {
        add_class(j, data->names[i], dk_metrics_class(m, i));
    }
    dk_json_close(j, ']');
    if (!m->confusion) {
        return;
    }
    dk_json_open(j, "confusion", '[');
    for (int i = 0; i < m->classes; i++) {
        dk_json_open(j, NULL, '[');
        for (int k = 0; k < m->classes; k++) {
            dk_json_int(j, NULL, m->confusion[i * m->classes + k]);
        }
        dk_json_close(j, ']');
    }
    dk_json_close(j, ']');
}

static void add_tta(dk_json *j, const dk_valid_report *r) {
    const dk_metrics *m = &r->averaged;
    dk_json_open(j, "tta", '{');
    dk_json_text(j, "name", r->tta->name);
    dk_json_int(j, "views", r->tta->count - r->tta->first);
    dk_json_float(j, "loss", dk_metrics_loss(m), DK_JSON_FLOAT);
    dk_json_float(j, "top1", dk_metrics_top1(m), DK_JSON_FLOAT);
    dk_json_float(j, "topk", dk_metrics_topk(m), DK_JSON_FLOAT);
    dk_json_float(j, "macro_f1", dk_metrics_macro_f1(m), DK_JSON_FLOAT);
    dk_json_close(j, '}');
}

static void add_calibration(dk_json *j, const dk_valid_report *r) {
    dk_json_open(j, "calibration", '{');
    dk_json_float(j, "temperature", r->fitted->temperature, DK_JSON_FLOAT);
    dk_json_float(j, "loss_before", r->fitted->loss_before, DK_JSON_FLOAT);
    dk_json_float(j, "loss_after", r->fitted->loss_after, DK_JSON_FLOAT);
    dk_json_text(j, "file", r->fitted_path);
    dk_json_close(j, '}');
}

static void add_single(dk_json *j, const dk_valid_report *r) {
    const dk_metrics *m = &r->single;
    dk_json_int(j, "images", m->images);
    dk_json_int(j, "skipped", m->skipped);
    if (r->excluded) {
        dk_json_int(j, "excluded", r->excluded->left_out);
    }
    dk_json_float(j, "loss", dk_metrics_loss(m), DK_JSON_FLOAT);
    dk_json_float(j, "top1", dk_metrics_top1(m), DK_JSON_FLOAT);
    dk_json_open(j, "top1_interval", '[');
    dk_json_float(j, NULL, r->interval.low, DK_JSON_FLOAT);
    dk_json_float(j, NULL, r->interval.high, DK_JSON_FLOAT);
    dk_json_close(j, ']');
    dk_json_float(j, "topk", dk_metrics_topk(m), DK_JSON_FLOAT);
    dk_json_float(j, "macro_f1", dk_metrics_macro_f1(m), DK_JSON_FLOAT);
}

dk_status dk_valid_report_json(const dk_valid_report *r, dk_error *err) {
    dk_buffer text = {0};
    dk_json j = {.out = &text, .lines = true};
    dk_json_open(&j, NULL, '{');
    add_single(&j, r);
    if (r->tta->count > 1) {
        add_tta(&j, r);
    }
    if (r->fitted) {
        add_calibration(&j, r);
    }
    add_tables(&j, &r->single, r->data);
    dk_json_close(&j, '}');
    return dk_json_print(&text, err);
}

/* ---- text ---- */

enum { WIDEST = 24 };

/* Widest name, at least 8 and at most 24 bytes. */
static int name_width(const dk_data *data) {
    size_t width = 8;
    char shown[WIDEST + 1];
    for (int i = 0; i < data->conf.classes; i++) {
        (void)dk_shown_copy(shown, sizeof shown, data->names[i]);
        width = strlen(shown) > width ? strlen(shown) : width;
    }
    return (int)width;
}

static void print_figures(const dk_metrics *m) {
    dk_say("loss %.4f, top 1: %.2f %%", dk_metrics_loss(m), 100 * dk_metrics_top1(m));
    if (m->k > 1) {
        dk_say(", top %d: %.2f %%", m->k, 100 * dk_metrics_topk(m));
    }
    dk_say(", macro F1: %.4f\n", dk_metrics_macro_f1(m));
}

static void print_summary(const dk_valid_report *r) {
    const dk_metrics *m = &r->single;
    dk_say("images %ld, skipped %ld", m->images, m->skipped);
    if (r->excluded) {
        dk_say(", left out by -exclude %d", r->excluded->left_out);
    }
    dk_say("\n");
    print_figures(m);
    dk_say("top 1 within %.2f .. %.2f %% (95 %% bootstrap interval)\n", 100 * r->interval.low,
           100 * r->interval.high);
    if (r->tta->count > 1) {
        dk_say("tta %s (mean of %d views): ", r->tta->name, r->tta->count - r->tta->first);
        print_figures(&r->averaged);
    }
    if (r->fitted) {
        dk_say("temperature %.4f: loss %.4f becomes %.4f; kept in %s\n", r->fitted->temperature,
               r->fitted->loss_before, r->fitted->loss_after, r->fitted_path);
    }
}

void dk_valid_report_text(const dk_valid_report *r) {
    const dk_metrics *m = &r->single;
    const dk_data *data = r->data;
    const int width = name_width(data);
    print_summary(r);
    dk_say("\n%-*s  precision  recall      F1  support\n", width, "class");
    for (int i = 0; i < m->classes; i++) {
        const dk_class_score s = dk_metrics_class(m, i);
        dk_say("%-*.*s  %9.4f  %6.4f  %6.4f  %7ld\n", width, width, data->names[i], s.precision, s.recall,
               s.f1, s.support);
    }
    if (!m->confusion) {
        char count[32];
        dk_say("\nthe confusion matrix is left out: there are more than %s classes\n",
               dk_text_count(count, DK_TABLE_CLASSES));
        return;
    }
    dk_say("\nconfusion (rows: truth, columns: answer)\n%-*s", width, "");
    for (int j = 0; j < m->classes; j++) {
        dk_say(" %8.8s", data->names[j]);
    }
    dk_say("\n");
    for (int i = 0; i < m->classes; i++) {
        dk_say("%-*.*s", width, width, data->names[i]);
        for (int j = 0; j < m->classes; j++) {
            dk_say(" %8ld", m->confusion[i * m->classes + j]);
        }
        dk_say("\n");
    }
}
