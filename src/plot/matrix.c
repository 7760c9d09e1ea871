/* A confusion matrix. Right answers are blue, mistakes vermilion, both the deeper the larger their share of the
 * row; a pair that colour-blind people tell apart. Below stands each answer's precision, at the right how many
 * pictures a row has. */
#include "plot/matrix.h"

#include <math.h>
#include <stdio.h>

#include "plot/canvas.h"

enum { MARGIN = 28, HEAD = 96, GAP = 10, MOST_NAME = 190, NUMBERS = 32, SMALLEST = 11 };

typedef struct {
    double cell, left, top, names; /* top, left: of the cells; names: room of a name */
    double font;                   /* of names */
    int down, across;     /* every how many rows and columns are named: small cells have no room for all */
    bool numbers, tilted; /* tilted: names above the columns stand at 45° */
    int w, h;
} layout;

static long row_sum(const dk_matrix *m, int row) {
    long sum = 0;
    for (int j = 0; j < m->classes; j++) {
        sum += m->counts[row * m->classes + j];
    }
    return sum;
}

static long column_sum(const dk_matrix *m, int column) {
    long sum = 0;
    for (int i = 0; i < m->classes; i++) {
        sum += m->counts[i * m->classes + column];
    }
    return sum;
}

static double cell_size(int classes) {
    return classes <= 8 ? 88 : classes <= 12 ? 72 : classes <= NUMBERS ? 54 : fmax(2, floor(1600. / classes));
}

static dk_status lay_out(const dk_matrix *m, dk_fonts *fonts, layout *out, dk_error *err) {
    layout l = {.cell = cell_size(m->classes), .numbers = m->classes <= NUMBERS};
    l.font = l.numbers ? 15 : fmax(SMALLEST, fmin(15, l.cell - 2));
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, 1, 1, fonts, err)); /* to measure the names on */
    dk_canvas_font(canvas.cr, l.font, false);
    double widest = 30;
    for (int i = 0; i < m->classes; i++) {
        widest = fmax(widest, ceil(dk_canvas_width(canvas.cr, m->names[i])) + 2);
    }
    dk_canvas_close(&canvas);
    l.names = fmin(MOST_NAME, widest);
    l.tilted = widest > l.cell - 8;
    l.down = (int)ceil((l.font + 2) / l.cell);
    l.across = l.tilted ? (int)ceil((l.font + 2) * M_SQRT2 / l.cell) : 1;
    l.left = MARGIN + 26 + fmax(l.names, 74) + GAP;
    l.top = HEAD + 26 + (l.tilted ? l.names * M_SQRT1_2 + l.font : l.font) + GAP;
    const double side = l.cell * m->classes, lean = l.tilted ? l.names * M_SQRT1_2 - 50 : 0;
    l.w = (int)(l.left + side + 74 + fmax(0, lean) + MARGIN);
    l.h = (int)(l.top + side + (l.numbers ? 40 : 0) + MARGIN);
    *out = l;
    return DK_OK;
}

static dk_ink mix(dk_ink ink, double share) {
    const double t = pow(share, .7);
    return (dk_ink){1 - t * (1 - ink.r), 1 - t * (1 - ink.g), 1 - t * (1 - ink.b)};
}

/* Relative luminance (Rec. 709, on linear values taken as squares) says which text can be read on an ink. */
static bool is_deep(dk_ink ink) {
    return .2126 * ink.r * ink.r + .7152 * ink.g * ink.g + .0722 * ink.b * ink.b < .3;
}

static void write_numbers(cairo_t *cr, const layout *l, double x, double y, long count, double share,
                          bool deep) {
    char text[32];
    const double middle = x + l->cell / 2, large = l->cell > 60 ? 17 : 13, small = l->cell > 60 ? 13 : 11;
    if (count == 0) {
        dk_canvas_font(cr, small, false);
        dk_canvas_ink(cr, dk_ink_rule, .7);
        dk_canvas_text(cr, middle, y + l->cell / 2 + small / 3, .5, 0, "0");
        return;
    }
    const double percent = 100 * share;
    snprintf(text, sizeof text, percent < .95 ? "%.1f %%" : "%.0f %%", percent);
    dk_canvas_ink(cr, deep ? dk_ink_paper : dk_ink_text, 1);
    dk_canvas_font(cr, large, true);
    dk_canvas_text(cr, middle, y + l->cell / 2 - 1, .5, l->cell - 4, text);
    snprintf(text, sizeof text, "%ld", count);
    dk_canvas_font(cr, small, false);
    dk_canvas_text(cr, middle, y + l->cell / 2 + small + 5, .5, l->cell - 4, text);
}

