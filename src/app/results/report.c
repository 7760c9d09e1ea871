/* The report, from top to bottom: how the run ended, its numbers, its pictures, each class, each epoch, the
 * cfg. */
#include "app/results/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/results/html.h"
#include "app/results/pictures.h"
#include "base/file.h"
#include "run/metrics.h"
#include "run/reliability.h"

static const char style[] =
    ":root{color-scheme:light}"
    "body{font:16px/1.5 system-ui,sans-serif;color:#222226;background:#fff;max-width:1100px;margin:2rem auto;"
    "padding:0 1.25rem}"
    "h1{font-size:1.7rem;margin:0}h2{font-size:1.2rem;margin:2.5rem 0 "
    ".75rem}p.quiet{color:#66666d;margin:.25rem 0}"
    "dl.key{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0}dl.key div{border:1px solid #dddde0;"
    "border-radius:8px;padding:.6rem 1rem;min-width:8rem}dl.key dt{color:#66666d;font-size:.85rem}"
    "dl.key dd{margin:0;font-size:1.4rem;font-weight:600}"
    "table{border-collapse:collapse;font-size:.95rem}th,td{padding:.3rem .8rem;text-align:right;"
    "border-bottom:1px solid #e6e6e8}th{color:#66666d;font-weight:600}td:first-child,th:first-child{"
    "text-align:left;padding-left:0}table.facts td{text-align:left;overflow-wrap:anywhere}tr.best "
    "td{font-weight:600;background:#e5f4ef}"
    "div.wide{overflow-x:auto}figure{margin:1.5rem 0}img{max-width:100%;height:auto}"
    "pre{background:#f6f6f7;border:1px solid #e6e6e8;border-radius:8px;padding:1rem;overflow-x:auto;"
    "font-size:.85rem}summary{cursor:pointer}";

static void put(dk_buffer *out, const char *html) {
    dk_buffer_put(out, html, strlen(html));
}

/* A number in a cell; "–" when there is none. */
static void cell(dk_buffer *out, const char *format, double value) {
    put(out, "<td>");
    if (isfinite(value)) {
        char text[48];
        snprintf(text, sizeof text, format, value);
        put(out, text);
    } else {
        put(out, "–");
    }
    put(out, "</td>");
}

static void key_number(dk_buffer *out, const char *name, const char *format, double value) {
    char text[48];
    snprintf(text, sizeof text, format, value);
    dk_buffer_add(out, "<div><dt>%s</dt><dd>%s</dd></div>", name, isfinite(value) ? text : "–");
}

static void key_figure(dk_buffer *out, const char *name, const dk_figure_kind *kind, double value) {
    if (kind->valid != NULL) {
        key_number(out, name, kind->share ? "%.2f&nbsp;%%" : "%.4f", kind->share ? 100 * value : value);
    }
}

