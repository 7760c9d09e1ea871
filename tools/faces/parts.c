/* Eyes, brows, nostrils, mouth. Shapes are bands between two curves that the muscles have bent. */
#include "parts.h"

#include <math.h>

enum { LID_POINTS = 9, LIP_POINTS = 13 };

double light_at(const struct light *light, double x, double y) {
    return light->strength * clamp(.62 + .38 * light->ambient + .3 * (x * light->x + y * light->y), .25, 1.2);
}

static struct colour lit_skin(const struct face *face, double k) {
    return colour_scale(face->person.skin, k * light_at(&face->light, 0, 0));
}

/* ---- eyes ---- */

/* Both lids of an eye from the inner to the outer corner. Raised inner brows pull the upper lid's inner part
 * up, lowered ones press it down. */
static void lids(const struct face *face, const struct anatomy *a, int side, struct point upper[LID_POINTS],
                 struct point lower[LID_POINTS]) {
    const double *m = face->expression.muscle;
    const double tilt = .03 * (clamp(m[BROW_INNER], -.6, 1) - .8 * clamp(m[BROW_FROWN], 0, 1)) -
                        .03 * clamp(m[BROW_OUTER], -1, 0);
    for (int i = 0; i < LID_POINTS; i++) {
        const double t = 2 * i / (double)(LID_POINTS - 1) - 1, u = fabs(t); /* −1 at the inner corner */
        const double x = side * (a->eye_x + t * a->eye_w), corner = a->eye_y - .016 * t + .004;
        const double up = a->upper_lid * pow(1 - u * u, .62) + tilt * -t * (1 - u * u);
        upper[i] = (struct point){x, corner - fmax(up, .004 * (1 - u))};
        lower[i] = (struct point){x, corner + a->lower_lid * pow(1 - u * u, .75)};
    }
}

static void iris(const struct pen *pen, const struct face *face, const struct anatomy *a, int side) {
    const double size = .09 * face->person.eye_size;
    const struct point at = pen_seen(pen, side * a->eye_x + .055 * face->expression.gaze_x,
                                     a->eye_y - .012 + .03 * face->expression.gaze_y);
    cairo_pattern_t *ring = cairo_pattern_create_radial(at.x, at.y, 0, at.x, at.y, size);
    const struct colour c = face->person.iris, rim = colour_scale(c, .35);
    cairo_pattern_add_color_stop_rgb(ring, 0, c.r, c.g, c.b);
    cairo_pattern_add_color_stop_rgb(ring, .7, c.r, c.g, c.b);
    cairo_pattern_add_color_stop_rgb(ring, 1, rim.r, rim.g, rim.b);
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, at.x, at.y, size, 0, 2 * M_PI);
    pen_source(pen, ring);
    cairo_fill(pen->cr);
    cairo_arc(pen->cr, at.x, at.y, .45 * size, 0, 2 * M_PI);
    pen_fill(pen, (struct colour){.03, .02, .02}, 1);
    cairo_arc(pen->cr, at.x + .3 * size * (face->light.x > 0 ? 1 : -1), at.y - .35 * size, .19 * size, 0,
              2 * M_PI);
    pen_fill(pen, (struct colour){1, 1, 1}, .85);
}

static void eye(const struct pen *pen, const struct face *face, const struct anatomy *a, int side) {
    struct point upper[LID_POINTS], lower[LID_POINTS], crease[LID_POINTS];
    const double bright = .8 * light_at(&face->light, .3 * side, 0);
    const struct colour dark =
        colour_mix(colour_scale(face->person.skin, .22), (struct colour){.08, .05, .05}, .6);
    lids(face, a, side, upper, lower);
    cairo_save(pen->cr);
    pen_band(pen, upper, lower, LID_POINTS);
    cairo_clip(pen->cr);
    pen_ink(pen, (struct colour){.9 * bright, .87 * bright, .85 * bright}, 1);
    cairo_paint(pen->cr);
    iris(pen, face, a, side);
    pen_path(pen, upper, LID_POINTS, false); /* the lid's shadow on the ball */
    pen_stroke(pen, (struct colour){.1, .06, .05}, .35, .075);
    cairo_restore(pen->cr);
    for (int i = 0; i < LID_POINTS; i++) {
        const double t = i / (double)(LID_POINTS - 1);
        crease[i] = (struct point){upper[i].x, upper[i].y - .03 - .035 * sin(M_PI * t)};
    }
    pen_path(pen, crease, LID_POINTS, false);
    pen_stroke(pen, lit_skin(face, .5), .5, .014);
    pen_path(pen, lower, LID_POINTS, false);
    pen_stroke(pen, lit_skin(face, .45), .6, .013);
    pen_path(pen, upper, LID_POINTS, false);
    pen_stroke(pen, dark, .95, .028);
}

void draw_eyes(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    eye(pen, face, a, -1);
    eye(pen, face, a, 1);
}

/* ---- brows ---- */

