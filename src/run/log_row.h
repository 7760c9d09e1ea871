/* A row of log.csv, and its columns: one table for who writes them and who reads them. */
#ifndef DK_RUN_LOG_ROW_H
#define DK_RUN_LOG_ROW_H

#include "run/figures.h"

typedef struct {
    double epoch, step;                /* 1, 2, … */
    double rate;                       /* of learning */
    dk_figures train, valid;           /* NaN: not validated */
    double images_per_second, seconds; /* of training; since the run began */
    double best;                       /* 1: a new best by the early-stop metric */
} dk_log_row;

typedef struct {
    const char *name, *format; /* format: of a double */
    size_t at;                 /* offset of the double in dk_log_row */
    double low, high;          /* what a run writes lies within */
    bool empty;                /* without a validation nothing stands there */
} dk_log_column;

enum { DK_LOG_COLUMNS = 2 * DK_FIGURES + 6 };

/* The columns of a task's log.csv in their order; how many. */
int dk_log_columns(dk_log_column out[DK_LOG_COLUMNS], const dk_figure_kind *kinds);

/* The value of a column in a row. */
double *dk_log_value(dk_log_row *row, const dk_log_column *column);

#endif
