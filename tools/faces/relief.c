/* Shading of the skin. The surface is an ellipsoid with bells h·exp(−u² − v²) on it; the normal is the
 * ellipsoid's minus the bells' gradient. Light: ambient + wrapped Lambert (n·l + w)/(1 + w), and a weak
 * highlight (n·h)^24. Spots multiply the colour. Nothing casts shadows; spots stand in for them. */
#include "relief.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { MOST_BELLS = 64, MOST_SPOTS = 48 };

struct bell {
    double x, y, cos, sin, u, v; /* u, v: one over the radii */
    double height;
};

struct spot {
    double x, y, u, v;
    struct colour change; /* added to the factor 1 */
};

struct relief {
    struct bell bells[MOST_BELLS];
    struct spot spots[MOST_SPOTS];
    int bell_count, spot_count;
};

static void bell(struct relief *r, double x, double y, double rx, double ry, double turn, double height) {
    if (r->bell_count < MOST_BELLS && fabs(height) > 1e-4) {
        r->bells[r->bell_count++] = (struct bell){x, y, cos(turn), sin(turn), 1 / rx, 1 / ry, height};
    }
}

/* The same on both sides; turn is that of the right one. */
static void bells(struct relief *r, double x, double y, double rx, double ry, double turn, double height) {
    bell(r, x, y, rx, ry, turn, height);
    bell(r, -x, y, rx, ry, -turn, height);
}

static void spot(struct relief *r, double x, double y, double rx, double ry, double red, double green,
                 double blue) {
    if (r->spot_count < MOST_SPOTS) {
        r->spots[r->spot_count++] = (struct spot){x, y, 1 / rx, 1 / ry, {red, green, blue}};
    }
}

static void spots(struct relief *r, double x, double y, double rx, double ry, double red, double green,
                  double blue) {
    spot(r, x, y, rx, ry, red, green, blue);
    spot(r, -x, y, rx, ry, red, green, blue);
}

static void eyes_and_brows(struct relief *r, const struct face *f, const struct anatomy *a) {
    const double *m = f->expression.muscle, age = f->person.age;
    const double frown = clamp(m[BROW_FROWN], 0, 1.2),
                 raise = clamp((m[BROW_INNER] + m[BROW_OUTER]) / 2, 0, 1.2);
    bells(r, a->eye_x - .02, a->eye_y - .21 - .1 * raise + .06 * frown, .27, .09, .1, .055);
    bells(r, a->eye_x - .03, a->eye_y, .25, .16, 0, -.085);
    bells(r, a->eye_x, a->eye_y, .15, .1, 0, .05);
    bells(r, a->eye_x, a->eye_y + .16, .15, .035, .1, -.012 - .02 * age - .02 * clamp(m[EYE_SQUINT], 0, 1));
    bells(r, .05, a->eye_y - .2, .022, .1, .15, -.028 * frown);
    for (int i = 0; i < 3; i++) { /* lines of the forehead */
        bell(r, 0, -.52 - .12 * i, .4, .022, 0, -.016 * raise * (.4 + age) - .006 * age);
        bells(r, a->eye_x + .27, a->eye_y + .03 * (i - 1), .1, .014, .35 * (i - 1),
              -.009 * clamp(m[CHEEK_RAISE], 0, 1) * (.3 + age));
    }
    spots(r, a->eye_x - .02, a->eye_y - .02, .25, .15, -.24, -.28, -.28);
    spots(r, a->eye_x - .14, a->eye_y - .06, .09, .14, -.12, -.13, -.13);
    spots(r, a->eye_x, a->eye_y + .15, .17, .06, -.04 - .06 * age, -.07 - .07 * age, -.05 - .05 * age);
    spot(r, 0, -.62, .5, .25, .07, .07, .07);
    spot(r, 0, a->eye_y - .2, .05, .1, -.1 * frown, -.12 * frown, -.12 * frown);
}

