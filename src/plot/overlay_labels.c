/* The labels of all faces. Where there is no room they are smaller, and then say less, all alike: of the ways to write them the
 * first in which none hides a face or another label is taken, else the one that hides least. */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "plot/overlay_parts.h"

#define FEW .015   /* of a label hidden on the mean: as good as none */
#define BETTER .9  /* of what a larger way hides, for a smaller one to be worth it */
#define SMALLEST 9 /* letters, pixels */

/* Ways to write labels. */
static const struct {
    double size;      /* of the usual letters */
    bool probability; /* of the class */
} ways[] = {{1, true}, {.8, true}, {.65, true}, {.65, false}, {.5, false}};
enum { WAYS = sizeof ways / sizeof *ways };

/* A label: where it stands, how it is written. */
typedef struct {
    dk_picture word;
    dk_area area;
    int pad, stripe, which; /* which: of the places */
} label;

/* "#2 happy 87 %", without what is not there. From left to right, whichever way the name is read. */
static void write_label(const dk_overlay_drawing *d, const dk_overlay_face *f, int way, char *out,
                        size_t size) {
    char id[16] = "", probability[16] = "";
    if (f->id > 0) {
        snprintf(id, sizeof id, "#%d ", f->id);
    }
    if (ways[way].probability) {
        snprintf(probability, sizeof probability, " %ld %%", lrintf(100 * dk_overlay_share(f->probability)));
    }
    if (f->note != NULL) {
        snprintf(out, size, "%s%s", id, f->note);
    } else if (f->best >= 0) {
        assert(f->best < d->look->classes);
        const char *name = d->look->names[f->best];
        const int bytes = (int)dk_text_fit(name, size / 2);
        snprintf(out, size, DK_LEFT_TO_RIGHT "%s" DK_OWN_ORDER("%.*s") "%s", id, bytes, name, probability);
    } else {
        snprintf(out, size, "%s", id);
    }
}

/* word.w is 0 where there is nothing to say. */
static dk_status measure(const dk_overlay_drawing *d, const dk_overlay_face *f, int way, label *l,
                         dk_error *err) {
    char text[512];
    const int letters = (int)lrint(ways[way].size * d->letters);
    *l = (label){.pad = (int)lrint(ways[way].size * d->gap), .stripe = 3 * d->line};
    write_label(d, f, way, text, sizeof text);
    const dk_style style = {.size = letters > SMALLEST ? letters : SMALLEST,
                            .bold = true,
                            .room = d->frame.w - 2 * l->pad - l->stripe,
                            .ink = dk_overlay_light};
    return text[0] != 0 ? dk_words_get(d->words, text, style, &l->word, err) : DK_OK;
}

/* Where the label stands best, `more` pixels larger on each side; it is taken from then on. *hidden grows by what it hides. */
static dk_status place(const dk_overlay_drawing *d, const dk_overlay_face *f, int own, int more, label *l,
                       double *hidden, dk_error *err) {
    dk_area candidates[DK_PLACES_MOST];
    const int w = l->word.w + 2 * l->pad + l->stripe, h = l->word.h + l->pad / 2;
    const int n = dk_places_label(dk_overlay_box(f), w + 2 * more, h + 2 * more, d->line, candidates);
    const dk_place best =
        dk_places_choose(d->places, candidates, n, own, dk_overlay_habit_of(d, f->id)->label);
    l->which = best.which;
    l->area = (dk_area){best.area.x, best.area.y, w, h};
    *hidden += best.hides + best.self;
    return dk_places_add(d->places, best.area, err);
}

/* Whether something of the face is in the frame. */
static bool seen(const dk_overlay_drawing *d, const dk_overlay_face *f) {
    return dk_area_common(dk_overlay_box(f), (dk_area){0, 0, d->frame.w, d->frame.h}).w > 0;
}

static void draw(const dk_overlay_drawing *d, const dk_overlay_face *f, const label *l) {
    const dk_area a = l->area;
    dk_overlay_habit_of(d, f->id)->label = l->which;
    dk_overlay_paper(d, a);
    dk_bgr_fill(&d->frame, (dk_area){a.x, a.y, l->stripe, a.h}, dk_overlay_ink(f), 1);
    dk_bgr_picture(&d->frame, a.x + l->stripe + l->pad, a.y + (a.h - l->word.h) / 2, &l->word);
}

/* All labels written so, drawn or only tried; *hidden: share of a label that hides something, on the mean. */
static dk_status write_all(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count, int way,
                           int more, bool drawn, double *hidden, dk_error *err) {
    const int taken = d->places->count;
    int labels = 0;
    *hidden = 0;
    for (int i = 0; i < count; i++) {
        label l;
        DK_TRY(measure(d, &faces[i], way, &l, err));
        if (l.word.w == 0 || !seen(d, &faces[i])) {
            continue;
        }
        DK_TRY(place(d, &faces[i], i, more, &l, hidden, err));
        labels++;
        if (drawn) {
            draw(d, &faces[i], &l);
        }
    }
    *hidden /= labels > 0 ? labels : 1;
    d->places->count = drawn ? d->places->count : taken;
    return DK_OK;
}

/* A way that is larger than that of the frame before needs some room more, so that labels do not flicker. */
static dk_status choose(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count, int *chosen,
                        dk_error *err) {
    const int kept = *d->way;
    double least = INFINITY;
    for (int way = 0; way < WAYS && least > FEW; way++) {
        double hidden = 0;
        DK_TRY(write_all(d, faces, count, way, way < kept ? d->gap : 0, false, &hidden, err));
        if (hidden < BETTER * least) {
            least = hidden;
            *chosen = way;
        }
    }
    return DK_OK;
}

dk_status dk_overlay_labels(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count,
                            dk_error *err) {
    double hidden = 0;
    int way = 0;
    DK_TRY(choose(d, faces, count, &way, err));
    *d->way = way;
    return write_all(d, faces, count, way, 0, true, &hidden, err);
}
