/* One panel of a chart. Lines are one pixel and lie on half pixels, so that they are sharp. */
#include "plot/panel.h"

#include <math.h>

/* From the frame to the first and last point and to the ends of the upright axis, so that marks are not cut.
 */
static const double inset = 14, headroom = 7;

double dk_panel_across(const dk_panel *p, double epoch) {
    return p->box.x + inset + dk_axis_place(&p->x, epoch) * (p->box.w - 2 * inset);
}

double dk_panel_height(const dk_panel *p, double value) {
    return p->box.y + p->box.h - headroom - dk_axis_place(&p->y, value) * (p->box.h - 2 * headroom);
}

static double sharp(double v) {
    return floor(v) + .5;
}

static void line(cairo_t *cr, double x0, double y0, double x1, double y1) {
    cairo_move_to(cr, x0, y0);
    cairo_line_to(cr, x1, y1);
    cairo_stroke(cr);
}

static double ticks(cairo_t *cr, const dk_panel *p) {
    const dk_rect *b = &p->box;
    char text[32];
    double widest = 0;
    dk_canvas_font(cr, 13, false);
    cairo_set_line_width(cr, 1);
    for (int i = 0; i < p->y.count; i++) {
        const double y = sharp(dk_panel_height(p, p->y.tick[i]));
        dk_canvas_ink(cr, dk_ink_grid, 1);
        line(cr, b->x, y, b->x + b->w, y);
        dk_axis_label(&p->y, p->y.tick[i], text, sizeof text);
        dk_canvas_ink(cr, dk_ink_quiet, 1);
        widest = fmax(widest, dk_canvas_text(cr, b->x - 8, y + 4.5, 1, 0, text));
    }
    for (int i = 0; i < p->x.count; i++) {
        const double x = sharp(dk_panel_across(p, p->x.tick[i]));
        dk_canvas_ink(cr, dk_ink_grid, 1);
        line(cr, x, b->y, x, b->y + b->h);
        if (p->foot != NULL) {
            dk_axis_label(&p->x, p->x.tick[i], text, sizeof text);
            dk_canvas_ink(cr, dk_ink_quiet, 1);
            dk_canvas_text(cr, x, b->y + b->h + 20, .5, 0, text);
        }
    }
    return widest;
}

static void dot(cairo_t *cr, double x, double y, double radius, dk_ink ink) {
    cairo_new_path(cr);
    cairo_arc(cr, x, y, radius, 0, 2 * M_PI);
    dk_canvas_ink(cr, ink, 1);
    cairo_fill(cr);
}

static void set_dash(cairo_t *cr, int dash) {
    static const double dashes[][2] = {{7, 5}, {2, 5}};
    cairo_set_dash(cr, dash > 0 ? dashes[dash - 1] : NULL, dash > 0 ? 2 : 0, 0);
}

void dk_panel_sample(cairo_t *cr, const dk_curve *c, double x, double y, double w) {
    dk_canvas_ink(cr, c->ink, 1);
    cairo_set_line_width(cr, 2.5);
    set_dash(cr, c->dash);
    line(cr, x, y, x + w, y);
    set_dash(cr, 0);
    dot(cr, x + w / 2, y, 3.5, c->ink);
}

static void legend(cairo_t *cr, const dk_panel *p) {
    double x = p->box.x;
    const double y = p->box.y - 12;
    dk_canvas_font(cr, 14, false);
    for (int i = 0; i < p->curve_count; i++) {
        if (p->curves[i].name == NULL) {
            continue;
        }
        dk_panel_sample(cr, &p->curves[i], x, y - 4.5, 28);
        dk_canvas_ink(cr, dk_ink_text, 1);
        x += 36 + dk_canvas_text(cr, x + 36, y, 0, 0, p->curves[i].name) + 28;
    }
}

void dk_panel_frame(cairo_t *cr, const dk_panel *p) {
    const dk_rect *b = &p->box;
    ticks(cr, p);
    dk_canvas_ink(cr, dk_ink_rule, 1);
    cairo_rectangle(cr, sharp(b->x), sharp(b->y), floor(b->w), floor(b->h));
    cairo_stroke(cr);
    dk_canvas_font(cr, 15, true);
    dk_canvas_ink(cr, dk_ink_text, 1);
    if (p->foot != NULL) {
        dk_canvas_text(cr, b->x + b->w / 2, b->y + b->h + 44, .5, 0, p->foot);
    }
    cairo_save(cr);
    cairo_translate(cr, b->x - 64, b->y + b->h / 2);
    cairo_rotate(cr, -M_PI / 2);
    dk_canvas_text(cr, 0, 0, .5, 0, p->name);
    cairo_restore(cr);
    legend(cr, p);
}

/* Two solid neighbours are joined by a solid line, over epochs without a value by a pale one. */
static void curve(cairo_t *cr, const dk_panel *p, const dk_curve *c) {
    const double spacing = p->box.w / fmax(1, p->count);
    int before = -1;
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 2.25);
    set_dash(cr, c->dash);
    cairo_new_path(cr);
    for (int i = 0; i < p->count; i++) {
        if (!isfinite(c->values[i])) {
            continue;
        }
        const double x = dk_panel_across(p, p->epochs[i]), y = dk_panel_height(p, c->values[i]);
        if (before >= 0 && before < i - 1) {
            dk_canvas_ink(cr, c->ink, 1);
            cairo_stroke(cr);
            dk_canvas_ink(cr, c->ink, .4);
            line(cr, dk_panel_across(p, p->epochs[before]), dk_panel_height(p, c->values[before]), x, y);
        }
        if (before >= 0 && before == i - 1) {
            cairo_line_to(cr, x, y);
        } else {
            cairo_move_to(cr, x, y);
        }
        before = i;
    }
    dk_canvas_ink(cr, c->ink, 1);
    cairo_stroke(cr);
    set_dash(cr, 0);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    for (int i = 0; i < p->count; i++) {
        const bool alone =
            (i == 0 || !isfinite(c->values[i - 1])) && (i == p->count - 1 || !isfinite(c->values[i + 1]));
        if (isfinite(c->values[i]) && (spacing > 14 || alone)) {
            dot(cr, dk_panel_across(p, p->epochs[i]), dk_panel_height(p, c->values[i]),
                spacing > 14 ? 3.5 : 2.5, c->ink);
        }
    }
}

