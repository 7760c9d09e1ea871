/* The chart of a training run: three panels over one epoch axis. What a panel looks like is panel.c's affair,
 * which numbers stand at the axes axis.c's. */
#include "plot/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "plot/panel.h"

enum { WIDTH = 1200, HEIGHT = 900 };
enum { EPOCH, TRAIN_LOSS, VALID_LOSS, TRAIN_MAIN, VALID_MAIN, RATE, COLUMNS };
enum { LOSS, MAIN, LEARNING, PANELS };

/* What stands at the figure beside the loss. */
typedef struct {
    char axis[80], train[80], valid[80];
} labels;

static double scale(const dk_chart *chart) {
    return chart->share ? 100 : 1;
}

/* The points as columns of `count` numbers each; shares in percent. */
static void fill_columns(const dk_chart *chart, double *column[COLUMNS]) {
    for (int i = 0; i < chart->count; i++) {
        const dk_chart_point *p = &chart->points[i];
        column[EPOCH][i] = p->epoch;
        column[TRAIN_LOSS][i] = p->train_loss;
        column[VALID_LOSS][i] = p->valid_loss;
        column[TRAIN_MAIN][i] = scale(chart) * p->train_main;
        column[VALID_MAIN][i] = scale(chart) * p->valid_main;
        column[RATE][i] = p->rate;
    }
}

static dk_axis epoch_axis(const dk_chart *chart) {
    double low = 1, high = chart->epochs;
    for (int i = 0; i < chart->count; i++) {
        low = fmin(low, chart->points[i].epoch);
        high = fmax(high, chart->points[i].epoch);
    }
    if (high <= low) { /* one point: in the middle */
        low -= 1;
        high = low + 2;
    }
    return dk_axis_exact(low, high, 20, 1);
}

static void lay_out(const dk_chart *chart, double *column[COLUMNS], const labels *l,
                    dk_panel panels[PANELS]) {
    const size_t n = (size_t)chart->count;
    const dk_axis x = epoch_axis(chart);
    panels[LOSS] = (dk_panel){.box = {104, 122, 1066, 290},
                              .name = "loss",
                              .y = dk_axis_fit(column[TRAIN_LOSS], 2 * n, 7),
                              .curves = {{"training loss", dk_ink_blue, column[TRAIN_LOSS]},
                                         {"validation loss", dk_ink_vermilion, column[VALID_LOSS]}},
                              .curve_count = 2};
    panels[MAIN] = (dk_panel){.box = {104, 460, 1066, 210},
                              .name = l->axis,
                              .y = chart->share ? dk_axis_percent(column[TRAIN_MAIN], 2 * n, 6)
                                                : dk_axis_fit(column[TRAIN_MAIN], 2 * n, 6),
                              .curves = {{l->valid, dk_ink_vermilion, column[VALID_MAIN]},
                                         {l->train, dk_ink_blue, column[TRAIN_MAIN]}},
                              .curve_count = chart->main_trained ? 2 : 1};
    panels[LEARNING] = (dk_panel){.box = {104, 708, 1066, 128},
                                  .name = "learning rate",
                                  .y = dk_axis_fit(column[RATE], n, 3),
                                  .curves = {{NULL, dk_ink_text, column[RATE]}},
                                  .curve_count = 1,
                                  .foot = "epoch"};
    for (int i = 0; i < PANELS; i++) {
        panels[i].x = x;
        panels[i].epochs = column[EPOCH];
        panels[i].count = chart->count;
    }
}

static bool within(const dk_chart *chart, int index) {
    return index >= 0 && index < chart->count;
}

/* A ring around the value of the best epoch, and the value beside it. */
static void draw_best(cairo_t *cr, dk_panel *panel, double epoch, double value, const char *format) {
    char text[64];
    if (isfinite(value)) {
        snprintf(text, sizeof text, format, value);
        dk_panel_ring(cr, panel, epoch, value, dk_ink_green);
        dk_panel_label(cr, panel, epoch, value, dk_ink_green, text);
    }
}

static void draw_marks(cairo_t *cr, const dk_chart *chart, dk_panel panels[PANELS]) {
    char text[64];
    if (within(chart, chart->best)) {
        const dk_chart_point *p = &chart->points[chart->best];
        draw_best(cr, &panels[LOSS], p->epoch, p->valid_loss, "%.4g");
        draw_best(cr, &panels[MAIN], p->epoch, scale(chart) * p->valid_main,
                  chart->share ? "%.2f %%" : "%.4g");
        snprintf(text, sizeof text, "best: epoch %g", p->epoch);
        dk_panel_label(cr, &panels[LOSS], p->epoch, NAN, dk_ink_green, text);
    }
    if (within(chart, chart->stopped)) {
        const double epoch = chart->points[chart->stopped].epoch;
        snprintf(text, sizeof text, "early stop: epoch %g", epoch);
        dk_panel_label(cr, &panels[LOSS], epoch, NAN, dk_ink_purple, text);
    }
}

static void draw(cairo_t *cr, const dk_chart *chart, dk_panel panels[PANELS]) {
    const double left = panels[LOSS].box.x, room = panels[LOSS].box.w;
    dk_canvas_head(cr, left, room, true, chart->title != NULL ? chart->title : "training",
                   chart->subtitle != NULL ? chart->subtitle : "");
    for (int i = 0; i < PANELS; i++) {
        dk_panel_frame(cr, &panels[i]);
        if (within(chart, chart->best)) {
            dk_panel_rule(cr, &panels[i], chart->points[chart->best].epoch, dk_ink_green, 2);
        }
        if (within(chart, chart->stopped)) {
            dk_panel_rule(cr, &panels[i], chart->points[chart->stopped].epoch, dk_ink_purple, 9);
        }
        dk_panel_curves(cr, &panels[i]);
    }
    draw_marks(cr, chart, panels);
}

dk_status dk_chart_save(const dk_chart *chart, dk_fonts *fonts, const char *path, dk_error *err) {
    const size_t n = chart->count > 0 ? (size_t)chart->count : 1, bytes = COLUMNS * n * sizeof(double);
    double *numbers = malloc(bytes), *column[COLUMNS];
    if (numbers == NULL) {
        return dk_no_memory(err, bytes, "the chart");
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = numbers + i * n; /* neighbours TRAIN_ and VALID_ are one span of 2n for the axes */
    }
    fill_columns(chart, column);
    dk_panel panels[PANELS];
    labels l;
    snprintf(l.axis, sizeof l.axis, chart->share ? "%s (%%)" : "%s", chart->main);
    snprintf(l.train, sizeof l.train, "training %s", chart->main);
    snprintf(l.valid, sizeof l.valid, "validation %s", chart->main);
    lay_out(chart, column, &l, panels);
    dk_canvas canvas;
    dk_status status = dk_canvas_open(&canvas, WIDTH, HEIGHT, fonts, err);
    if (status == DK_OK) {
        draw(canvas.cr, chart, panels);
        status = dk_canvas_save(&canvas, path, err);
    }
    free(numbers);
    return status;
}