static void nose(struct relief *r, const struct face *f, const struct anatomy *a) {
    const double wrinkle = clamp(f->expression.muscle[NOSE_WRINKLE], 0, 1.2), y = a->nose_y, w = a->nose_w;
    bell(r, 0, .45 * y, .085, .26, 0, .13);
    bell(r, 0, y - .03, .8 * w, .115, 0, .15);
    bells(r, .92 * w, y + .02, .42 * w, .065, 0, .05);
    bells(r, 1.38 * w, y + .02, .03, .07, .3, -.03);
    for (int i = 0; i < 3; i++) {
        bells(r, .075, .1 + .065 * i, .075, .017, -.55, -.024 * wrinkle);
    }
    spot(r, 0, .4 * y, .075, .3, .08, .08, .08);
    spot(r, 0, y + .09, 1.05 * w, .05, -.3, -.34, -.34);
    spot(r, .3 * f->light.x * -.4, y + .12, 1.1 * w, .09, -.1, -.12, -.12);
    spot(r, 0, y, w, .09, .02, -.03, -.03);
}

static void cheeks_and_mouth(struct relief *r, const struct face *f, const struct anatomy *a) {
    const double *m = f->expression.muscle, age = f->person.age;
    const double cheek = clamp(m[CHEEK_RAISE], 0, 1.2), smile = clamp(m[MOUTH_CORNER], 0, 1.2);
    const double sneer = clamp(m[NOSE_WRINKLE], 0, 1.2), y = a->mouth_y, w = a->mouth_w;
    bells(r, .46, .42 - .07 * cheek, .22, .18, .3, .065 + .055 * cheek);
    bells(r, .62, .78, .16, .22, .3, -.03);
    const double fold = .012 + .022 * age + .045 * smile + .045 * sneer;
    bells(r, .5 * (a->nose_w + w) + .07, .5 * (a->nose_y + y) + .02, .035, .19, -.42, -fold);
    bells(r, w + .05, y - .5 * (a->corner[0] + a->corner[1]) * .95 + .01, .045, .06, 0, -.02 - .02 * smile);
    bell(r, 0, y, .3, .22, 0, .05);
    bell(r, 0, y - .14, .025, .05, 0, -.016);
    const struct lips middle = anatomy_lips(a, 0);
    bell(r, 0, middle.top + .5 * a->upper_lip, .7 * w, .035, 0, .02);
    bell(r, 0, middle.bottom - .5 * a->lower_lip, .6 * w, .045, 0, .04);
    bell(r, 0, middle.bottom + .075, .17, .05, 0, -.045);
    bell(r, 0, a->chin - .14, .17, .11, 0, .075);
    spots(r, .47, .38 - .06 * cheek, .24, .17, .06, -.03, -.02);
    spot(r, 0, middle.bottom + .055, .75 * w, .045, -.16, -.18, -.18);
    spots(r, .5 * (a->nose_w + w) + .07, .5 * (a->nose_y + y), .05, .16, -2 * fold, -2.3 * fold, -2.3 * fold);
    spots(r, .8 * a->width, .6, .2, .6, -.1, -.12, -.12);
    spot(r, 0, a->chin + .05, .6, .13, -.16, -.18, -.18);
}

static void beard_shadow(struct relief *r, const struct face *f, const struct anatomy *a) {
    if (f->person.beard == STUBBLE) {
        spots(r, .4, .9, .32, .28, -.2, -.18, -.14);
        spot(r, 0, a->chin - .08, .35, .2, -.22, -.2, -.16);
        spot(r, 0, .5 * (a->nose_y + a->mouth_y) + .02, .24, .07, -.18, -.16, -.12);
    }
}

/* Gradient of all bells at a point. */
static void slope(const struct relief *r, double x, double y, double *gx, double *gy) {
    *gx = *gy = 0;
    for (int i = 0; i < r->bell_count; i++) {
        const struct bell *b = &r->bells[i];
        const double dx = x - b->x, dy = y - b->y;
        const double u = (dx * b->cos + dy * b->sin) * b->u, v = (dy * b->cos - dx * b->sin) * b->v;
        const double far = u * u + v * v;
        if (far < 7) {
            const double k = -2 * b->height * exp(-far);
            *gx += k * (u * b->u * b->cos - v * b->v * b->sin);
            *gy += k * (u * b->u * b->sin + v * b->v * b->cos);
        }
    }
}

