#include "run/log_row.h"

#include <float.h>
#include <limits.h>

#define MOST ((double)FLT_MAX) /* nothing larger is computed, and what is drawn stays finite */
#define AT(field) offsetof(dk_log_row, field)

/* Before the figures, and after them. */
static const dk_log_column before[] = {
    {"epoch", "%.0f", AT(epoch), 1, INT_MAX, false},
    {"step", "%.0f", AT(step), 0, 1e18, false},
    {"rate", "%.6g", AT(rate), -MOST, MOST, false},
};
static const dk_log_column after[] = {
    {"images_per_second", "%.1f", AT(images_per_second), 0, MOST, false},
    {"seconds", "%.1f", AT(seconds), 0, MOST, false},
    {"best", "%.0f", AT(best), 0, 1, false},
};

static int add(dk_log_column *out, int n, const dk_log_column *columns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        out[n++] = columns[i];
    }
    return n;
}

static int add_figures(dk_log_column *out, int n, const dk_figure_kind *kinds, bool valid) {
    for (int i = 0; kinds[i].name != NULL; i++) {
        const char *const name = valid ? kinds[i].valid : kinds[i].train;
        const size_t at = (valid ? AT(valid.value) : AT(train.value)) + (size_t)i * sizeof(double);
        if (name != NULL) {
            const double low = kinds[i].share ? 0 : -MOST, high = kinds[i].share ? 1 : MOST;
            out[n++] = (dk_log_column){name, "%.6f", at, low, high, valid};
        }
    }
    return n;
}

int dk_log_columns(dk_log_column out[DK_LOG_COLUMNS], const dk_figure_kind *kinds) {
    int n = add(out, 0, before, sizeof before / sizeof *before);
    n = add_figures(out, n, kinds, false);
    n = add_figures(out, n, kinds, true);
    return add(out, n, after, sizeof after / sizeof *after);
}

double *dk_log_value(dk_log_row *row, const dk_log_column *column) {
    return (double *)((char *)row + column->at);
}
