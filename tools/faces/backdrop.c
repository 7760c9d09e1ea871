/* Backgrounds: five kinds of soft, unspecific places. Nothing in them may look like a face. */
#include <math.h>

#include "pen.h"
#include "picture.h"

static struct colour any_colour(dk_rng *rng, double low, double high) {
    const double grey = between(rng, low, high), tint = .35;
    return (struct colour){clamp(grey + vary(rng, 0, .3 * tint), 0, 1),
                           clamp(grey + vary(rng, 0, .2 * tint), 0, 1),
                           clamp(grey + vary(rng, 0, .3 * tint), 0, 1)};
}

static void ink(cairo_t *cr, struct colour c, double alpha) {
    cairo_set_source_rgba(cr, c.r, c.g, c.b, alpha);
}

/* Fills the rectangle with a gradient from one corner to the opposite. */
static void wash(cairo_t *cr, double x, double y, double w, double h, struct colour a, struct colour b) {
    cairo_pattern_t *g = cairo_pattern_create_linear(x, y, x + w, y + h);
    cairo_pattern_add_color_stop_rgb(g, 0, a.r, a.g, a.b);
    cairo_pattern_add_color_stop_rgb(g, 1, b.r, b.g, b.b);
    cairo_set_source(cr, g);
    cairo_rectangle(cr, x, y, w, h);
    cairo_fill(cr);
    cairo_pattern_destroy(g);
}

static void wall(cairo_t *cr, double w, double h, dk_rng *rng) {
    const struct colour c = any_colour(rng, .35, .85);
    wash(cr, 0, 0, w, h, c, colour_scale(c, between(rng, .55, .9)));
    const double step = w / between(rng, 3, 9);
    const int stripes = (int)dk_rng_below(rng, 3);
    ink(cr, colour_scale(c, .8), .5);
    for (double at = step * between(rng, 0, 1); stripes > 0 && at < fmax(w, h); at += step) {
        if (stripes == 1) {
            cairo_rectangle(cr, at, 0, .45 * step, h);
        } else {
            cairo_rectangle(cr, 0, at, w, .04 * step);
            cairo_rectangle(cr, fmod(at * 1.7, w), 0, .04 * step, h);
        }
    }
    cairo_fill(cr);
}

static void window(cairo_t *cr, double w, double h, dk_rng *rng) {
    wall(cr, w, h, rng);
    const double ww = w * between(rng, .3, .6), wh = h * between(rng, .5, .8);
    const double x = between(rng, -.1, .7) * w, y = between(rng, .03, .2) * h, bar = .03 * w;
    wash(cr, x, y, ww, wh, (struct colour){.75, .86, .95}, any_colour(rng, .6, .9));
    wash(cr, x, y + .6 * wh, ww, .4 * wh, any_colour(rng, .3, .6), any_colour(rng, .2, .5));
    ink(cr, any_colour(rng, .75, .95), 1);
    cairo_set_line_width(cr, bar);
    cairo_rectangle(cr, x, y, ww, wh);
    cairo_move_to(cr, x + ww / 2, y);
    cairo_line_to(cr, x + ww / 2, y + wh);
    cairo_move_to(cr, x, y + wh / 2);
    cairo_line_to(cr, x + ww, y + wh / 2);
    cairo_stroke(cr);
}

static void room(cairo_t *cr, double w, double h, dk_rng *rng) {
    wall(cr, w, h, rng);
    const int shelves = 2 + (int)dk_rng_below(rng, 3);
    for (int i = 0; i < shelves; i++) { /* shelves with books */
        const double y = h * (i + between(rng, .6, .9)) / shelves, deep = .03 * h;
        double x = between(rng, -.2, .5) * w;
        const double end = x + w * between(rng, .3, .8);
        wash(cr, x, y, end - x, deep, any_colour(rng, .2, .5), any_colour(rng, .2, .5));
        while (x < end - .05 * w) {
            const double thick = w * between(rng, .015, .05), tall = h * between(rng, .1, .22);
            const struct colour c = any_colour(rng, .15, .8);
            wash(cr, x, y - tall, thick, tall, c, colour_scale(c, .7));
            x += thick + (chance(rng, .15) ? .04 * w : .002 * w);
        }
    }
}

static void foliage(cairo_t *cr, double w, double h, dk_rng *rng) {
    wash(cr, 0, 0, w, h, (struct colour){.62, .75, .85}, (struct colour){.55, .62, .5});
    wash(cr, 0, h * between(rng, .2, .45), w, h, (struct colour){.16, .27, .12},
         (struct colour){.1, .17, .08});
    for (int i = 0; i < 260; i++) {
        const double t = i / 260., size = w * between(rng, .012, .045);
        const struct colour c = {between(rng, .1, .3) + .2 * t, between(rng, .25, .5) + .2 * t,
                                 between(rng, .08, .25)};
        cairo_save(cr);
        cairo_translate(cr, between(rng, 0, w), h * (.2 + .8 * between(rng, 0, 1)));
        cairo_rotate(cr, between(rng, 0, M_PI));
        cairo_scale(cr, size, .45 * size);
        cairo_arc(cr, 0, 0, 1, 0, 2 * M_PI);
        cairo_restore(cr);
        ink(cr, c, .85);
        cairo_fill(cr);
    }
}

static void street(cairo_t *cr, double w, double h, dk_rng *rng) {
    wash(cr, 0, 0, w, h, any_colour(rng, .65, .9), any_colour(rng, .45, .7));
    for (double x = -.1 * w; x < w;) {
        const double wide = w * between(rng, .12, .3), tall = h * between(rng, .4, .9), side = wide / 6;
        const struct colour c = any_colour(rng, .25, .7), pane = any_colour(rng, .2, .9);
        wash(cr, x, h - tall, wide, tall, c, colour_scale(c, .75));
        ink(cr, pane, .7);
        for (double y = h - tall + side; y < h - .1 * h; y += 2.2 * side) {
            for (int i = 0; i < 2; i++) {
                cairo_rectangle(cr, x + side + 2.4 * side * i, y, 1.4 * side, 1.3 * side);
            }
        }
        cairo_fill(cr);
        x += wide;
    }
    wash(cr, 0, .92 * h, w, .08 * h, any_colour(rng, .3, .5), any_colour(rng, .2, .4));
}

void backdrop_draw(cairo_t *cr, double w, double h, dk_rng *rng) {
    static void (*const places[])(cairo_t *, double, double, dk_rng *) = {wall, window, room, foliage,
                                                                          street};
    cairo_save(cr);
    cairo_new_path(cr);
    places[dk_rng_below(rng, sizeof places / sizeof *places)](cr, w, h, rng);
    cairo_restore(cr);
}