static struct colour spotted(const struct relief *r, double x, double y, struct colour c) {
    for (int i = 0; i < r->spot_count; i++) {
        const struct spot *s = &r->spots[i];
        const double u = (x - s->x) * s->u, v = (y - s->y) * s->v, far = u * u + v * v;
        if (far < 6) {
            const double k = exp(-far);
            c.r *= 1 + k * s->change.r;
            c.g *= 1 + k * s->change.g;
            c.b *= 1 + k * s->change.b;
        }
    }
    return c;
}

static double lit(const struct light *light, const double n[3], double *shine) {
    const double length = sqrt(light->x * light->x + light->y * light->y + 1), wrap = .35;
    const double l[3] = {light->x / length, light->y / length, 1 / length};
    const double facing = n[0] * l[0] + n[1] * l[1] + n[2] * l[2];
    const double half = (n[0] * l[0] + n[1] * l[1] + n[2] * (l[2] + 1)) / sqrt(2 + 2 * l[2]);
    *shine = .1 * pow(fmax(0, half), 24);
    return light->strength *
           (light->ambient + 1.02 * (1 - light->ambient) * fmax(0, (facing + wrap) / (1 + wrap)));
}

static uint32_t byte_of(double v) {
    return (uint32_t)(255 * clamp(v, 0, 1) + .5);
}

static uint32_t shade(const struct relief *r, const struct pen *pen, const struct face *f, double x,
                      double y) {
    double n[3], gx, gy, shine;
    const struct point p = pen_front(pen, x, y, n);
    slope(r, p.x, p.y, &gx, &gy);
    n[0] -= gx * n[2];
    n[1] -= gy * n[2];
    const double length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    for (int i = 0; i < 3; i++) {
        n[i] /= length;
    }
    pen_turn(pen, n);
    const double bright = lit(&f->light, n, &shine);
    const struct colour c = spotted(r, p.x, p.y, f->person.skin), t = f->light.tint;
    /* what turns away from the light is redder: light that went through the skin */
    const double red = 1 + .08 * clamp(1 - bright, 0, 1);
    return byte_of(c.r * bright * t.r * red + shine) << 16 | byte_of(c.g * bright * t.g + shine) << 8 |
           byte_of(c.b * bright * t.b + shine);
}

void relief_paint(const struct pen *pen, const struct face *face, const struct anatomy *a, double scale) {
    if (pen->flat) { /* shading would cost the most and not be seen */
        pen_ink(pen, face->person.skin, 1);
        cairo_paint(pen->cr);
        return;
    }
    struct relief r = {.bell_count = 0};
    eyes_and_brows(&r, face, a);
    nose(&r, face, a);
    cheeks_and_mouth(&r, face, a);
    beard_shadow(&r, face, a);
    double left, top, right, bottom;
    cairo_clip_extents(pen->cr, &left, &top, &right, &bottom);
    const double fine = clamp(scale, 12, 260);
    const int w = (int)ceil((right - left) * fine) + 1, h = (int)ceil((bottom - top) * fine) + 1;
    cairo_surface_t *skin = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    unsigned char *data = cairo_image_surface_get_data(skin);
    const int stride = cairo_image_surface_get_stride(skin);
    for (int i = 0; data != NULL && i < h; i++) {
        uint32_t *row = (uint32_t *)(void *)(data + (size_t)i * (size_t)stride);
        for (int j = 0; j < w; j++) {
            row[j] = shade(&r, pen, face, left + (j + .5) / fine, top + (i + .5) / fine);
        }
    }
    cairo_surface_mark_dirty(skin);
    cairo_save(pen->cr);
    cairo_translate(pen->cr, left, top);
    cairo_scale(pen->cr, 1 / fine, 1 / fine);
    cairo_set_source_surface(pen->cr, skin, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(pen->cr), CAIRO_FILTER_BILINEAR);
    cairo_paint(pen->cr);
    cairo_restore(pen->cr);
    cairo_surface_destroy(skin);
}
