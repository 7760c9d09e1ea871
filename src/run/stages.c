/* The text of stages, and which of them a step is in. */
#include "run/stages.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* "64:.2" */
static bool read_one(char *item, int *size, double *share) {
    char *colon = strchr(item, ':');
    double pixels = 0;
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    if (!dk_text_float(dk_text_trim(item), &pixels) || !dk_text_float(dk_text_trim(colon + 1), share)) {
        return false;
    }
    *size = pixels >= 1 && pixels <= 16384 && floor(pixels) == pixels ? (int)pixels : 0;
    return *size > 0 && *share > 0 && *share <= 1;
}

dk_status dk_stages_read(dk_stages *out, const char *text, const dk_section *s, dk_error *err) {
    char copy[512];
    double sum = 0;
    *out = (dk_stages){0};
    if (text == NULL) {
        return DK_OK;
    }
    if (strlen(text) >= sizeof copy) {
        return dk_section_fail(s, "stages", err, "stages has more than %zu letters", sizeof copy - 1);
    }
    strcpy(copy, text);
    for (char *rest = NULL, *item = copy; item != NULL; item = rest) {
        double share = 0;
        int size = 0;
        rest = strchr(item, ',');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        if (out->count == DK_STAGES || !read_one(item, &size, &share)) {
            return dk_section_fail(s, "stages", err,
                                   "stages=%s is no list of up to %d SIZE:SHARE; for example 64:.2,96:.8",
                                   text, DK_STAGES);
        }
        sum += share;
        out->stage[out->count].size = size;
        out->stage[out->count++].until = sum;
    }
    if (fabs(sum - 1) > 1e-6) {
        return dk_section_fail(s, "stages", err, "the shares of stages=%s add up to %g; they must make 1",
                               text, sum);
    }
    return DK_OK;
}

int dk_stages_width(const dk_stages *stages, long step, long steps, int width) {
    for (int i = 0; i < stages->count; i++) {
        width = stages->stage[i].size;
        if ((double)step < stages->stage[i].until * (double)steps - 1e-6) {
            break;
        }
    }
    return width;
}

double dk_stages_cost(const dk_stages *stages, long step, long steps, int width) {
    double cost = 0, from = 0;
    for (int i = 0; i < stages->count; i++) {
        const double size = stages->stage[i].size, until = stages->stage[i].until * (double)steps;
        cost += size * size * (fmin((double)step, until) - fmin((double)step, from));
        from = until;
    }
    return stages->count > 0 ? cost : fmax((double)width, 1) * fmax((double)width, 1) * (double)step;
}
