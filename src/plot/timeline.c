/* A row for each face over one axis of seconds. Points are averaged over a pixel's width, so that ten minutes at
 * thirty frames a second are no heavier than ten seconds. */
#include "plot/timeline.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "plot/panel.h"

enum { WIDTH = 1200, LEFT = 104, RIGHT = 206, HEAD = 84, LEGEND = 26, FOOT = 62, BETWEEN = 16, MARGIN = 24 };
enum { SWATCH = 14, NAME_ROOM = 150 };

/* Which rows and classes the picture has room for; what is left of a point's sum is drawn as "others". */
typedef struct {
    const dk_timeline *t;
    const dk_timeline_face *face[DK_TIMELINE_ROWS]; /* by time of arrival */
    int faces, left_out;
    int class[DK_TIMELINE_CLASSES];
    int classes;
    double end; /* seconds */
    double top, height;
} picture;

static double length_of(const dk_timeline_face *f) {
    return f->times[f->points - 1] - f->times[0];
}

/* The longest visits, kept in the order they came in. */
static void choose_faces(picture *p) {
    const dk_timeline *t = p->t;
    for (int i = 0; i < t->count; i++) {
        const dk_timeline_face *f = &t->faces[i];
        if (f->points == 0) {
            continue;
        }
        p->end = fmax(p->end, f->times[f->points - 1]);
        if (p->faces == DK_TIMELINE_ROWS) {
            int least = 0;
            for (int k = 1; k < p->faces; k++) {
                least = length_of(p->face[k]) < length_of(p->face[least]) ? k : least;
            }
            p->left_out++;
            if (length_of(f) <= length_of(p->face[least])) {
                continue;
            }
            p->faces--;
            memmove(&p->face[least], &p->face[least + 1], (size_t)(p->faces - least) * sizeof(p->face[0]));
        }
        p->face[p->faces++] = f;
    }
}

/* All classes, or those with the largest sums when they are too many; either way in their order. */
static dk_status choose_classes(picture *p, dk_error *err) {
    const int classes = p->t->classes;
    double *sum = calloc((size_t)classes, sizeof *sum);
    if (sum == NULL) {
        return dk_no_memory(err, (size_t)classes * sizeof *sum, "the timeline");
    }
    for (int i = 0; i < p->faces; i++) {
        const dk_timeline_face *f = p->face[i];
        for (size_t v = 0; v < (size_t)f->points * (size_t)classes; v++) {
            sum[v % (size_t)classes] += f->values[v];
        }
    }
    for (int k = 0; k < classes; k++) {
        int larger = 0;
        for (int other = 0; other < classes; other++) {
            larger += sum[other] > sum[k] || (sum[other] == sum[k] && other < k);
        }
        if (larger < DK_TIMELINE_CLASSES) {
            p->class[p->classes++] = k;
        }
    }
    free(sum);
    return DK_OK;
}

/* Means over a pixel's width: x in pixels, and the upper edge of every area, 0…1. */
typedef struct {
    int count;
    double x[WIDTH], edge[WIDTH][DK_TIMELINE_CLASSES];
} columns;

static void add_column(columns *c, double x, const double *sum, int classes, int points) {
    double edge = 0;
    for (int k = 0; k < classes; k++) {
        edge += sum[k] / points;
        c->edge[c->count][k] = fmin(edge, 1);
    }
    c->x[c->count++] = x;
}

static void fill_columns(const picture *p, const dk_panel *panel, const dk_timeline_face *f, columns *c) {
    double sum[DK_TIMELINE_CLASSES] = {0}, x = 0;
    int points = 0;
    c->count = 0;
    for (int i = 0; i < f->points; i++) {
        const double at = dk_panel_across(panel, f->times[i]);
        if (points > 0 && floor(at) > floor(x) && c->count < WIDTH - 1) {
            add_column(c, x, sum, p->classes, points);
            memset(sum, 0, sizeof sum);
            points = 0;
        }
        x = at;
        for (int k = 0; k < p->classes; k++) {
            sum[k] += f->values[(size_t)i * (size_t)p->t->classes + (size_t)p->class[k]];
        }
        points++;
    }
    add_column(c, x, sum, p->classes, points);
}

/* From the last area to the first: each is drawn down to the bottom, and the next one over it. */
static void draw_areas(cairo_t *cr, const picture *p, const dk_panel *panel, const columns *c) {
    const double bottom = dk_panel_height(panel, 0), last = c->x[c->count - 1] + 1; /* one point: one pixel */
    cairo_rectangle(cr, c->x[0], dk_panel_height(panel, 100), last - c->x[0],
                    bottom - dk_panel_height(panel, 100));
    dk_canvas_ink(cr, dk_ink_grid, 1);
    cairo_fill(cr);
    for (int k = p->classes; k-- > 0;) {
        cairo_move_to(cr, c->x[0], bottom);
        for (int i = 0; i < c->count; i++) {
            cairo_line_to(cr, c->x[i], dk_panel_height(panel, 100 * c->edge[i][k]));
        }
        cairo_line_to(cr, last, dk_panel_height(panel, 100 * c->edge[c->count - 1][k]));
        cairo_line_to(cr, last, bottom);
        cairo_close_path(cr);
        dk_canvas_ink(cr, dk_ink_class(p->class[k]), 1);
        cairo_fill(cr);
    }
}