void dk_panel_curves(cairo_t *cr, const dk_panel *p) {
    for (int i = 0; i < p->curve_count; i++) {
        curve(cr, p, &p->curves[i]);
    }
}

void dk_panel_rule(cairo_t *cr, dk_panel *p, double epoch, dk_ink ink, double dash) {
    const double x = sharp(dk_panel_across(p, epoch));
    cairo_set_dash(cr, (double[]){dash, 4}, 2, 0);
    cairo_set_line_width(cr, 1.5);
    dk_canvas_ink(cr, ink, 1);
    line(cr, x, p->box.y, x, p->box.y + p->box.h);
    cairo_set_dash(cr, NULL, 0, 0);
    if (p->rule_count < DK_PANEL_LABELS) {
        p->rules[p->rule_count++] = x;
    }
}

void dk_panel_ring(cairo_t *cr, const dk_panel *p, double epoch, double value, dk_ink ink) {
    cairo_new_path(cr);
    cairo_arc(cr, dk_panel_across(p, epoch), dk_panel_height(p, value), 7.5, 0, 2 * M_PI);
    dk_canvas_ink(cr, dk_ink_paper, 1);
    cairo_set_line_width(cr, 5);
    cairo_stroke_preserve(cr);
    dk_canvas_ink(cr, ink, 1);
    cairo_set_line_width(cr, 2.5);
    cairo_stroke(cr);
}

/* ---- where a label stands ---- */

static bool inside(const dk_rect *b, double x, double y) {
    return x > b->x && x < b->x + b->w && y > b->y && y < b->y + b->h;
}

static bool meet(const dk_rect *a, const dk_rect *b) {
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* How much of the curves the box would hide: points of the curves, eight to each epoch. */
static double hidden(const dk_panel *p, const dk_rect *b) {
    double points = 0;
    for (int k = 0; k < p->curve_count; k++) {
        int before = -1;
        for (int i = 0; i < p->count; i++) {
            const double *v = p->curves[k].values;
            if (!isfinite(v[i])) {
                continue;
            }
            const double x = dk_panel_across(p, p->epochs[i]), y = dk_panel_height(p, v[i]);
            const double x0 = before < 0 ? x : dk_panel_across(p, p->epochs[before]);
            const double y0 = before < 0 ? y : dk_panel_height(p, v[before]);
            const int steps = 1 + (int)(fmax(fabs(x - x0), fabs(y - y0)) / 4);
            for (int s = 0; s <= steps; s++) {
                const double t = (double)s / steps;
                points += inside(b, x0 + t * (x - x0), y0 + t * (y - y0));
            }
            before = i;
        }
    }
    return points;
}

static double cost(const dk_panel *p, const dk_rect *b) {
    const dk_rect *f = &p->box;
    double sum = hidden(p, b);
    if (b->x < f->x + 2 || b->x + b->w > f->x + f->w - 2 || b->y < f->y + 2 ||
        b->y + b->h > f->y + f->h - 2) {
        sum += 1e6;
    }
    for (int i = 0; i < p->rule_count; i++) {
        sum += p->rules[i] > b->x && p->rules[i] < b->x + b->w ? 300 : 0;
    }
    for (int i = 0; i < p->taken_count; i++) {
        sum += meet(b, &p->taken[i]) ? 1e5 : 0;
    }
    return sum;
}

/* Tries places to the right and left of the point, ever farther above and below; the first that hides least
 * wins. */
static dk_rect place(const dk_panel *p, double x, double y, double w, double h) {
    dk_rect best = {0};
    double least = INFINITY;
    for (double away = 0; away < p->box.h; away += 7) {
        for (int side = 0; side < 4; side++) {
            const dk_rect b = {(side & 1) == 0 ? x + 11 : x - 11 - w,
                               (side & 2) == 0 ? y - h / 2 - away : y - h / 2 + away, w, h};
            const double c = cost(p, &b) + away / 60;
            if (c < least) {
                least = c;
                best = b;
            }
        }
    }
    return best;
}

void dk_panel_label(cairo_t *cr, dk_panel *p, double epoch, double value, dk_ink ink, const char *text) {
    dk_canvas_font(cr, 14, true);
    const double x = dk_panel_across(p, epoch),
                 y = isfinite(value) ? dk_panel_height(p, value) : p->box.y + 16;
    const dk_rect b = place(p, x, y, dk_canvas_width(cr, text) + 8, 22);
    cairo_rectangle(cr, b.x, b.y, b.w, b.h);
    dk_canvas_ink(cr, dk_ink_paper, .85);
    cairo_fill(cr);
    dk_canvas_ink(cr, ink, 1);
    dk_canvas_text(cr, b.x + 4, b.y + 16, 0, 0, text);
    if (p->taken_count < DK_PANEL_LABELS) {
        p->taken[p->taken_count++] = b;
    }
}