static void add_head(dk_buffer *out, const dk_results *r) {
    const char *const ended = dk_results_fact(r, "ended");
    put(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    dk_html_text(out, r->name);
    dk_buffer_add(out, "</title>\n<style>%s</style></head>\n<body>\n<h1><bdi>", style);
    dk_html_text(out, r->name);
    put(out, "</bdi></h1>\n<p class=\"quiet\">");
    dk_html_text(out, ended != NULL ? ended : "not ended");
    dk_buffer_add(out, ", after %d epoch%s</p>\n", r->count, r->count == 1 ? "" : "s");
}

/* The numbers that matter first: of the best epoch, which _best.weights holds, and of the last answers. */
static void add_key_numbers(dk_buffer *out, const dk_results *r) {
    dk_reliability reliability;
    dk_reliability_measure(&reliability, &r->predictions);
    put(out, "<dl class=\"key\">");
    if (r->best >= 0) {
        const dk_log_row *const best = &r->rows[r->best];
        key_number(out, "best epoch", "%g", best->epoch);
        for (int i = 0; i < best->valid.count; i++) {
            char name[64], text[80];
            snprintf(text, sizeof text, "its %s", dk_figure_valid_name(name, &best->valid.kinds[i]));
            key_figure(out, text, &best->valid.kinds[i], best->valid.value[i]);
        }
    }
    if (r->predictions.count > 0 && dk_predictions_are_probabilities(&r->predictions)) {
        key_number(out, "ECE of the last validation", "%.2f&nbsp;%%", 100 * reliability.ece);
    }
    if (r->count > 0) {
        key_number(out, "minutes", "%.1f", r->rows[r->count - 1].seconds / 60);
    }
    put(out, "</dl>\n");
}

static void add_facts(dk_buffer *out, const dk_results *r) {
    if (r->facts == NULL) {
        return;
    }
    put(out, "<h2>What was run</h2>\n<table class=\"facts\">");
    for (int i = 0; i < r->facts->sections[0].count; i++) {
        const dk_pair *const pair = &r->facts->sections[0].pairs[i];
        put(out, "<tr><th>");
        dk_html_text(out, pair->key);
        put(out, "</th><td><bdi>");
        dk_html_text(out, pair->value);
        put(out, "</bdi></td></tr>\n");
    }
    put(out, "</table>\n");
}

static dk_status add_pictures(dk_buffer *out, const dk_results *r, dk_error *err) {
    for (const dk_run_picture *p = dk_run_pictures; p->file != NULL; p++) {
        const char *const path = dk_results_path(r, p->file);
        uint8_t *bytes = NULL;
        size_t size = 0;
        if (path == NULL) {
            return dk_no_memory(err, 0, "the path of a picture");
        }
        if (!dk_path_exists(path)) {
            continue;
        }
        DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
        dk_buffer_add(out, "<h2>%s</h2>\n<figure><img alt=\"%s\" src=\"data:image/png;base64,", p->about,
                      p->about);
        dk_html_base64(out, bytes, size);
        put(out, "\"></figure>\n");
        free(bytes);
    }
    return DK_OK;
}

static dk_status add_classes(dk_buffer *out, const dk_results *r, dk_error *err) {
    const dk_predictions *const p = &r->predictions;
    dk_metrics m;
    if (p->count == 0) {
        return DK_OK;
    }
    DK_TRY(dk_metrics_open(&m, p->classes, 1, r->arena, err));
    for (int i = 0; i < p->count; i++) {
        dk_metrics_count(&m, p->rows[i].truth, p->rows[i].answer);
    }
    put(out, "<h2>Each class, in the last validation</h2>\n<div class=\"wide\"><table><tr><th>class</th>"
             "<th>precision</th><th>recall</th><th>F1</th><th>pictures</th></tr>\n");
    for (int i = 0; i < p->classes; i++) {
        const dk_class_score s = dk_metrics_class(&m, i);
        put(out, "<tr><td><bdi>"); /* a name may be read from right to left */
        dk_html_text(out, p->names[i]);
        put(out, "</bdi></td>");
        cell(out, "%.4f", s.precision);
        cell(out, "%.4f", s.recall);
        cell(out, "%.4f", s.f1);
        cell(out, "%.0f", (double)s.support);
        put(out, "</tr>\n");
    }
    put(out, "</table></div>\n");
    return DK_OK;
}

/* The cells of figures in a row of a table; row NULL: their names, for its head. */
static void figure_cells(dk_buffer *out, const dk_results *r, const dk_log_row *row, bool valid) {
    for (int i = 0; r->task->figures[i].name != NULL; i++) {
        const dk_figure_kind *const kind = &r->task->figures[i];
        char name[64];
        if ((valid ? kind->valid : kind->train) == NULL) {
            continue;
        }
        if (row == NULL) {
            dk_buffer_add(out, "<th>%s</th>", valid ? dk_figure_valid_name(name, kind) : kind->name);
        } else {
            const double value = valid ? row->valid.value[i] : row->train.value[i];
            cell(out, kind->share ? "%.2f %%" : "%.4f", kind->share ? 100 * value : value);
        }
    }
}

static void add_epochs(dk_buffer *out, const dk_results *r) {
    put(out, "<h2>Each epoch</h2>\n<details open><summary>log.csv</summary><div class=\"wide\"><table><tr>"
             "<th>epoch</th><th>rate</th>");
    figure_cells(out, r, NULL, false);
    figure_cells(out, r, NULL, true);
    put(out, "<th>pictures/s</th></tr>\n");
    for (int i = 0; i < r->count; i++) {
        const dk_log_row *const row = &r->rows[i];
        put(out, i == r->best ? "<tr class=\"best\">" : "<tr>");
        cell(out, "%g", row->epoch);
        cell(out, "%.3g", row->rate);
        figure_cells(out, r, row, false);
        figure_cells(out, r, row, true);
        cell(out, "%.0f", row->images_per_second);
        put(out, "</tr>\n");
    }
    put(out, "</table></div></details>\n");
}

/* The copy of the cfg that the run has left. */
static dk_status add_cfg(dk_buffer *out, const dk_results *r, dk_error *err) {
    const char *const cfg = dk_results_fact(r, "cfg");
    const char *const path = cfg != NULL ? dk_results_path(r, dk_path_name(cfg)) : NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (path == NULL || !dk_path_exists(path)) {
        return DK_OK;
    }
    DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
    put(out, "<h2>The network</h2>\n<details open><summary>");
    dk_html_text(out, dk_path_name(cfg));
    put(out, "</summary><pre>");
    dk_html_text(out, (const char *)bytes);
    put(out, "</pre></details>\n");
    free(bytes);
    return DK_OK;
}

static dk_status fill(dk_buffer *out, const dk_results *r, dk_error *err) {
    add_head(out, r);
    add_key_numbers(out, r);
    DK_TRY(add_pictures(out, r, err));
    DK_TRY(add_classes(out, r, err));
    add_epochs(out, r);
    add_facts(out, r);
    DK_TRY(add_cfg(out, r, err));
    put(out, "</body></html>\n");
    return out->failed ? dk_no_memory(err, out->size, "the report") : DK_OK;
}

dk_status dk_report_save(const dk_results *r, dk_error *err) {
    dk_buffer out = {0};
    const char *const path = dk_results_path(r, "report.html");
    dk_status status = path != NULL ? fill(&out, r, err) : dk_no_memory(err, 0, "the path of report.html");
    if (status == DK_OK) {
        status = dk_file_write(path, out.text, out.size, err);
    }
    dk_buffer_free(&out);
    return status;
}
