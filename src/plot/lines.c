/* Panels of named curves. A name stands where its curve ends, as near as the other names allow, so that no
 * legend has to be searched; seven inks times three kinds of line keep the curves apart. */
#include "plot/lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/panel.h"

enum { WIDTH = 1200, LEFT = 104, TOP = 104, FOOT = 62, BETWEEN = 34, LABEL = 18, ROOMY = 26, MARGIN = 24 };
enum { JOIN = 26, SAMPLE = 26, LEAST_HEIGHT = 380, MOST_NAME = 230 };

/* The last point that has a value; −1: none. */
static int last_point(const double *values, int points) {
    int i = points - 1;
    while (i >= 0 && !isfinite(values[i])) {
        i--;
    }
    return i;
}

typedef struct {
    int curve, last; /* its last point */
    double value, y; /* y: pixels */
} label;

/* The labels of curves that have a value, from the upper one to the lower one. */
static int sort_labels(const dk_lines *l, const dk_panel *p, label labels[DK_LINES_MOST]) {
    int count = 0;
    for (int k = 0; k < l->count; k++) {
        const int last = last_point(p->curves[k].values, l->points);
        if (last < 0) {
            continue;
        }
        const double value = p->curves[k].values[last];
        int place = count++;
        for (; place > 0 && labels[place - 1].value < value; place--) {
            labels[place] = labels[place - 1];
        }
        labels[place] = (label){.curve = k, .last = last, .value = value, .y = dk_panel_height(p, value)};
    }
    return count;
}

/* Pushes labels apart: downwards from the top, then up again where the lower end was passed. */
static void spread(label *labels, int count, double top, double bottom) {
    double least = top;
    for (int i = 0; i < count; i++) {
        labels[i].y = fmax(labels[i].y, least);
        least = labels[i].y + LABEL;
    }
    double most = bottom;
    for (int i = count; i-- > 0;) {
        labels[i].y = fmin(labels[i].y, most);
        most = labels[i].y - LABEL;
    }
}

static void draw_labels(cairo_t *cr, const dk_lines *l, const dk_lines_panel *about, const dk_panel *p,
                        double name_room) {
    label labels[DK_LINES_MOST];
    const int count = sort_labels(l, p, labels);
    const double right = p->box.x + p->box.w, x = right + JOIN;
    spread(labels, count, p->box.y + 6, p->box.y + p->box.h - 6);
    for (int i = 0; i < count; i++) {
        const dk_curve *const c = &p->curves[labels[i].curve];
        char value[32];
        const double end = dk_panel_height(p, labels[i].value);
        dk_canvas_ink(cr, c->ink, .6);
        cairo_set_line_width(cr, 1);
        cairo_move_to(cr, dk_panel_across(p, l->epochs[labels[i].last]) + 5, end);
        cairo_line_to(cr, right + 2, end);
        cairo_line_to(cr, x - 3, labels[i].y);
        cairo_stroke(cr);
        dk_panel_sample(cr, c, x, labels[i].y, SAMPLE);
        dk_canvas_font(cr, 14, false);
        dk_canvas_ink(cr, dk_ink_text, 1);
        dk_canvas_text(cr, x + SAMPLE + 8, labels[i].y + 5, 0, name_room, l->names[labels[i].curve]);
        snprintf(value, sizeof value, about->format, labels[i].value);
        dk_canvas_ink(cr, dk_ink_quiet, 1);
        dk_canvas_text(cr, WIDTH - MARGIN, labels[i].y + 5, 1, 0, value);
    }
}

static dk_axis epoch_axis(const dk_lines *l) {
    double low = l->points > 0 ? l->epochs[0] : 0, high = l->points > 0 ? l->epochs[l->points - 1] : 1;
    if (high <= low) { /* one point: in the middle */
        low -= 1;
        high = low + 2;
    }
    return dk_axis_exact(low, high, 20, 1);
}

static void fill_panel(const dk_lines *l, const dk_lines_panel *about, dk_panel *p) {
    const size_t n = (size_t)l->count * (size_t)l->points;
    p->name = about->name;
    p->x = epoch_axis(l);
    p->y = about->percent ? dk_axis_percent(about->values, n, 8) : dk_axis_fit(about->values, n, 8);
    p->epochs = l->epochs;
    p->count = l->points;
    p->curve_count = l->count;
    for (int k = 0; k < l->count; k++) {
        p->curves[k] = (dk_curve){.ink = dk_ink_class(k),
                                  .dash = k / DK_INK_CLASSES % 3,
                                  .values = about->values + (size_t)k * (size_t)l->points};
    }
}

static double widest_name(cairo_t *cr, const dk_lines *l) {
    double widest = 40;
    dk_canvas_font(cr, 14, false);
    for (int k = 0; k < l->count; k++) {
        widest = fmax(widest, fmin(MOST_NAME, ceil(dk_canvas_width(cr, l->names[k])) + 2));
    }
    return widest;
}

static void draw(cairo_t *cr, const dk_lines *l, int height) {
    const double names = widest_name(cr, l);
    const double width = WIDTH - LEFT - JOIN - SAMPLE - 8 - names - 72 - MARGIN;
    dk_canvas_head(cr, LEFT, WIDTH - LEFT - MARGIN, true, l->title, l->subtitle);
    for (int i = 0; i < l->panel_count; i++) {
        dk_panel p = {.box = {LEFT, TOP + i * (height + BETWEEN), width, height},
                      .foot = i == l->panel_count - 1 ? "epoch" : NULL};
        fill_panel(l, &l->panels[i], &p);
        dk_panel_frame(cr, &p);
        dk_panel_curves(cr, &p);
        draw_labels(cr, l, &l->panels[i], &p, names);
    }
}

dk_status dk_lines_save(const dk_lines *l, dk_fonts *fonts, const char *path, dk_error *err) {
    if (l->count < 1 || l->count > DK_LINES_MOST || l->panel_count < 1 || l->panel_count > DK_LINES_PANELS) {
        return dk_fail(err, DK_EUSAGE, "%s: %d curves; 1 to %d can be told apart", path, l->count,
                       DK_LINES_MOST);
    }
    const int room = l->count * ROOMY, height = room > LEAST_HEIGHT ? room : LEAST_HEIGHT;
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, WIDTH, TOP + l->panel_count * (height + BETWEEN) - BETWEEN + FOOT, fonts,
                          err));
    draw(canvas.cr, l, height);
    return dk_canvas_save(&canvas, path, err);
}
