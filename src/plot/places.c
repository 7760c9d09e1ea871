/* The cost of a place is what it hides: other faces and plates weigh more than the own face, and a little is added for
 * every place that is liked less, so that plates stay put while nothing forces them away. */
#include "plot/places.h"

#include <math.h>
#include <stdlib.h>

#include "base/grow.h"

void dk_places_clear(dk_places *p, int w, int h) {
    p->w = w;
    p->h = h;
    p->count = 0;
}

dk_status dk_places_add(dk_places *p, dk_area area, dk_error *err) {
    DK_TRY(DK_GROW(p->taken, p->count, p->room, "places of plates", err));
    p->taken[p->count++] = area;
    return DK_OK;
}

void dk_places_free(dk_places *p) {
    free(p->taken);
    *p = (dk_places){0};
}

int dk_places_label(dk_area b, int w, int h, int gap, dk_area out[DK_PLACES_MOST]) {
    const int above = b.y - gap - h, below = b.y + b.h + gap, end = b.x + b.w - w;
    out[0] = (dk_area){b.x, above, w, h};
    out[1] = (dk_area){b.x, below, w, h};
    out[2] = (dk_area){end, above, w, h};
    out[3] = (dk_area){end, below, w, h};
    out[4] = (dk_area){b.x + b.w + gap, b.y + b.h - h, w, h};
    out[5] = (dk_area){b.x - gap - w, b.y + b.h - h, w, h};
    out[6] = (dk_area){b.x + gap, b.y + gap, w, h};
    out[7] = (dk_area){b.x + gap, b.y + b.h - gap - h, w, h};
    return 8;
}

int dk_places_chart(dk_area b, int w, int h, int gap, dk_area out[DK_PLACES_MOST]) {
    const int right = b.x + b.w + gap, left = b.x - gap - w, below = b.y + b.h + gap, above = b.y - gap - h;
    out[0] = (dk_area){right, b.y, w, h};
    out[1] = (dk_area){left, b.y, w, h};
    out[2] = (dk_area){right, b.y + b.h - h, w, h};
    out[3] = (dk_area){left, b.y + b.h - h, w, h};
    out[4] = (dk_area){b.x, below, w, h};
    out[5] = (dk_area){b.x + b.w - w, below, w, h};
    out[6] = (dk_area){b.x, above, w, h};
    out[7] = (dk_area){b.x + b.w - w, above, w, h};
    return 8;
}

static int inside(int at, int size, int room) {
    const int most = room > size ? room - size : 0;
    return at < 0 ? 0 : at > most ? most : at;
}

static double size_of(dk_area a) {
    return (double)a.w * a.h;
}

dk_place dk_places_choose(const dk_places *p, const dk_area *candidates, int count, int own, int kept) {
    static const double other = 2, dislike = .03, habit = .15; /* in plates wholly on the own face */
    dk_place best = {.which = -1};
    double least = INFINITY;
    for (int i = 0; i < count; i++) {
        dk_area a = candidates[i];
        a.x = inside(a.x, a.w, p->w);
        a.y = inside(a.y, a.h, p->h);
        double hides = 0, self = 0;
        for (int k = 0; k < p->count; k++) {
            *(k == own ? &self : &hides) += size_of(dk_area_common(a, p->taken[k])) / size_of(a);
        }
        const double cost = other * hides + self + dislike * i - (i == kept ? habit : 0);
        if (cost < least) {
            least = cost;
            best = (dk_place){i, a, hides, self};
        }
    }
    return best;
}
