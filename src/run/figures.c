#include "run/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

dk_figures dk_figures_none(const dk_figure_kind *kinds) {
    dk_figures f = {.kinds = kinds};
    while (f.count < DK_FIGURES && kinds[f.count].name != NULL) {
        f.value[f.count++] = NAN;
    }
    return f;
}

double dk_figures_get(const dk_figures *f, const char *name) {
    for (int i = 0; i < f->count; i++) {
        if (strcmp(f->kinds[i].name, name) == 0) {
            return f->value[i];
        }
    }
    return NAN;
}

int dk_figures_find(const dk_figure_kind *kinds, const char *valid) {
    for (int i = 0; kinds[i].name != NULL; i++) {
        if (kinds[i].valid != NULL && strcmp(kinds[i].valid, valid) == 0) {
            return i;
        }
    }
    return -1;
}

const char *dk_figure_text(char out[32], const dk_figure_kind *kind, double value, int decimals) {
    if (!isfinite(value)) {
        return "–";
    }
    if (kind->share) {
        snprintf(out, 32, "%.*f %%", decimals, 100 * value);
    } else {
        snprintf(out, 32, "%.*f", decimals + 2, value);
    }
    return out;
}

const char *dk_figure_valid_name(char out[64], const dk_figure_kind *kind) {
    snprintf(out, 64, "%s%s", kind->train != NULL ? "validation " : "", kind->name);
    return out;
}
