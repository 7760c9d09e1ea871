/* Overlap and thinning of boxes. */
#include "base/box.h"

#include <math.h>
#include <stdbool.h>

float dk_box_overlap(const dk_box *a, const dk_box *b) {
    const float w = fminf(a->x + a->w, b->x + b->w) - fmaxf(a->x, b->x);
    const float h = fminf(a->y + a->h, b->y + b->h) - fmaxf(a->y, b->y);
    const float both = w > 0 && h > 0 ? w * h : 0;
    const float all = a->w * a->h + b->w * b->h - both;
    return all > 0 ? both / all : 0;
}

/* By insertion: lists are short, and equal scores keep their order. */
static void sort(dk_found *found, int count) {
    for (int i = 1; i < count; i++) {
        const dk_found one = found[i];
        int at = i;
        for (; at > 0 && found[at - 1].score < one.score; at--) {
            found[at] = found[at - 1];
        }
        found[at] = one;
    }
}

static bool is_hidden(const dk_found *one, const dk_found *kept, int count, float most) {
    for (int i = 0; i < count; i++) {
        if (kept[i].label == one->label && dk_box_overlap(&kept[i].box, &one->box) > most) {
            return true;
        }
    }
    return false;
}

int dk_box_thin(dk_found *found, int count, float most) {
    int kept = 0;
    sort(found, count);
    for (int i = 0; i < count; i++) {
        if (!is_hidden(&found[i], found, kept, most)) {
            found[kept++] = found[i];
        }
    }
    return kept;
}
