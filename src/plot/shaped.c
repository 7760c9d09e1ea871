/* Text over pango: it finds fonts, shapes letters, and orders them. */
#include "plot/shaped.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "plot/pango.h"

struct dk_shaped {
    dk_pango pango;
    PangoFontMap *map;
    PangoContext *context;
    PangoLayout *layout;
    PangoLayoutLine *line; /* of the layout; valid until it changes */
};

dk_status dk_shaped_open(dk_shaped **out, dk_error *err) {
    dk_shaped *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "letters");
    }
    const dk_pango *p = &s->pango;
    const dk_status status = dk_pango_load(&s->pango, err);
    if (status != DK_OK) {
        free(s);
        return status;
    }
    s->map = p->pango_cairo_font_map_new();
    s->context = p->pango_font_map_create_context(s->map);
    s->layout = p->pango_layout_new(s->context);
    p->pango_layout_set_single_paragraph_mode(s->layout, true);
    *out = s;
    return DK_OK;
}

void dk_shaped_close(dk_shaped *s) {
    if (s != NULL) {
        s->pango.g_object_unref(s->layout);
        s->pango.g_object_unref(s->context);
        s->pango.g_object_unref(s->map);
        free(s);
    }
}

void dk_shaped_font(dk_shaped *s, double size, bool bold) {
    const dk_pango *p = &s->pango;
    PangoFontDescription *font = p->pango_font_description_new();
    p->pango_font_description_set_family(font, "sans-serif");
    p->pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    p->pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    p->pango_layout_set_font_description(s->layout, font);
    p->pango_font_description_free(font);
}

/* Returns the line's width in pango's units. */
static int lay_out(dk_shaped *s, const char *text, PangoRectangle *ink, PangoRectangle *box) {
    const dk_pango *p = &s->pango;
    p->pango_layout_set_text(s->layout, text, -1);
    s->line = p->pango_layout_get_line_readonly(s->layout, 0);
    p->pango_layout_line_get_extents(s->line, ink, box);
    return box->width;
}

/* The places, in bytes, between what readers see as characters, but for the text's end. */
static int list_cuts(const dk_shaped *s, const char *text, int cuts[DK_LETTERS_MOST]) {
    int marks, count = 0, at = 0;
    const PangoLogAttr *const mark = s->pango.pango_layout_get_log_attrs_readonly(s->layout, &marks);
    for (int i = 0; i < marks && text[at] != 0; i++) {
        if (mark[i].is_cursor_position) {
            cuts[count++] = at;
        }
        at += dk_text_character(text + at);
    }
    return count;
}

/* Keeps as much of a text that is too wide as has room before "…". (Pango's own way fills the room with a wide "…".) */
static void shorten(dk_shaped *s, const char *text, int room, PangoRectangle *ink, PangoRectangle *box) {
    char cut[DK_LETTERS_MOST + 4];
    int cuts[DK_LETTERS_MOST] = {0};
    int fits = 0, wide = list_cuts(s, text, cuts); /* indices; "…" alone is drawn even if it does not fit */
    while (fits + 1 < wide) {
        const int middle = (fits + wide) / 2;
        snprintf(cut, sizeof cut, "%.*s…", cuts[middle], text);
        const bool good = lay_out(s, cut, ink, box) <= room;
        fits = good ? middle : fits;
        wide = good ? wide : middle;
    }
    snprintf(cut, sizeof cut, "%.*s…", cuts[fits], text);
    (void)lay_out(s, cut, ink, box);
}

static void tell_missing(const dk_shaped *s, dk_fonts *fonts) {
    for (const GSList *run = s->line->runs; run != NULL; run = run->next) {
        const PangoGlyphString *glyphs = ((const PangoGlyphItem *)run->data)->glyphs;
        for (int i = 0; i < glyphs->num_glyphs; i++) {
            const PangoGlyph glyph = glyphs->glyphs[i].glyph;
            if ((glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 && glyph != PANGO_GLYPH_INVALID_INPUT) {
                dk_fonts_miss(fonts, glyph & ~(PangoGlyph)PANGO_GLYPH_UNKNOWN_FLAG);
            }
        }
    }
}

void dk_shaped_set(dk_shaped *s, cairo_t *cr, const char *text, double room, dk_fonts *fonts,
                   dk_extents *out) {
    PangoRectangle ink, box;
    const int most = (int)(room * PANGO_SCALE);
    s->pango.pango_cairo_update_context(cr, s->context);
    if (lay_out(s, text, &ink, &box) > most && most > 0) {
        shorten(s, text, most, &ink, &box);
    }
    tell_missing(s, fonts);
    const double unit = 1. / PANGO_SCALE;
    *out = (dk_extents){.width = unit * box.width,
                        .left = unit * fmax(0, -ink.x),
                        .right = unit * fmax(box.width, ink.x + ink.width),
                        .above = unit * -fmin(box.y, ink.y),
                        .below = unit * fmax(box.y + box.height, ink.y + ink.height)};
}

void dk_shaped_draw(const dk_shaped *s, cairo_t *cr, double x, double y) {
    cairo_move_to(cr, x, y);
    s->pango.pango_cairo_show_layout_line(cr, s->line);
}
