/* Named figures: what a task measures while a network learns and when it is validated. log.csv, the chart, early stopping,
 * the terminal and reports know figures by these names and nothing of the task. */
#ifndef DK_RUN_FIGURES_H
#define DK_RUN_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name;          /* for people: "accuracy", "macro F1" */
    const char *train, *valid; /* columns of log.csv; NULL: is not there */
    int better;                /* 1: more is better; −1: less is */
    bool share;                /* 0…1, told in percent */
} dk_figure_kind;

/* Places that every task's kinds agree on: the loss that is learned from, and what stands beside it in a line or chart. */
enum { DK_FIGURE_LOSS, DK_FIGURE_MAIN };

enum { DK_FIGURES = 8 };

typedef struct {
    const dk_figure_kind *kinds; /* count, then a row without a name */
    int count;
    double value[DK_FIGURES]; /* NaN: not measured */
} dk_figures;

/* Those of the kinds, none measured yet. */
dk_figures dk_figures_none(const dk_figure_kind *kinds);

/* By name; NaN when there is none, or it was not measured. */
double dk_figures_get(const dk_figures *f, const char *name);

/* The place of the figure whose column of a validation is called so; −1: there is none. */
int dk_figures_find(const dk_figure_kind *kinds, const char *valid);

/* "71.23 %" with two decimals, "1.2345" with two more; "–" for what was not measured. */
const char *dk_figure_text(char out[32], const dk_figure_kind *kind, double value, int decimals);

/* What a figure is called beside that of the training pictures: "validation accuracy", but "macro F1". */
const char *dk_figure_valid_name(char out[64], const dk_figure_kind *kind);

#endif
