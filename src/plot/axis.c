/* Scales of a chart. Round steps are 1, 2, 5 times a power of ten (Heckbert, "Nice numbers for graph labels",
 * Graphics Gems 1990, without his rounding: we count ticks instead). */
#include "plot/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double round_digits[] = {1, 2, 5, 10};

double dk_axis_step(double span, int most) {
    const double least = span / most;
    const double ten = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof round_digits / sizeof *round_digits; i++) {
        if (round_digits[i] * ten >= least * (1 - 1e-9)) {
            return round_digits[i] * ten;
        }
    }
    return 10 * ten;
}

static void fill_ticks(dk_axis *axis) {
    const double slack = 1e-6; /* of a step: an end that misses its tick by rounding still has it */
    const double first = ceil(axis->low / axis->step - slack);
    for (int i = 0; i < DK_AXIS_TICKS; i++) {
        const double tick = (first + i) * axis->step;
        if (tick > axis->high + slack * axis->step) {
            break;
        }
        axis->tick[axis->count++] = tick;
    }
}

dk_axis dk_axis_linear(double low, double high, int most) {
    if (high - low <= 1e-9 * fmax(fabs(low), fabs(high))) {
        const double apart = low == 0 ? 1 : .1 * fabs(low);
        low -= apart;
        high += apart;
    }
    dk_axis axis = {.step = dk_axis_step(high - low, most)};
    axis.low = floor(low / axis.step + 1e-6) * axis.step;
    axis.high = ceil(high / axis.step - 1e-6) * axis.step;
    fill_ticks(&axis);
    return axis;
}

dk_axis dk_axis_exact(double low, double high, int most, double finest) {
    dk_axis axis = {.low = low, .high = high, .step = fmax(finest, dk_axis_step(high - low, most))};
    fill_ticks(&axis);
    return axis;
}

/* The largest number ≤ value (side −1) or the smallest ≥ value (side 1) among 1, 2, 5 times powers of ten. */
static double round_log(double value, int side) {
    const double ten = pow(10, floor(log10(value) + 1e-9));
    const double digit = value / ten;
    double best = side < 0 ? 1 : 10;
    for (size_t i = 0; i < sizeof round_digits / sizeof *round_digits; i++) {
        const double d = round_digits[i];
        if (side < 0 && d <= digit * (1 + 1e-6)) {
            best = d;
        } else if (side > 0 && d >= digit * (1 - 1e-6)) {
            best = d;
            break;
        }
    }
    return best * ten;
}

dk_axis dk_axis_log(double low, double high, int most) {
    dk_axis axis = {.log = true, .high = round_log(high, 1)};
    axis.low = round_log(fmax(low, axis.high * pow(10, -DK_AXIS_DECADES)), -1);
    if (axis.low >= axis.high) {
        axis.low /= 10;
    }
    const bool between = 3 * log10(axis.high / axis.low) < most + 3.01; /* is there room for 2 and 5? */
    const int last = (int)ceil(log10(axis.high));
    for (int e = (int)floor(log10(axis.low)); e <= last; e++) {
        for (int i = 0; i < (between ? 3 : 1); i++) {
            const double tick = round_digits[i] * pow(10, e);
            const bool inside = tick >= axis.low * (1 - 1e-6) && tick <= axis.high * (1 + 1e-6);
            if (inside && axis.count < DK_AXIS_TICKS) {
                axis.tick[axis.count++] = tick;
            }
        }
    }
    return axis;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

dk_axis dk_axis_fit(const double *values, size_t count, int most) {
    double *sorted = malloc((count + 1) * sizeof *sorted);
    size_t n = 0;
    for (size_t i = 0; sorted != NULL && i < count; i++) {
        if (isfinite(values[i])) {
            sorted[n++] = values[i];
        }
    }
    if (n == 0) {
        free(sorted);
        return dk_axis_linear(0, 1, most);
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    const double low = sorted[0], high = sorted[n - 1], tenth = sorted[n / 10];
    double positive = high;
    for (size_t i = n; i-- > 0 && sorted[i] > 0;) {
        positive = sorted[i];
    }
    free(sorted);
    if (tenth > 0 && high / tenth > 100) {
        return dk_axis_log(positive, high, most);
    }
    return dk_axis_linear(low > 0 && low < .4 * high ? 0 : low, high, most);
}

dk_axis dk_axis_percent(const double *values, size_t count, int most) {
    dk_axis axis = dk_axis_fit(values, count, most);
    if (axis.log || axis.low < 0 || axis.high > 100) {
        double low = 100, high = 0;
        for (size_t i = 0; i < count; i++) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
        axis = dk_axis_linear(axis.log ? 0 : fmax(0, fmin(low, 99)), fmin(100, fmax(high, 1)), most);
    }
    return axis;
}

double dk_axis_place(const dk_axis *axis, double value) {
    double at;
    if (axis->log) {
        at = value <= axis->low ? 0 : log(value / axis->low) / log(axis->high / axis->low);
    } else {
        at = (value - axis->low) / (axis->high - axis->low);
    }
    return fmin(fmax(at, 0), 1);
}

/* "2e-05" without the needless zero: "2e-5". */
static void scientific(double value, int decimals, char *out, size_t size) {
    const int exponent = (int)floor(log10(fabs(value)) + 1e-9);
    snprintf(out, size, "%.*fe%d", decimals, value / pow(10, exponent), exponent);
}

void dk_axis_label(const dk_axis *axis, double value, char *out, size_t size) {
    if (axis->log) {
        if (value < 1e-3 || value >= 1e5) {
            scientific(value, 0, out, size);
        } else {
            snprintf(out, size, "%.*f", value < 1 ? (int)ceil(-log10(value) - 1e-9) : 0, value);
        }
        return;
    }
    const double largest = fmax(fabs(axis->low), fabs(axis->high));
    const int decimals = (int)fmax(0, ceil(-log10(axis->step) - 1e-9));
    if (fabs(value) < axis->step / 2) {
        snprintf(out, size, "0");
    } else if (decimals > 4 || largest >= 1e6) {
        const double fine = floor(log10(fabs(value)) + 1e-9) - floor(log10(axis->step) + 1e-9);
        scientific(value, (int)fmax(0, fine), out, size);
    } else {
        snprintf(out, size, "%.*f", decimals, value);
    }
}
