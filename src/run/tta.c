/* The table of views: corners and centre with their mirror images as Krizhevsky, Sutskever & Hinton (2012)
 * had them, 224 of 256 pixels = .875 of the side. Probabilities are averaged, not their logarithms. */
#include "run/tta.h"

#include <string.h>

#include "base/text.h"

#define CROP .875f

static const dk_view flipped[] = {{1, 0, 0, false}, {1, 0, 0, true}};

/* The whole picture, then ten crops, then the whole mirrored: `none` and `ten` are beginnings of `all`. */
static const dk_view all[] = {
    {1, 0, 0, false},    {CROP, 0, 0, false},     {CROP, 1, 0, false},    {CROP, 0, 1, false},
    {CROP, 1, 1, false}, {CROP, .5f, .5f, false}, {CROP, 0, 0, true},     {CROP, 1, 0, true},
    {CROP, 0, 1, true},  {CROP, 1, 1, true},      {CROP, .5f, .5f, true}, {1, 0, 0, true},
};

const dk_tta dk_tta_none = {"none", all, 1, 0};
const dk_tta dk_tta_flip = {"flip", flipped, 2, 0};
static const dk_tta ten = {"ten", all, 11, 1}, every = {"all", all, 12, 0};
static const dk_tta *const table[] = {&dk_tta_none, &dk_tta_flip, &ten, &every};
enum { NAMES = sizeof table / sizeof *table };

dk_status dk_tta_find(const dk_tta **out, const char *name, dk_error *err) {
    const char *names[NAMES + 1] = {NULL};
    for (int i = 0; i < NAMES; i++) {
        names[i] = table[i]->name;
        if (strcmp(name, table[i]->name) == 0) {
            *out = table[i];
            return DK_OK;
        }
    }
    const char *near = dk_text_closest(name, names);
    return dk_fail(err, DK_EUSAGE, "-tta %s: there are none, flip, ten and all%s%s%s", name,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

void dk_tta_average(const dk_tta *tta, const float *answers, size_t outputs, float *mean) {
    const int count = tta->count - tta->first;
    for (size_t i = 0; i < outputs; i++) {
        double sum = 0;
        for (int v = tta->first; v < tta->count; v++) {
            sum += (double)answers[(size_t)v * outputs + i];
        }
        mean[i] = (float)(sum / count);
    }
}
