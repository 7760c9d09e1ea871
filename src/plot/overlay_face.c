/* A face's box and the chart of its scores. */
#include <math.h>

#include "plot/overlay_parts.h"

#define FEW .02 /* of a chart, on other faces and plates: a label is a fifth of one */

enum { ROWS = 10 };

float dk_overlay_share(float v) {
    return fminf(fmaxf(v, 0), 1);
}

dk_ink dk_overlay_ink(const dk_overlay_face *f) {
    return f->best >= 0 && f->note == NULL ? dk_ink_class(f->best) : dk_overlay_dim;
}

void dk_overlay_outline(const dk_overlay_drawing *d, const dk_overlay_face *f) {
    const dk_area b = dk_overlay_box(f);
    const int edge = (d->line + 1) / 2;
    dk_bgr_outline(&d->frame, (dk_area){b.x - edge, b.y - edge, b.w + 2 * edge, b.h + 2 * edge},
                   d->line + 2 * edge, dk_overlay_plate, .6);
    dk_bgr_outline(&d->frame, b, d->line, dk_overlay_ink(f), 1);
}

dk_overlay_habit *dk_overlay_habit_of(const dk_overlay_drawing *d, int id) {
    dk_overlay_habit *h = &d->habits[id % DK_OVERLAY_HABITS];
    if (h->id != id || id == 0) {
        *h = (dk_overlay_habit){id, -1, -1};
    }
    return h;
}

/* The classes that a chart shows, in their order; of more than ROWS the best, the best first. */
static int rows_of(const float *scores, int classes, int out[ROWS]) {
    int n = 0;
    for (int k = 0; k < classes; k++) {
        int at = n;
        for (; classes > ROWS && at > 0 && scores[out[at - 1]] < scores[k]; at--) {
            if (at < ROWS) {
                out[at] = out[at - 1];
            }
        }
        if (at < ROWS) {
            out[at] = k;
            n += n < ROWS;
        }
    }
    return n;
}

typedef struct {
    int count, row[ROWS];
    dk_picture name[ROWS];
    int names, bar, height, pad; /* widths of both columns; height of a row; around and between */
} chart;

static dk_status lay_out(const dk_overlay_drawing *d, const dk_overlay_face *f, chart *c, dk_error *err) {
    *c = (chart){.bar = 4 * d->small, .height = (27 * d->small + 10) / 20, .pad = (2 * d->small + 2) / 5};
    c->count = rows_of(f->scores, d->look->classes, c->row);
    for (int i = 0; i < c->count; i++) {
        const int k = c->row[i];
        const dk_style style = {
            .size = d->small, .room = 9 * d->small, .ink = k == f->best ? dk_overlay_light : dk_overlay_dim};
        DK_TRY(dk_words_get(d->words, d->look->names[k], style, &c->name[i], err));
        c->names = c->name[i].w > c->names ? c->name[i].w : c->names;
    }
    return DK_OK;
}

static void draw_rows(const dk_overlay_drawing *d, const dk_overlay_face *f, const chart *c, dk_area a) {
    const int x = a.x + 2 * c->pad + c->names, thick = c->height - c->pad;
    dk_overlay_paper(d, a);
    for (int i = 0; i < c->count; i++) {
        const int y = a.y + c->pad + i * c->height, top = y + (c->height - thick) / 2, k = c->row[i];
        dk_bgr_picture(&d->frame, a.x + c->pad, y + (c->height - c->name[i].h) / 2, &c->name[i]);
        dk_bgr_fill(&d->frame, (dk_area){x, top, c->bar, thick}, dk_overlay_track, .8);
        const int full = (int)lrintf((float)c->bar * dk_overlay_share(f->scores[k]));
        dk_bgr_fill(&d->frame, (dk_area){x, top, full, thick}, dk_ink_class(k), 1);
    }
}

/* Those places where a chart hides nothing, or next to nothing, of other faces and plates; which[]: their indices. */
static int free_places(const dk_overlay_drawing *d, int own, const dk_area *all, int count, dk_area *out,
                       int *which) {
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (dk_places_choose(d->places, &all[i], 1, own, -1).hides <= FEW) {
            which[n] = i;
            out[n++] = all[i];
        }
    }
    return n;
}

/* Where no place is free it is left out: names matter more than the numbers behind them. */
dk_status dk_overlay_chart(const dk_overlay_drawing *d, const dk_overlay_face *f, int own, dk_error *err) {
    chart c;
    dk_area all[DK_PLACES_MOST], candidates[DK_PLACES_MOST];
    int which[DK_PLACES_MOST], kept = -1;
    DK_TRY(lay_out(d, f, &c, err));
    const int w = c.names + c.bar + 3 * c.pad, h = c.count * c.height + 2 * c.pad;
    const int places = dk_places_chart(dk_overlay_box(f), w, h, d->gap, all);
    const int n = free_places(d, own, all, places, candidates, which);
    dk_overlay_habit *habit = dk_overlay_habit_of(d, f->id);
    for (int i = 0; i < n; i++) {
        kept = which[i] == habit->chart ? i : kept;
    }
    habit->chart = -1;
    if (n == 0 || w > d->frame.w || h > d->frame.h) {
        return DK_OK;
    }
    const dk_place place = dk_places_choose(d->places, candidates, n, own, kept);
    habit->chart = which[place.which];
    draw_rows(d, f, &c, place.area);
    return dk_places_add(d->places, place.area, err);
}
