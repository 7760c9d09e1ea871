/* Many curves over epochs, each named at its right end: F1 of classes, runs beside each other. */
#ifndef DK_PLOT_LINES_H
#define DK_PLOT_LINES_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/fonts.h"

enum { DK_LINES_MOST = 24, DK_LINES_PANELS = 2 };

/* One panel: a curve for each name. Values are in the panel's unit; NaN is a gap. */
typedef struct {
    const char *name;     /* of the upright axis */
    const char *format;   /* of a value beside its curve's name, as "%.1f %%" */
    bool percent;         /* the axis stays within 0…100 */
    const double *values; /* [curve·points + i] */
} dk_lines_panel;

typedef struct {
    const char *title, *subtitle;
    const char *const *names; /* count, 1 … DK_LINES_MOST */
    int count, points;
    const double *epochs; /* points, ascending */
    dk_lines_panel panels[DK_LINES_PANELS];
    int panel_count;
} dk_lines;

/* Writes a PNG, 1200 pixels wide; aside and renamed. DK_EUSAGE for no or too many curves. */
DK_CHECKED dk_status dk_lines_save(const dk_lines *lines, dk_fonts *fonts, const char *path, dk_error *err);

#endif
