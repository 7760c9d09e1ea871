/* The lines in an upper and a lower corner, and the page of keys. */
#include "plot/overlay_parts.h"

static int larger(int a, int b) {
    return a > b ? a : b;
}

dk_status dk_overlay_line(const dk_overlay_drawing *d, const char *text, bool foot, dk_error *err) {
    dk_picture word;
    const int pad = d->gap;
    const dk_style style = {.size = d->letters, .room = d->frame.w - 4 * pad, .ink = dk_overlay_light};
    DK_TRY(dk_words_get(d->words, text, style, &word, err));
    const int h = word.h + pad / 2 * 2;
    const int w = word.w + 2 * pad, y = foot ? d->frame.h - pad - h : pad;
    const dk_area corners[] = {{pad, y, w, h}, {d->frame.w - pad - w, y, w, h}};
    const dk_place best = dk_places_choose(d->places, corners, 2, -1, d->corners[foot]);
    const dk_area a = best.area;
    d->corners[foot] = best.which;
    dk_overlay_paper(d, a);
    dk_bgr_picture(&d->frame, a.x + pad, a.y + pad / 2, &word);
    return dk_places_add(d->places, a, err);
}

/* The page's measures: size of its letters, height of a row, widths of both columns. */
typedef struct {
    int count, size, row, keys, does, pad;
} page;

static dk_style key_style(const dk_overlay_drawing *d, const page *p) {
    return (dk_style){.size = p->size, .bold = true, .room = d->frame.w / 3, .ink = dk_ink_class(3)};
}

static dk_style does_style(const dk_overlay_drawing *d, const page *p) {
    return (dk_style){.size = p->size, .room = d->frame.w / 2, .ink = dk_overlay_light};
}

static dk_status lay_out(const dk_overlay_drawing *d, page *p, dk_error *err) {
    const dk_overlay_key *keys = d->look->keys;
    dk_picture word;
    *p = (page){.pad = 2 * d->gap};
    while (keys[p->count].key != NULL) {
        p->count++;
    }
    p->size = 6 * d->letters / 5;
    const int most =
        (d->frame.h - 2 * p->pad) * 10 / (17 * larger(p->count, 1)); /* so that all rows have room */
    p->size = most < p->size ? larger(most, 4) : p->size;
    p->row = 17 * p->size / 10;
    for (int i = 0; i < p->count; i++) {
        DK_TRY(dk_words_get(d->words, keys[i].key, key_style(d, p), &word, err));
        p->keys = larger(p->keys, word.w);
        DK_TRY(dk_words_get(d->words, keys[i].does, does_style(d, p), &word, err));
        p->does = larger(p->does, word.w);
    }
    return DK_OK;
}

dk_status dk_overlay_keys(const dk_overlay_drawing *d, dk_error *err) {
    page p;
    dk_picture word;
    DK_TRY(lay_out(d, &p, err));
    const int w = p.keys + p.does + 4 * p.pad, h = p.count * p.row + 2 * p.pad;
    const dk_area a = {(d->frame.w - w) / 2, (d->frame.h - h) / 2, w, h};
    dk_bgr_fill(&d->frame, a, dk_overlay_plate, .92);
    dk_bgr_outline(&d->frame, a, d->line, dk_overlay_track, 1);
    for (int i = 0; i < p.count; i++) {
        const dk_overlay_key *key = &d->look->keys[i];
        const int y = a.y + p.pad + i * p.row;
        DK_TRY(dk_words_get(d->words, key->key, key_style(d, &p), &word, err));
        dk_bgr_picture(&d->frame, a.x + p.pad, y + (p.row - word.h) / 2, &word);
        DK_TRY(dk_words_get(d->words, key->does, does_style(d, &p), &word, err));
        dk_bgr_picture(&d->frame, a.x + 3 * p.pad + p.keys, y + (p.row - word.h) / 2, &word);
    }
    return DK_OK;
}
