/* A small store of drawn texts; the one that was not wanted for longest makes room. */
#include "plot/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "plot/letters.h"

enum { MOST = 128 };

typedef struct {
    char *text;
    dk_style style;
    cairo_surface_t *surface; /* ARGB32; NULL: free */
    uint64_t used;            /* when, counted in calls */
} word;

struct dk_words {
    dk_letters *letters;
    cairo_surface_t *scratch; /* to measure on */
    cairo_t *cr;
    uint64_t calls;
    word words[MOST];
};

dk_status dk_words_open(dk_words **out, dk_fonts *fonts, dk_error *err) {
    dk_words *w = calloc(1, sizeof *w);
    *out = NULL;
    if (w == NULL) {
        return dk_no_memory(err, sizeof *w, "drawn texts");
    }
    w->scratch = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1, 1);
    w->cr = cairo_create(w->scratch);
    const dk_status status = dk_letters_open(&w->letters, fonts, err);
    if (status != DK_OK) {
        dk_words_close(w);
        return status;
    }
    *out = w;
    return DK_OK;
}

static void drop(word *d) {
    free(d->text);
    cairo_surface_destroy(d->surface);
    *d = (word){0};
}

void dk_words_close(dk_words *w) {
    if (w == NULL) {
        return;
    }
    for (int i = 0; i < MOST; i++) {
        drop(&w->words[i]);
    }
    cairo_destroy(w->cr);
    cairo_surface_destroy(w->scratch);
    dk_letters_close(w->letters);
    free(w);
}

static dk_status draw(const dk_words *w, word *d, dk_error *err) {
    const dk_style *s = &d->style;
    dk_extents e;
    dk_letters_font(w->letters, s->size, s->bold);
    dk_letters_measure(w->letters, w->cr, d->text, s->room, &e);
    const int left = (int)ceil(e.left), above = (int)ceil(e.above);
    d->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, left + (int)ceil(e.right) + 1,
                                            above + (int)ceil(e.below));
    cairo_t *cr = cairo_create(d->surface);
    dk_canvas_ink(cr, s->ink, 1);
    dk_letters_draw(w->letters, cr, left, above, 0, s->room, d->text);
    const cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_flush(d->surface);
    return status == CAIRO_STATUS_SUCCESS
               ? DK_OK
               : dk_fail(err, DK_ENOMEM, "cannot draw a text: %s", cairo_status_to_string(status));
}

static dk_status make(const dk_words *w, word *d, const char *text, dk_style style, dk_error *err) {
    drop(d);
    *d = (word){.text = strdup(text), .style = style};
    const dk_status status =
        d->text == NULL ? dk_no_memory(err, strlen(text), "a drawn text") : draw(w, d, err);
    if (status != DK_OK) {
        drop(d);
    }
    return status;
}

static bool is_word(const word *d, const char *text, const dk_style *s) {
    const dk_style *own = &d->style;
    return d->surface != NULL && own->size == s->size && own->room == s->room && own->bold == s->bold &&
           own->ink.r == s->ink.r && own->ink.g == s->ink.g && own->ink.b == s->ink.b &&
           strcmp(d->text, text) == 0;
}

dk_status dk_words_get(dk_words *w, const char *text, dk_style style, dk_picture *out, dk_error *err) {
    word *oldest = &w->words[0], *found = NULL;
    for (word *d = w->words; d < w->words + MOST && found == NULL; d++) {
        if (is_word(d, text, &style)) {
            found = d;
        } else if (d->used < oldest->used) {
            oldest = d;
        }
    }
    if (found == NULL) {
        DK_TRY(make(w, oldest, text, style, err));
        found = oldest;
    }
    found->used = ++w->calls;
    *out = (dk_picture){.pixels = cairo_image_surface_get_data(found->surface),
                        .w = cairo_image_surface_get_width(found->surface),
                        .h = cairo_image_surface_get_height(found->surface),
                        .stride = cairo_image_surface_get_stride(found->surface)};
    return DK_OK;
}