static void draw_cells(cairo_t *cr, const dk_matrix *m, const layout *l) {
    for (int i = 0; i < m->classes; i++) {
        const double sum = fmax(1, (double)row_sum(m, i));
        for (int j = 0; j < m->classes; j++) {
            const long count = m->counts[i * m->classes + j];
            const double share = (double)count / sum, x = l->left + j * l->cell, y = l->top + i * l->cell;
            const dk_ink ink = mix(i == j ? dk_ink_blue : dk_ink_vermilion, share);
            dk_canvas_ink(cr, ink, 1);
            cairo_rectangle(cr, x, y, l->cell, l->cell);
            cairo_fill(cr);
            if (l->numbers) {
                write_numbers(cr, l, x, y, count, share, is_deep(ink));
            }
        }
    }
    for (int i = 1; l->numbers && i < m->classes; i++) {
        const double end = l->cell * m->classes;
        dk_canvas_ink(cr, dk_ink_grid, 1);
        cairo_rectangle(cr, l->left + i * l->cell - 1, l->top, 1, end);
        cairo_rectangle(cr, l->left, l->top + i * l->cell - 1, end, 1);
        cairo_fill(cr);
    }
    dk_canvas_ink(cr, dk_ink_rule, 1);
    cairo_set_line_width(cr, 1);
    cairo_rectangle(cr, l->left - .5, l->top - .5, l->cell * m->classes, l->cell * m->classes);
    cairo_stroke(cr);
}

static void draw_column_name(cairo_t *cr, const layout *l, double x, const char *name) {
    const double y = l->top - GAP;
    if (!l->tilted) {
        dk_canvas_text(cr, x, y, .5, 0, name);
        return;
    }
    cairo_save(cr);
    cairo_translate(cr, x + l->font / 3, y);
    cairo_rotate(cr, -M_PI / 4);
    dk_canvas_text(cr, 0, 0, 0, l->names, name);
    cairo_restore(cr);
}

/* Names beside the rows and above the columns; with numbers, sums at the right and precision below. */
static void draw_margins(cairo_t *cr, const dk_matrix *m, const layout *l) {
    const double end = l->cell * m->classes, small = l->cell > 60 ? 14 : 12;
    char text[32];
    for (int i = 0; i < m->classes; i++) {
        const double middle = (i + .5) * l->cell;
        dk_canvas_font(cr, l->font, false);
        dk_canvas_ink(cr, dk_ink_text, 1);
        if (i % l->down == 0) {
            dk_canvas_text(cr, l->left - GAP, l->top + middle + l->font / 3, 1, l->names, m->names[i]);
        }
        if (i % l->across == 0) {
            draw_column_name(cr, l, l->left + middle, m->names[i]);
        }
        if (!l->numbers) {
            continue;
        }
        const long answered = column_sum(m, i);
        const double right = (double)m->counts[i * m->classes + i];
        dk_canvas_font(cr, small, false);
        dk_canvas_ink(cr, dk_ink_quiet, 1);
        snprintf(text, sizeof text, "%ld", row_sum(m, i));
        dk_canvas_text(cr, l->left + end + GAP, l->top + middle + small / 3, 0, 0, text);
        snprintf(text, sizeof text, answered > 0 ? "%.0f %%" : "–",
                 answered > 0 ? 100 * right / (double)answered : 0);
        dk_canvas_text(cr, l->left + middle, l->top + end + 22, .5, 0, text);
    }
    if (l->numbers) {
        dk_canvas_text(cr, l->left - GAP, l->top + end + 22, 1, 0, "precision");
        dk_canvas_text(cr, l->left + end + GAP, l->top + end + 22, 0, 0, "pictures");
    }
}

static void draw_words(cairo_t *cr, const dk_matrix *m, const layout *l) {
    const double side = l->cell * m->classes;
    dk_canvas_head(cr, MARGIN, l->w - 2. * MARGIN, false, m->title, m->subtitle);
    dk_canvas_font(cr, 15, true);
    dk_canvas_ink(cr, dk_ink_text, 1);
    dk_canvas_text(cr, l->left + side / 2, HEAD + 14, .5, 0, "answer");
    cairo_save(cr);
    cairo_translate(cr, MARGIN + 12, l->top + side / 2);
    cairo_rotate(cr, -M_PI / 2);
    dk_canvas_text(cr, 0, 0, .5, 0, "truth");
    cairo_restore(cr);
}

dk_status dk_matrix_save(const dk_matrix *m, dk_fonts *fonts, const char *path, dk_error *err) {
    if (m->classes < 1 || m->classes > DK_MATRIX_MOST) {
        return dk_fail(err, DK_EUSAGE, "%s: a matrix of %d classes; 1 to %d can be drawn", path, m->classes,
                       DK_MATRIX_MOST);
    }
    layout l;
    dk_canvas canvas;
    DK_TRY(lay_out(m, fonts, &l, err));
    DK_TRY(dk_canvas_open(&canvas, l.w, l.h, fonts, err));
    draw_cells(canvas.cr, m, &l);
    draw_margins(canvas.cr, m, &l);
    draw_words(canvas.cr, m, &l);
    return dk_canvas_save(&canvas, path, err);
}