void draw_brows(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    struct point middle[BROW_POINTS], upper[BROW_POINTS], lower[BROW_POINTS];
    static const double thick[BROW_POINTS] = {.028, .038, .036, .026, .006};
    const struct colour hair = colour_mix(face->person.hair, colour_scale(face->person.skin, .45), .25);
    for (int side = -1; side <= 1; side += 2) {
        anatomy_brow(face, a, side, middle);
        for (int i = 0; i < BROW_POINTS; i++) {
            const double half = thick[i] * face->person.brow_thick;
            upper[i] = (struct point){middle[i].x, middle[i].y - half};
            lower[i] = (struct point){middle[i].x, middle[i].y + half};
        }
        pen_band(pen, upper, lower, BROW_POINTS);
        pen_ink(pen, hair, .8);
        cairo_fill_preserve(pen->cr);
        pen_stroke(pen, hair, .3, .03); /* a soft rim */
    }
}

/* ---- nose ---- */

void draw_nostrils(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    const struct colour dark = lit_skin(face, .2), fold = lit_skin(face, .5);
    for (int side = -1; side <= 1; side += 2) {
        const double w = a->nose_w, y = a->nose_y;
        pen_blob(pen, side * .45 * w, y + .075, .4 * w, .036, dark, .9);
        const struct point wing[] = {
            {side * .98 * w, y - .05}, {side * 1.22 * w, y + .01}, {side * 1.08 * w, y + .075}};
        pen_path(pen, wing, 3, false);
        pen_stroke(pen, fold, .38, .016);
    }
}

/* ---- mouth ---- */

struct mouth {
    struct point top[LIP_POINTS], upper[LIP_POINTS], lower[LIP_POINTS], bottom[LIP_POINTS];
};

static struct mouth mouth_of(const struct anatomy *a) {
    struct mouth m;
    for (int i = 0; i < LIP_POINTS; i++) {
        const double t = -cos(M_PI * i / (LIP_POINTS - 1.)), x = t * a->mouth_w; /* dense at the corners */
        const struct lips l = anatomy_lips(a, t);
        m.top[i] = (struct point){x, l.top};
        m.upper[i] = (struct point){x, l.upper};
        m.lower[i] = (struct point){x, l.lower};
        m.bottom[i] = (struct point){x, l.bottom};
    }
    return m;
}

/* Darkness, teeth and tongue between the lips. */
static void inside(const struct pen *pen, const struct face *face, const struct anatomy *a,
                   const struct mouth *m) {
    const double bright = light_at(&face->light, 0, 0),
                 gap = anatomy_lips(a, 0).lower - anatomy_lips(a, 0).upper;
    struct point edge[LIP_POINTS];
    cairo_save(pen->cr);
    pen_band(pen, m->upper, m->lower, LIP_POINTS);
    cairo_clip(pen->cr);
    pen_ink(pen, (struct colour){.16, .05, .05}, 1);
    cairo_paint(pen->cr);
    pen_blob(pen, 0, anatomy_lips(a, 0).lower + .02, .75 * a->mouth_w, .45 * gap,
             (struct colour){.62, .26, .26}, .8);
    const double teeth = fmin(.45 * gap + .012, .085);
    for (int i = 0; i < LIP_POINTS; i++) {
        edge[i] = (struct point){m->upper[i].x, m->upper[i].y + teeth};
    }
    pen_band(pen, m->upper, edge, LIP_POINTS);
    pen_fill(pen, (struct colour){.9 * bright, .88 * bright, .83 * bright}, 1);
    pen_path(pen, m->upper, LIP_POINTS, false); /* the lip's shadow on the teeth */
    pen_stroke(pen, (struct colour){.2, .08, .08}, .4, .03);
    cairo_restore(pen->cr);
}

void draw_mouth(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    const struct mouth m = mouth_of(a);
    const struct colour lips = colour_scale(face->person.lips, light_at(&face->light, 0, 0));
    pen_band(pen, m.top, m.upper, LIP_POINTS);
    pen_fill(pen, colour_scale(lips, .78), .78);
    pen_band(pen, m.lower, m.bottom, LIP_POINTS);
    pen_fill(pen, lips, .7);
    pen_blob(pen, .05 * face->light.x, anatomy_lips(a, 0).bottom - .55 * a->lower_lip, .45 * a->mouth_w, .03,
             (struct colour){1, .9, .88}, .3);
    if (anatomy_lips(a, 0).lower - anatomy_lips(a, 0).upper > .012) {
        inside(pen, face, a, &m);
    }
    pen_path(pen, m.lower, LIP_POINTS, false);
    pen_stroke(pen, colour_scale(lips, .3), .5, .012);
    pen_path(pen, m.upper, LIP_POINTS, false);
    pen_stroke(pen, colour_scale(lips, .25), .9, .022);
    for (int i = 0; i < LIP_POINTS; i += LIP_POINTS - 1) { /* the corners */
        pen_blob(pen, m.upper[i].x, m.upper[i].y, .055, .04, colour_scale(face->person.skin, .3), .6);
    }
}
