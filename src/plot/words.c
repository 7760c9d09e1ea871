/* A small store of drawn texts; the one that was not wanted for longest makes room. */
#include "plot/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { MOST = 128 };

typedef struct {
    char *text;
    int size, room;
    bool bold;
    cairo_surface_t *surface; /* A8; NULL: free */
    uint64_t used;            /* when, counted in calls */
} word;

struct dk_words {
    cairo_surface_t *scratch; /* to measure on */
    cairo_t *cr;
    uint64_t calls;
    word words[MOST];
};

dk_status dk_words_open(dk_words **out, dk_error *err) {
    dk_words *w = calloc(1, sizeof *w);
    *out = NULL;
    if (w == NULL) {
        return dk_no_memory(err, sizeof *w, "drawn texts");
    }
    w->scratch = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    w->cr = cairo_create(w->scratch);
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
    free(w);
}

static dk_status draw(const dk_words *w, word *d, dk_error *err) {
    cairo_font_extents_t font;
    dk_canvas_font(w->cr, d->size, d->bold);
    cairo_font_extents(w->cr, &font);
    const double wide = dk_canvas_text(w->cr, 0, -2 * d->size, 0, d->room, d->text); /* beyond the scratch */
    const int ascent = (int)ceil(font.ascent), descent = (int)ceil(font.descent);
    d->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)ceil(wide) + 1, ascent + descent);
    cairo_t *cr = cairo_create(d->surface);
    dk_canvas_font(cr, d->size, d->bold);
    dk_canvas_text(cr, 0, ascent, 0, d->room, d->text);
    const cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_flush(d->surface);
    return status == CAIRO_STATUS_SUCCESS
               ? DK_OK
               : dk_fail(err, DK_ENOMEM, "cannot draw a text: %s", cairo_status_to_string(status));
}

static dk_status make(const dk_words *w, word *d, const char *text, int size, bool bold, int room,
                      dk_error *err) {
    drop(d);
    *d = (word){.text = strdup(text), .size = size, .bold = bold, .room = room};
    const dk_status status =
        d->text == NULL ? dk_no_memory(err, strlen(text), "a drawn text") : draw(w, d, err);
    if (status != DK_OK) {
        drop(d);
    }
    return status;
}

dk_status dk_words_get(dk_words *w, const char *text, int size, bool bold, int room, dk_mask *out,
                       dk_error *err) {
    word *oldest = &w->words[0], *found = NULL;
    for (word *d = w->words; d < w->words + MOST && found == NULL; d++) {
        if (d->surface != NULL && d->size == size && d->bold == bold && d->room == room &&
            strcmp(d->text, text) == 0) {
            found = d;
        } else if (d->used < oldest->used) {
            oldest = d;
        }
    }
    if (found == NULL) {
        DK_TRY(make(w, oldest, text, size, bold, room, err));
        found = oldest;
    }
    found->used = ++w->calls;
    *out = (dk_mask){.coverage = cairo_image_surface_get_data(found->surface),
                     .w = cairo_image_surface_get_width(found->surface),
                     .h = cairo_image_surface_get_height(found->surface),
                     .stride = cairo_image_surface_get_stride(found->surface)};
    return DK_OK;
}
