/* A contact sheet. Enlarged pictures keep their pixels visible from threefold on (what the network sees is
 * what is shown); otherwise cairo's good filter. */
#include "plot/grid.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/canvas.h"

enum { GAP = 10, MARGIN = 24, CAPTION = 17, LINES = 3, TITLE = 40, LIMIT = 32767 };

/* A copy as cairo wants it: 32 bits a pixel, 0RGB. NULL when memory is out. */
static cairo_surface_t *surface_of(const dk_image *image) {
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image->w, image->h);
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(s);
        return NULL;
    }
    unsigned char *pixels = cairo_image_surface_get_data(s);
    const int stride = cairo_image_surface_get_stride(s);
    for (int y = 0; y < image->h; y++) {
        const uint8_t *from = image->pixels + (size_t)y * (size_t)image->w * (size_t)image->c;
        for (int x = 0; x < image->w; x++, from += image->c) {
            const uint32_t r = from[0], g = from[image->c == 3 ? 1 : 0], b = from[image->c == 3 ? 2 : 0];
            const uint32_t value = r << 16 | g << 8 | b;
            memcpy(pixels + y * stride + 4 * x, &value, sizeof value);
        }
    }
    cairo_surface_mark_dirty(s);
    return s;
}

static double fit(const dk_image *image, int cell) {
    return fmin((double)cell / image->w, (double)cell / image->h);
}

static dk_status draw_picture(cairo_t *cr, const dk_image *image, double x, double y, int cell, int tall,
                              dk_error *err) {
    cairo_surface_t *s = surface_of(image);
    if (s == NULL) {
        return dk_fail(err, DK_ENOMEM, "out of memory for a picture of %dx%d pixels", image->w, image->h);
    }
    const double scale = fit(image, cell);
    cairo_save(cr);
    cairo_translate(cr, floor(x + (cell - scale * image->w) / 2), floor(y + (tall - scale * image->h) / 2));
    cairo_rectangle(cr, 0, 0, scale * image->w, scale * image->h);
    cairo_clip(cr);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, s, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(cr), scale >= 3 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(s);
    return DK_OK;
}

typedef struct {
    int columns, cell, tall, top, row; /* tall: height of the highest picture; row: that with its caption */
    bool captions;
} layout;

/* Lines of a caption. */
static int lines_of(const char *caption) {
    int lines = caption != NULL;
    for (; caption != NULL && *caption != 0 && lines < LINES; caption++) {
        lines += *caption == '\n';
    }
    return lines;
}

/* The first line stands out, the others are quiet. */
static void draw_caption(cairo_t *cr, double x, double y, int cell, const char *caption) {
    const int lines = lines_of(caption);
    dk_canvas_font(cr, 13, false);
    for (int i = 0; i < lines; i++) {
        char text[512];
        const size_t n = strcspn(caption, "\n");
        const size_t whole = dk_text_fit(caption, sizeof text - 1);
        snprintf(text, sizeof text, "%.*s", (int)(n < whole ? n : whole), caption);
        dk_canvas_ink(cr, i == 0 ? dk_ink_text : dk_ink_quiet, 1);
        dk_canvas_text(cr, x + cell / 2., y + 16 + i * CAPTION, .5, cell, text);
        caption += n + (caption[n] != 0);
    }
}

static dk_status draw_cells(cairo_t *cr, const layout *l, const dk_image *const *images,
                            const char *const *captions, int count, dk_error *err) {
    for (int i = 0; i < count; i++) {
        const int x = MARGIN + i % l->columns * (l->cell + GAP), y = l->top + i / l->columns * l->row;
        DK_TRY(draw_picture(cr, images[i], x, y, l->cell, l->tall, err));
        if (l->captions && captions[i] != NULL) {
            draw_caption(cr, x, y + l->tall, l->cell, captions[i]);
        }
    }
    return DK_OK;
}

static int highest(const dk_image *const *images, int count, int cell) {
    double most = 0;
    for (int i = 0; i < count; i++) {
        most = fmax(most, fit(images[i], cell) * images[i]->h);
    }
    return (int)ceil(most);
}

static int caption_height(const char *const *captions, int count) {
    int lines = 0;
    for (int i = 0; captions != NULL && i < count; i++) {
        const int own = lines_of(captions[i]);
        lines = own > lines ? own : lines;
    }
    return lines > 0 ? 5 + lines * CAPTION : 0;
}

dk_status dk_grid_save(const dk_image *const *images, const char *const *captions, int count, int columns,
                       int cell, const char *title, dk_fonts *fonts, const char *path, dk_error *err) {
    if (count < 1 || columns < 1 || cell < 16) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: a grid of %d pictures in %d columns with cells of %d pixels; "
                       "needs at least 1, 1 and 16",
                       path, count, columns, cell);
    }
    const int tall = highest(images, count, cell);
    const layout l = {.columns = columns < count ? columns : count,
                      .cell = cell,
                      .tall = tall,
                      .top = MARGIN + (title != NULL ? TITLE : 0),
                      .row = tall + GAP + caption_height(captions, count),
                      .captions = captions != NULL};
    const long rows = (count + l.columns - 1L) / l.columns;
    const long w = 2L * MARGIN + (long)l.columns * (cell + GAP) - GAP,
               h = l.top + rows * l.row - GAP + MARGIN;
    if (w > LIMIT || h > LIMIT) {
        return dk_fail(err, DK_EUSAGE, "%s: the grid would be %ldx%ld pixels; at most %d a side", path, w, h,
                       LIMIT);
    }
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, (int)w, (int)h, fonts, err));
    if (title != NULL) {
        dk_canvas_font(canvas.cr, 20, true);
        dk_canvas_ink(canvas.cr, dk_ink_text, 1);
        dk_canvas_text(canvas.cr, MARGIN, MARGIN + 20, 0, (double)w - 2 * MARGIN, title);
    }
    const dk_status status = draw_cells(canvas.cr, &l, images, captions, count, err);
    if (status != DK_OK) {
        dk_canvas_close(&canvas);
        return status;
    }
    return dk_canvas_save(&canvas, path, err);
}

dk_status dk_grid_save_empty(const char *title, dk_fonts *fonts, const char *path, dk_error *err) {
    enum { WIDTH = 760 };
    dk_canvas canvas;
    DK_TRY(dk_canvas_open(&canvas, WIDTH, 2 * MARGIN + 30, fonts, err));
    dk_canvas_font(canvas.cr, 20, true);
    dk_canvas_ink(canvas.cr, dk_ink_text, 1);
    dk_canvas_text(canvas.cr, MARGIN, MARGIN + 22, 0, WIDTH - 2 * MARGIN, title);
    return dk_canvas_save(&canvas, path, err);
}
