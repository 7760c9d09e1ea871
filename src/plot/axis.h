/* Scales of a chart: which numbers stand at the ticks, where a value lies, how a tick is written.
 * Ticks are round: 1, 2 or 5 times a power of ten; on a logarithmic axis powers of ten, with 2 and 5 between
 * them when there is room. Draws nothing. */
#ifndef DK_PLOT_AXIS_H
#define DK_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum { DK_AXIS_TICKS = 24, DK_AXIS_DECADES = 8 };

typedef struct {
    double low, high; /* the ends, low < high; on a logarithmic axis 0 < low */
    double step;      /* between ticks; linear axes only */
    bool log;
    int count;
    double tick[DK_AXIS_TICKS]; /* ascending */
} dk_axis;

/* The smallest round step of which at most `most` fit into the span; span > 0, most ≥ 1. */
double dk_axis_step(double span, int most);

/* Ends are moved outwards to ticks. Equal ends are pulled apart. most ≤ DK_AXIS_TICKS − 2. */
dk_axis dk_axis_linear(double low, double high, int most);

/* Ends stay; ticks are the round numbers between them, at least `finest` apart. */
dk_axis dk_axis_exact(double low, double high, int most, double finest);

/* Ends are moved outwards to ticks; at most DK_AXIS_DECADES decades below the upper end. 0 < low ≤ high;
 * most: about how many ticks have room. */
dk_axis dk_axis_log(double low, double high, int most);

/* The axis that suits these numbers (NaN and infinities are passed over): logarithmic when all but the lowest
 * tenth of them are positive and span more than two decades, else linear, from 0 when that is not far. */
dk_axis dk_axis_fit(const double *values, size_t count, int most);

/* The same for percentages: never logarithmic, never beyond 0…100. */
dk_axis dk_axis_percent(const double *values, size_t count, int most);

/* Place of a value: 0 at the lower end, 1 at the upper; what lies beyond an end is put on it. */
double dk_axis_place(const dk_axis *axis, double value);

/* Text of a tick; all ticks of a linear axis have equally many decimals. */
void dk_axis_label(const dk_axis *axis, double value, char *out, size_t size);

#endif
