/* Projection, smooth paths, soft spots, colours and dice. */
#include "pen.h"

#include <math.h>
#include <stddef.h>

static const double radius_x = 1.02, radius_y = 1.38;

struct pen pen_on(cairo_t *cr, const struct pose *pose) {
    return (struct pen){.cr = cr,
                        .sin_yaw = sin(pose->yaw),
                        .cos_yaw = cos(pose->yaw),
                        .sin_pitch = sin(pose->pitch),
                        .cos_pitch = cos(pose->pitch)};
}

void pen_turn(const struct pen *pen, double v[3]) {
    const double x = v[0] * pen->cos_yaw + v[2] * pen->sin_yaw;
    const double z = v[2] * pen->cos_yaw - v[0] * pen->sin_yaw;
    v[0] = x;
    v[2] = z * pen->cos_pitch - v[1] * pen->sin_pitch;
    v[1] = v[1] * pen->cos_pitch + z * pen->sin_pitch;
}

/* Height of the unit sphere over a point; 0 beyond its rim. */
static double height(double x, double y) {
    return sqrt(fmax(0, 1 - x * x - y * y));
}

struct point pen_seen(const struct pen *pen, double x, double y) {
    double v[3] = {x / radius_x, y / radius_y, 0};
    v[2] = height(v[0], v[1]);
    pen_turn(pen, v);
    return (struct point){v[0] * radius_x, v[1] * radius_y};
}

struct point pen_front(const struct pen *pen, double x, double y, double normal[3]) {
    const double sx = x / radius_x, sy = y / radius_y, sz = height(sx, sy);
    const double py = sy * pen->cos_pitch - sz * pen->sin_pitch;
    const double pz = sz * pen->cos_pitch + sy * pen->sin_pitch;
    const double v[3] = {sx * pen->cos_yaw - pz * pen->sin_yaw, py, pz * pen->cos_yaw + sx * pen->sin_yaw};
    if (normal != NULL) {
        const double n[3] = {v[0] / radius_x, v[1] / radius_y, v[2]};
        const double length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-9;
        for (int i = 0; i < 3; i++) {
            normal[i] = n[i] / length;
        }
    }
    return (struct point){v[0] * radius_x, v[1] * radius_y};
}

/* Adds a curve through the points to the path, which stands at the first; backwards: from the last to the
 * first. Bézier control points of a Catmull–Rom piece b…c are b + (c − a)/6 and c − (d − b)/6. */
static void spline(const struct pen *pen, const struct point *p, int n, bool closed, bool backwards) {
    const int pieces = closed ? n : n - 1;
    for (int i = 0; i < pieces; i++) {
        struct point at[4]; /* a b c d */
        for (int k = 0; k < 4; k++) {
            const int wanted = i + k - 1;
            const int held = closed ? (wanted + n) % n : wanted < 0 ? 0 : wanted >= n ? n - 1 : wanted;
            const struct point *q = &p[backwards ? n - 1 - held : held];
            at[k] = pen_seen(pen, q->x, q->y);
        }
        cairo_curve_to(pen->cr, at[1].x + (at[2].x - at[0].x) / 6, at[1].y + (at[2].y - at[0].y) / 6,
                       at[2].x - (at[3].x - at[1].x) / 6, at[2].y - (at[3].y - at[1].y) / 6, at[2].x,
                       at[2].y);
    }
}

void pen_path(const struct pen *pen, const struct point *points, int count, bool closed) {
    const struct point first = pen_seen(pen, points[0].x, points[0].y);
    cairo_move_to(pen->cr, first.x, first.y);
    spline(pen, points, count, closed, false);
    if (closed) {
        cairo_close_path(pen->cr);
    }
}

void pen_band(const struct pen *pen, const struct point *upper, const struct point *lower, int count) {
    const struct point *end = &lower[count - 1], back = pen_seen(pen, end->x, end->y);
    pen_path(pen, upper, count, false);
    cairo_line_to(pen->cr, back.x, back.y);
    spline(pen, lower, count, false, true);
    cairo_close_path(pen->cr);
}

static const double covers = .5; /* the alpha above which ink hides what is beneath */

void pen_ink(const struct pen *pen, struct colour c, double alpha) {
    const double level = pen->part / 255.;
    if (pen->flat) {
        cairo_set_source_rgba(pen->cr, level, level, level, alpha > covers);
    } else {
        cairo_set_source_rgba(pen->cr, c.r, c.g, c.b, alpha);
    }
}

void pen_source(const struct pen *pen, cairo_pattern_t *pattern) {
    if (pen->flat) {
        pen_ink(pen, (struct colour){0}, 1);
    } else {
        cairo_set_source(pen->cr, pattern);
    }
    cairo_pattern_destroy(pattern);
}

void pen_fill(const struct pen *pen, struct colour c, double alpha) {
    pen_ink(pen, c, alpha);
    cairo_fill(pen->cr);
}

void pen_stroke(const struct pen *pen, struct colour c, double alpha, double width) {
    pen_ink(pen, c, alpha);
    cairo_set_line_width(pen->cr, width);
    cairo_set_line_cap(pen->cr, CAIRO_LINE_CAP_ROUND);
    cairo_stroke(pen->cr);
}

/* e^(−4t²), brought to 0 at t = 1; and where it is v. */
static double bell(double t) {
    return (exp(-4 * t * t) - exp(-4)) / (1 - exp(-4));
}

static double bell_at(double v) {
    return v >= 1 ? 0 : sqrt(-.25 * log(v * (1 - exp(-4)) + exp(-4)));
}

void pen_blob(const struct pen *pen, double x, double y, double rx, double ry, struct colour c,
              double alpha) {
    const struct point at = pen_seen(pen, x, y);
    const double radius = pen->flat ? bell_at(covers / alpha) : 1;
    cairo_pattern_t *soft = cairo_pattern_create_radial(0, 0, 0, 0, 0, 1);
    for (int i = 0; i <= 4; i++) {
        cairo_pattern_add_color_stop_rgba(soft, i / 4., c.r, c.g, c.b, alpha * bell(i / 4.));
    }
    cairo_save(pen->cr);
    cairo_translate(pen->cr, at.x, at.y);
    cairo_scale(pen->cr, rx, ry);
    pen_source(pen, soft);
    cairo_new_path(pen->cr);
    cairo_arc(pen->cr, 0, 0, radius, 0, 2 * M_PI);
    cairo_fill(pen->cr);
    cairo_restore(pen->cr);
}

struct colour colour_mix(struct colour a, struct colour b, double t) {
    return (struct colour){a.r + t * (b.r - a.r), a.g + t * (b.g - a.g), a.b + t * (b.b - a.b)};
}

struct colour colour_scale(struct colour c, double k) {
    return (struct colour){fmin(1, c.r * k), fmin(1, c.g * k), fmin(1, c.b * k)};
}

double vary(dk_rng *rng, double mean, double spread) {
    return mean + spread * clamp((double)dk_rng_normal(rng), -2.2, 2.2);
}

bool chance(dk_rng *rng, double share) {
    return dk_rng_uniform(rng, 0, 1) < (float)share;
}

double between(dk_rng *rng, double low, double high) {
    return (double)dk_rng_uniform(rng, (float)low, (float)high);
}

double clamp(double v, double low, double high) {
    return fmin(fmax(v, low), high);
}
