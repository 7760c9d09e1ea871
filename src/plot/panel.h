/* One panel of a chart: frame, grid, ticks, curves, legend, and marks with a label that keeps out of the
 * curves' way. Knows no training: it draws columns of numbers over epochs, or over whatever the axis along is. */
#ifndef DK_PLOT_PANEL_H
#define DK_PLOT_PANEL_H

#include "plot/axis.h"
#include "plot/canvas.h"

enum { DK_PANEL_CURVES = 24, DK_PANEL_LABELS = 4 };

typedef struct {
    const char *name; /* in the legend; NULL: not there */
    dk_ink ink;
    const double *values; /* one for each epoch; what is not finite is a gap */
    int dash;             /* 0: solid; 1, 2: dashed, dotted */
} dk_curve;

typedef struct {
    double x, y, w, h;
} dk_rect;

typedef struct {
    dk_rect box;      /* of the frame; ticks are left of it and below it, the legend above */
    const char *name; /* of the upright axis */
    dk_axis x, y;
    const double *epochs;
    int count;
    dk_curve curves[DK_PANEL_CURVES];
    int curve_count;
    const char *foot; /* name of the axis along, below its numbers; NULL: neither */
    dk_rect taken[DK_PANEL_LABELS];
    int taken_count;
    double rules[DK_PANEL_LABELS]; /* where upright lines stand, in pixels */
    int rule_count;
} dk_panel;

/* A piece of a curve, w pixels wide around the height y: what a legend shows. */
void dk_panel_sample(cairo_t *cr, const dk_curve *curve, double x, double y, double w);

/* Where an epoch and a value lie, in pixels. */
double dk_panel_across(const dk_panel *panel, double epoch);
double dk_panel_height(const dk_panel *panel, double value);

void dk_panel_frame(cairo_t *cr, const dk_panel *panel);  /* grid, ticks, names, legend */
void dk_panel_curves(cairo_t *cr, const dk_panel *panel); /* lines, and dots when they are few */

/* An upright line at an epoch; drawn before the curves. */
void dk_panel_rule(cairo_t *cr, dk_panel *panel, double epoch, dk_ink ink, double dash);

/* A ring around a value; drawn after the curves. */
void dk_panel_ring(cairo_t *cr, const dk_panel *panel, double epoch, double value, dk_ink ink);

/* A label beside a value, or with value NaN beside the epoch's upright line. */
void dk_panel_label(cairo_t *cr, dk_panel *panel, double epoch, double value, dk_ink ink, const char *text);

#endif
