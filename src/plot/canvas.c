/* Paper, inks and text over cairo. */
#include "plot/canvas.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

const dk_ink dk_ink_blue = {0, .447, .698}, dk_ink_vermilion = {.835, .369, 0};
const dk_ink dk_ink_green = {0, .62, .451}, dk_ink_purple = {.66, .31, .52};
const dk_ink dk_ink_text = {.13, .13, .15}, dk_ink_quiet = {.4, .4, .43}, dk_ink_rule = {.55, .55, .58};
const dk_ink dk_ink_grid = {.9, .9, .91}, dk_ink_paper = {1, 1, 1};

dk_ink dk_ink_class(int index) {
    static const dk_ink inks[DK_INK_CLASSES] = {{.835, .369, 0},   {0, .62, .451}, {.66, .31, .52},
                                                {.902, .624, 0},   {.68, .68, .7}, {0, .447, .698},
                                                {.337, .706, .914}};
    return inks[index % DK_INK_CLASSES];
}

dk_status dk_canvas_open(dk_canvas *canvas, int w, int h, dk_error *err) {
    canvas->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    canvas->cr = cairo_create(canvas->surface);
    if (cairo_status(canvas->cr) != CAIRO_STATUS_SUCCESS) {
        const char *why = cairo_status_to_string(cairo_status(canvas->cr));
        dk_canvas_close(canvas);
        return dk_fail(err, DK_ENOMEM, "cannot make a picture of %dx%d pixels: %s", w, h, why);
    }
    dk_canvas_ink(canvas->cr, dk_ink_paper, 1);
    cairo_paint(canvas->cr);
    return DK_OK;
}

void dk_canvas_close(dk_canvas *canvas) {
    cairo_destroy(canvas->cr);
    cairo_surface_destroy(canvas->surface);
    *canvas = (dk_canvas){0};
}

static cairo_status_t append(void *user, const unsigned char *bytes, unsigned int n) {
    dk_buffer *png = user;
    dk_buffer_put(png, bytes, n);
    return png->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

dk_status dk_canvas_save(dk_canvas *canvas, const char *path, dk_error *err) {
    dk_buffer png = {0};
    dk_status status;
    const cairo_status_t drawn = cairo_surface_write_to_png_stream(canvas->surface, append, &png);
    if (drawn != CAIRO_STATUS_SUCCESS) {
        status = dk_fail(err, DK_ENOMEM, "%s: cannot be made: %s", path, cairo_status_to_string(drawn));
    } else {
        status = dk_file_write(path, png.text, png.size, err);
    }
    dk_buffer_free(&png);
    return status;
}

void dk_canvas_ink(cairo_t *cr, dk_ink ink, double alpha) {
    cairo_set_source_rgba(cr, ink.r, ink.g, ink.b, alpha);
}

void dk_canvas_font(cairo_t *cr, double size, bool bold) {
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, size);
}

/* Texts may be file names, hence any bytes; what is not UTF-8 would stop cairo for good and becomes '?'. */
static void copy_valid(char *out, size_t size, const char *text) {
    size_t n = 0;
    for (const char *p = text; *p != 0 && n + 5 < size;) {
        const int bytes = dk_text_character(p);
        if (bytes < 2) {
            out[n++] = bytes == 0 ? '?' : *p < 0x20 ? ' ' : *p;
        } else {
            memcpy(out + n, p, (size_t)bytes);
            n += (size_t)bytes;
        }
        p += bytes == 0 ? 1 : bytes;
    }
    out[n] = 0;
}

static double width_of(cairo_t *cr, const char *valid) {
    cairo_text_extents_t extents;
    cairo_text_extents(cr, valid, &extents);
    return extents.x_advance;
}

enum { MOST_TEXT = 512 }; /* bytes that are drawn */

double dk_canvas_width(cairo_t *cr, const char *text) {
    char shown[MOST_TEXT];
    copy_valid(shown, sizeof shown - 4, text);
    return width_of(cr, shown);
}

double dk_canvas_text(cairo_t *cr, double x, double y, double align, double room, const char *text) {
    char shown[MOST_TEXT];
    copy_valid(shown, sizeof shown - 4, text);
    double width = width_of(cr, shown);
    for (size_t n = strlen(shown); room > 0 && width > room && n > 0;) {
        do {
            n--;
        } while (n > 0 && ((unsigned char)shown[n] & 0xc0) == 0x80);
        snprintf(shown + n, sizeof shown - n, "…");
        width = width_of(cr, shown);
    }
    cairo_move_to(cr, x - align * width, y);
    cairo_show_text(cr, shown);
    return width;
}