/* Beside the row: the class that it was named longest, in percent of the time that it had a name, and when it was there. */
static void draw_facts(cairo_t *cr, const picture *p, const dk_panel *panel, const dk_timeline_face *f) {
    const int classes = p->t->classes;
    const double x = panel->box.x + panel->box.w + 12, y = panel->box.y + panel->box.h / 2;
    double all = 0;
    int best = 0;
    char text[64];
    for (int k = 0; k < classes; k++) {
        best = f->seconds[k] > f->seconds[best] ? k : best;
        all += f->seconds[k];
    }
    dk_canvas_ink(cr, dk_ink_class(best), 1);
    cairo_rectangle(cr, x, y - 15, SWATCH, SWATCH);
    cairo_fill(cr);
    snprintf(text, sizeof text, "%.0f %%", 100 * f->seconds[best] / fmax(all, DBL_MIN));
    dk_canvas_font(cr, 14, true);
    dk_canvas_ink(cr, dk_ink_text, 1);
    const double percent = dk_canvas_text(cr, WIDTH - MARGIN, y - 3, 1, 0, text);
    dk_canvas_text(cr, x + SWATCH + 8, y - 3, 0, WIDTH - MARGIN - percent - 8 - x - SWATCH - 8,
                   p->t->names[best]);
    snprintf(text, sizeof text, "%.1f – %.1f s", f->times[0], f->times[f->points - 1]);
    dk_canvas_font(cr, 13, false);
    dk_canvas_ink(cr, dk_ink_quiet, 1);
    dk_canvas_text(cr, x, y + 17, 0, WIDTH - MARGIN - x, text);
}

/* Squares with the names of the areas, in the order in which they are stacked. Returns its rows; draws with cr. */
static int draw_legend(cairo_t *cr, const picture *p, bool draw) {
    double x = LEFT;
    int row = 0;
    dk_canvas_font(cr, 14, false);
    for (int i = 0; i < p->classes + (p->classes < p->t->classes); i++) {
        const bool others = i == p->classes;
        const char *name = others ? "others" : p->t->names[p->class[i]];
        const double w = SWATCH + 8 + fmin(NAME_ROOM, dk_canvas_width(cr, name)) + 26;
        if (x + w > WIDTH - MARGIN && x > LEFT) {
            x = LEFT;
            row++;
        }
        const double y = HEAD + row * LEGEND;
        if (draw) {
            dk_canvas_ink(cr, others ? dk_ink_grid : dk_ink_class(p->class[i]), 1);
            cairo_rectangle(cr, x, y, SWATCH, SWATCH);
            cairo_fill(cr);
            dk_canvas_ink(cr, dk_ink_text, 1);
            dk_canvas_text(cr, x + SWATCH + 8, y + 12, 0, NAME_ROOM, name);
        }
        x += w;
    }
    return row + 1;
}

static void draw_head(cairo_t *cr, const picture *p) {
    char text[512], more[80] = "";
    const char *subtitle = p->t->subtitle != NULL ? p->t->subtitle : "";
    if (p->left_out > 0) {
        snprintf(more, sizeof more, "the %d of %d faces that were seen longest", p->faces,
                 p->faces + p->left_out);
    } else if (p->faces == 0) {
        snprintf(more, sizeof more, "no face was seen");
    }
    snprintf(text, sizeof text, "%s%s%s", subtitle, *subtitle && *more ? "; " : "", more);
    dk_canvas_head(cr, LEFT, WIDTH - LEFT - MARGIN, true, p->t->title, text);
}

static void draw(cairo_t *cr, const picture *p, columns *scratch) {
    draw_head(cr, p);
    if (p->faces > 0) {
        (void)draw_legend(cr, p, true);
    }
    for (int i = 0; i < p->faces; i++) {
        char name[32];
        snprintf(name, sizeof name, "face %d", p->face[i]->id);
        dk_panel panel = {.box = {LEFT, p->top + i * (p->height + BETWEEN), WIDTH - LEFT - RIGHT, p->height},
                          .name = name,
                          .x = dk_axis_exact(0, fmax(p->end, .1), 15, .1),
                          .y = dk_axis_exact(0, 100, p->height > 120 ? 4 : 2, 1),
                          .foot = i == p->faces - 1 ? "seconds" : NULL};
        dk_panel_frame(cr, &panel);
        fill_columns(p, &panel, p->face[i], scratch);
        draw_areas(cr, p, &panel, scratch);
        draw_facts(cr, p, &panel, p->face[i]);
    }
}

static dk_status save(picture *p, columns *scratch, dk_fonts *fonts, const char *path, dk_error *err) {
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, 1, 1, fonts, err)); /* to measure the legend on */
    const int legend = p->faces > 0 ? draw_legend(canvas.cr, p, false) * LEGEND : 0;
    dk_canvas_close(&canvas);
    p->top = HEAD + legend + 14;
    p->height = p->faces <= 1 ? 340 : p->faces <= 3 ? 200 : p->faces <= 8 ? 128 : 92;
    const double rows = p->faces > 0 ? p->faces * (p->height + BETWEEN) - BETWEEN + FOOT : 0;
    DK_TRY(dk_canvas_open(&canvas, WIDTH, (int)(p->top + rows), fonts, err));
    draw(canvas.cr, p, scratch);
    return dk_canvas_save(&canvas, path, err);
}

dk_status dk_timeline_save(const dk_timeline *timeline, dk_fonts *fonts, const char *path, dk_error *err) {
    picture p = {.t = timeline, .end = timeline->seconds};
    choose_faces(&p);
    DK_TRY(choose_classes(&p, err));
    columns *scratch = malloc(sizeof *scratch);
    if (scratch == NULL) {
        return dk_no_memory(err, sizeof *scratch, "the timeline");
    }
    const dk_status status = save(&p, scratch, fonts, path, err);
    free(scratch);
    return status;
}
