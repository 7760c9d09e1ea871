/* chart.png: the curves of a training run. Knows nothing of runs: it draws the points it is given. */
#ifndef DK_PLOT_CHART_H
#define DK_PLOT_CHART_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/fonts.h"

typedef struct {
    double epoch;
    double train_loss, valid_loss; /* NaN: not validated */
    double train_main, valid_main; /* the figure beside the loss */
    double rate;
} dk_chart_point;

typedef struct {
    const char *title, *subtitle;
    const char *main;  /* what the figure beside the loss is called: "accuracy" */
    bool main_trained; /* it is measured while training, too */
    bool share;        /* it is 0…1, drawn in percent */
    const dk_chart_point *points;
    int count;
    int best;      /* index of the best point, −1: none */
    int stopped;   /* index where early stopping ended the run, −1: it did not */
    double epochs; /* right end of the axis; 0: the last point */
} dk_chart;

/* Writes a PNG (1200×900): loss above, the other figure in the middle, learning rate below; aside and renamed. */
DK_CHECKED dk_status dk_chart_save(const dk_chart *chart, dk_fonts *fonts, const char *path, dk_error *err);

#endif
