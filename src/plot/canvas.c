/* Paper, inks and text over cairo. */
#include "plot/canvas.h"

#include "base/file.h"
#include "base/text.h"

/* Its address is the key of what hangs on a context. */
static const cairo_user_data_key_t letters_key;

static dk_letters *letters_of(cairo_t *cr) {
    return cairo_get_user_data(cr, &letters_key);
}

dk_status dk_canvas_open(dk_canvas *canvas, int w, int h, dk_fonts *fonts, dk_error *err) {
    *canvas = (dk_canvas){0};
    DK_TRY(dk_letters_open(&canvas->letters, fonts, err));
    canvas->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    canvas->cr = cairo_create(canvas->surface);
    cairo_status_t made = cairo_status(canvas->cr);
    if (made == CAIRO_STATUS_SUCCESS) {
        made = cairo_set_user_data(canvas->cr, &letters_key, canvas->letters, NULL);
    }
    if (made != CAIRO_STATUS_SUCCESS) {
        dk_canvas_close(canvas);
        return dk_fail(err, DK_ENOMEM, "cannot make a picture of %dx%d pixels: %s", w, h,
                       cairo_status_to_string(made));
    }
    dk_canvas_ink(canvas->cr, dk_ink_paper, 1);
    cairo_paint(canvas->cr);
    return DK_OK;
}

void dk_canvas_close(dk_canvas *canvas) {
    cairo_destroy(canvas->cr);
    cairo_surface_destroy(canvas->surface);
    dk_letters_close(canvas->letters);
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
    dk_canvas_close(canvas);
    return status;
}

void dk_canvas_ink(cairo_t *cr, dk_ink ink, double alpha) {
    cairo_set_source_rgba(cr, ink.r, ink.g, ink.b, alpha);
}

void dk_canvas_font(cairo_t *cr, double size, bool bold) {
    dk_letters_font(letters_of(cr), size, bold);
}

double dk_canvas_width(cairo_t *cr, const char *text) {
    dk_extents extents;
    dk_letters_measure(letters_of(cr), cr, text, 0, &extents);
    return extents.width;
}

double dk_canvas_text(cairo_t *cr, double x, double y, double align, double room, const char *text) {
    return dk_letters_draw(letters_of(cr), cr, x, y, align, room, text);
}

void dk_canvas_head(cairo_t *cr, double x, double room, bool large, const char *title, const char *subtitle) {
    dk_canvas_font(cr, large ? 24 : 22, true);
    dk_canvas_ink(cr, dk_ink_text, 1);
    dk_canvas_text(cr, x, large ? 44 : 42, 0, room, title);
    dk_canvas_font(cr, large ? 15 : 14, false);
    dk_canvas_ink(cr, dk_ink_quiet, 1);
    dk_canvas_text(cr, x, large ? 70 : 68, 0, room, subtitle);
}
