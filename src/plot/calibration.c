/* A reliability diagram (DeGroot & Fienberg 1983): bars of the share of right answers; the gap to the mean
 * probability is drawn on top of each, and the diagonal is where a calibrated network stands. */
#include "plot/calibration.h"

#include <math.h>
#include <stdio.h>

#include "plot/panel.h"

enum { WIDTH = 760, HEIGHT = 900, MARGIN = 28 };
static const dk_rect upper = {96, 140, 636, 500}, lower = {96, 668, 636, 150};
static const double solid = .85, pale = .35; /* opacity of bars and of gaps */

static double across(double probability) {
    return upper.x + probability * upper.w;
}

static double upright(const dk_rect *b, double share) {
    return b->y + b->h * (1 - share);
}

static double sharp(double v) {
    return floor(v) + .5;
}

/* Grid, ticks and frame of a box whose upright axis is in percent. */
static void draw_frame(cairo_t *cr, const dk_rect *b, const dk_axis *y, bool foot) {
    char text[32];
    dk_canvas_font(cr, 13, false);
    cairo_set_line_width(cr, 1);
    for (int i = 0; i < y->count; i++) {
        const double at = sharp(upright(b, dk_axis_place(y, y->tick[i])));
        dk_canvas_ink(cr, dk_ink_grid, 1);
        cairo_move_to(cr, b->x, at);
        cairo_line_to(cr, b->x + b->w, at);
        cairo_stroke(cr);
        dk_axis_label(y, y->tick[i], text, sizeof text);
        dk_canvas_ink(cr, dk_ink_quiet, 1);
        dk_canvas_text(cr, b->x - 8, at + 4.5, 1, 0, text);
    }
    for (int i = 0; foot && i <= 10; i++) {
        snprintf(text, sizeof text, "%d", 10 * i);
        dk_canvas_ink(cr, dk_ink_quiet, 1);
        dk_canvas_text(cr, across(i / 10.), b->y + b->h + 20, .5, 0, text);
    }
}

static void draw_border(cairo_t *cr, const dk_rect *b, const char *name) {
    cairo_set_line_width(cr, 1);
    dk_canvas_ink(cr, dk_ink_rule, 1);
    cairo_rectangle(cr, sharp(b->x), sharp(b->y), b->w, b->h);
    cairo_stroke(cr);
    dk_canvas_font(cr, 15, true);
    dk_canvas_ink(cr, dk_ink_text, 1);
    cairo_save(cr);
    cairo_translate(cr, b->x - 52, b->y + b->h / 2);
    cairo_rotate(cr, -M_PI / 2);
    dk_canvas_text(cr, 0, 0, .5, 0, name);
    cairo_restore(cr);
}

static void bar(cairo_t *cr, const dk_rect *b, double x, double w, double from, double to, dk_ink ink,
                double alpha) {
    const double top = upright(b, fmax(from, to)), bottom = upright(b, fmin(from, to));
    dk_canvas_ink(cr, ink, alpha);
    cairo_rectangle(cr, x, top, w, bottom - top);
    cairo_fill(cr);
}

static void draw_dashes(cairo_t *cr, double x0, double y0, double x1, double y1) {
    dk_canvas_ink(cr, dk_ink_text, 1);
    cairo_set_line_width(cr, 1.5);
    cairo_set_dash(cr, (double[]){6, 5}, 2, 0);
    cairo_move_to(cr, x0, y0);
    cairo_line_to(cr, x1, y1);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
}

static void draw_bins(cairo_t *cr, const dk_calibration_chart *c) {
    const double w = upper.w / c->bins;
    for (int b = 0; b < c->bins; b++) {
        const double x = upper.x + b * w + 1.5, inner = w - 3;
        if (c->count[b] == 0) {
            continue;
        }
        const bool too_sure = c->probability[b] > c->accuracy[b];
        bar(cr, &upper, x, inner, 0, fmin(c->accuracy[b], c->probability[b]), dk_ink_blue, solid);
        bar(cr, &upper, x, inner, c->accuracy[b], c->probability[b],
            too_sure ? dk_ink_vermilion : dk_ink_blue, pale);
        const double y = sharp(upright(&upper, c->probability[b]));
        dk_canvas_ink(cr, dk_ink_vermilion, 1);
        cairo_set_line_width(cr, 2.5);
        cairo_move_to(cr, x, y);
        cairo_line_to(cr, x + inner, y);
        cairo_stroke(cr);
    }
    draw_dashes(cr, upper.x, upper.y + upper.h, upper.x + upper.w, upper.y);
}

/* Shares of the answers in percent. */
static void draw_counts(cairo_t *cr, const dk_calibration_chart *c) {
    double sum = 0, most = 0;
    for (int b = 0; b < c->bins; b++) {
        sum += (double)c->count[b];
        most = fmax(most, (double)c->count[b]);
    }
    const dk_axis y = dk_axis_linear(0, sum > 0 ? fmin(100, 105 * most / sum) : 100, 4);
    const double w = lower.w / c->bins;
    draw_frame(cr, &lower, &y, true);
    for (int b = 0; b < c->bins && sum > 0; b++) {
        const double share = dk_axis_place(&y, 100 * (double)c->count[b] / sum);
        bar(cr, &lower, lower.x + b * w + 1.5, w - 3, 0, share, dk_ink_quiet, .8);
    }
}

static void draw_legend(cairo_t *cr) {
    const struct {
        dk_ink ink;
        double alpha, top, height; /* of the swatch, from 0 to 13 */
        const char *text;
    } rows[] = {{dk_ink_blue, solid, 0, 13, "right"},
                {dk_ink_vermilion, 1, 5, 2.5, "mean probability"},
                {dk_ink_vermilion, pale, 0, 13, "too sure"},
                {dk_ink_blue, pale, 0, 13, "not sure enough"}};
    const double y = upper.y - 14;
    double x = upper.x;
    dk_canvas_font(cr, 14, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dk_canvas_ink(cr, rows[i].ink, rows[i].alpha);
        cairo_rectangle(cr, x, y - 11 + rows[i].top, 20, rows[i].height);
        cairo_fill(cr);
        dk_canvas_ink(cr, dk_ink_text, 1);
        x += 27 + dk_canvas_text(cr, x + 27, y, 0, 0, rows[i].text) + 20;
    }
    draw_dashes(cr, x, y - 4.5, x + 28, y - 4.5);
    dk_canvas_text(cr, x + 35, y, 0, 0, "calibrated");
}

static void draw(cairo_t *cr, const dk_calibration_chart *c) {
    const dk_axis percent = dk_axis_linear(0, 100, 10);
    dk_canvas_head(cr, MARGIN, WIDTH - 2 * MARGIN, false, c->title, c->subtitle);
    draw_legend(cr);
    draw_frame(cr, &upper, &percent, false);
    draw_bins(cr, c);
    draw_border(cr, &upper, "right answers (%)");
    draw_counts(cr, c);
    draw_border(cr, &lower, "answers (%)");
    dk_canvas_text(cr, lower.x + lower.w / 2, lower.y + lower.h + 46, .5, 0, "probability of the answer (%)");
}

dk_status dk_calibration_chart_save(const dk_calibration_chart *c, dk_fonts *fonts, const char *path,
                                    dk_error *err) {
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, WIDTH, HEIGHT, fonts, err));
    draw(canvas.cr, c);
    return dk_canvas_save(&canvas, path, err);
}
