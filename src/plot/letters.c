/* Which texts cairo sets by itself, and how; the others are handed on. */
#include "plot/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "plot/shaped.h"

struct dk_letters {
    dk_fonts *fonts;
    double size;
    bool bold;
    bool bare;         /* there is no font, or no pango: what is not plain becomes "?" */
    dk_shaped *shaped; /* from the first text that needs it on; else NULL */
};

/* ---- which characters ---- */

typedef struct {
    uint32_t first, last;
} range;

/* Marks that say how letters around them are set, and are none themselves (Unicode's Default_Ignorable_Code_Point, as far
 * as names have them). */
static const range marks[] = {{0xad, 0xad},     {0x200b, 0x200f}, {0x202a, 0x202e},
                              {0x2060, 0x206f}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}};

/* What does not belong into a line. */
static const range controls[] = {{0, 0x1f}, {0x7f, 0x9f}, {0x2028, 0x2029}};

/* Latin, Greek, Cyrillic, punctuation, currencies, arrows, mathematics: all that stands beside its neighbour as it is. */
static const range plain[] = {{0, 0x2ff},       {0x370, 0x482},   {0x48a, 0x58f},
                              {0x1e00, 0x20cf}, {0x2100, 0x23ff}, {0xfffd, 0xfffd}};

#define IS_IN(ranges, c) is_in(ranges, sizeof(ranges) / sizeof *(ranges), c)

static bool is_in(const range *ranges, size_t count, uint32_t c) {
    for (size_t i = 0; i < count; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* UTF-8 on one line. */
static void copy_shown(char out[DK_LETTERS_MOST], const char *text) {
    size_t n = 0;
    while (*text != 0 && n + 5 < DK_LETTERS_MOST) {
        const int bytes = dk_text_character(text);
        if (bytes == 0) {
            n += (size_t)snprintf(out + n, 5, "\uFFFD");
        } else if (IS_IN(controls, dk_text_code(text))) {
            out[n++] = ' ';
        } else {
            memcpy(out + n, text, (size_t)bytes);
            n += (size_t)bytes;
        }
        text += bytes > 0 ? bytes : 1;
    }
    out[n] = 0;
}

static bool is_plain(const char *shown) {
    for (; *shown != 0; shown += dk_text_character(shown)) {
        if (!IS_IN(plain, dk_text_code(shown))) {
            return false;
        }
    }
    return true;
}

/* Takes the marks out, for cairo would draw them; other: what replaces what is not plain, 0: there is nothing. */
static void keep_plain(char *shown, char other) {
    const char *from = shown;
    while (*from != 0) {
        const size_t bytes = (size_t)dk_text_character(from);
        const uint32_t c = dk_text_code(from);
        if (other != 0 && c >= 0x7f && !IS_IN(marks, c)) {
            *shown++ = other;
        } else if (!IS_IN(marks, c)) {
            memmove(shown, from, bytes);
            shown += bytes;
        }
        from += bytes;
    }
    *shown = 0;
}

/* ---- cairo's part ---- */

static void choose_font(const dk_letters *l, cairo_t *cr) {
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           l->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, l->size);
}

/* Where no font is installed cairo draws strokes of its own, which are ASCII. */
static bool has_font(cairo_t *cr) {
    return cairo_scaled_font_get_type(cairo_get_scaled_font(cr)) == CAIRO_FONT_TYPE_FT;
}

static bool has_glyphs(cairo_t *cr, const char *shown) {
    cairo_glyph_t *glyphs = NULL;
    int count = 0;
    bool all = cairo_scaled_font_text_to_glyphs(cairo_get_scaled_font(cr), 0, 0, shown, -1, &glyphs, &count,
                                                NULL, NULL, NULL) == CAIRO_STATUS_SUCCESS;
    for (int i = 0; all && i < count; i++) {
        all = glyphs[i].index != 0;
    }
    cairo_glyph_free(glyphs);
    return all;
}

static double width_of(cairo_t *cr, const char *shown) {
    cairo_text_extents_t extents;
    cairo_text_extents(cr, shown, &extents);
    return extents.x_advance;
}

static void set_plain(cairo_t *cr, char shown[DK_LETTERS_MOST + 4], double room, const char *end,
                      dk_extents *out) {
    cairo_font_extents_t font;
    double width = width_of(cr, shown);
    for (size_t n = strlen(shown); room > 0 && width > room && n > 0;) {
        do {
            n--;
        } while (n > 0 && ((unsigned char)shown[n] & 0xc0) == 0x80);
        strcpy(shown + n, end);
        width = width_of(cr, shown);
    }
    cairo_font_extents(cr, &font);
    *out = (dk_extents){.width = width, .right = width, .above = font.ascent, .below = font.descent};
}

/* ---- both ---- */

dk_status dk_letters_open(dk_letters **out, dk_fonts *fonts, dk_error *err) {
    dk_letters *l = *out = calloc(1, sizeof *l);
    if (l == NULL) {
        return dk_no_memory(err, sizeof *l, "letters");
    }
    *l = (dk_letters){.fonts = fonts, .size = 10};
    return DK_OK;
}

void dk_letters_close(dk_letters *l) {
    if (l != NULL) {
        dk_shaped_close(l->shaped);
        free(l);
    }
}

void dk_letters_font(dk_letters *l, double size, bool bold) {
    l->size = size;
    l->bold = bold;
}

/* True with pango open. */
static bool open_shaped(dk_letters *l) {
    dk_error err = {0};
    if (l->shaped == NULL && !l->bare && dk_shaped_open(&l->shaped, &err) != DK_OK) {
        l->bare = true;
        dk_fonts_bare(l->fonts, err.text, "libpangocairo-1.0-0");
    }
    return l->shaped != NULL;
}

/* Returns whether pango has it, else it is in shown[]. */
static bool set(dk_letters *l, cairo_t *cr, const char *text, double room, char shown[DK_LETTERS_MOST + 4],
                dk_extents *out) {
    choose_font(l, cr);
    if (!l->bare && !has_font(cr)) {
        l->bare = true;
        dk_fonts_bare(l->fonts, "no font is installed", "fonts-dejavu-core");
    }
    copy_shown(shown, text);
    if (!l->bare && is_plain(shown)) {
        char own[DK_LETTERS_MOST + 4];
        strcpy(own, shown);
        keep_plain(own, 0);
        if (has_glyphs(cr, own)) {
            strcpy(shown, own);
            set_plain(cr, shown, room, "…", out);
            return false;
        }
    }
    if (!l->bare && open_shaped(l)) {
        dk_shaped_font(l->shaped, l->size, l->bold);
        dk_shaped_set(l->shaped, cr, shown, room, l->fonts, out);
        return true;
    }
    keep_plain(shown, '?');
    set_plain(cr, shown, room, "...", out);
    return false;
}

void dk_letters_measure(dk_letters *l, cairo_t *cr, const char *text, double room, dk_extents *out) {
    char shown[DK_LETTERS_MOST + 4];
    set(l, cr, text, room, shown, out);
}

double dk_letters_draw(dk_letters *l, cairo_t *cr, double x, double y, double align, double room,
                       const char *text) {
    char shown[DK_LETTERS_MOST + 4];
    dk_extents extents;
    if (set(l, cr, text, room, shown, &extents)) {
        dk_shaped_draw(l->shaped, cr, x - align * extents.width, y);
    } else {
        cairo_move_to(cr, x - align * extents.width, y);
        cairo_show_text(cr, shown);
    }
    return extents.width;
}
