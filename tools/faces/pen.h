/* Drawing on a turned head: points are given on the head seen from the front and are drawn where they are
 * seen. The head is an ellipsoid; turning is a rotation of the unit sphere, so that it can be undone exactly.
 */
#ifndef PEN_H
#define PEN_H

#include <stdbool.h>

#include "face.h"

struct point {
    double x, y;
};

/* All ink goes through pen_source, pen_ink and pen_blob, so that it can be flat: then what lets less than half of what is
 * beneath through is the number of its part, opaque, as a grey level; and what lets more through is nothing. */
struct pen {
    cairo_t *cr;
    double sin_yaw, cos_yaw, sin_pitch, cos_pitch;
    enum part part; /* what is drawn now */
    bool flat;
};

struct pen pen_on(cairo_t *cr, const struct pose *pose);

/* From the front to what is seen, and back. normal (may be NULL): of the ellipsoid at the point, as seen from
 * the front. */
struct point pen_seen(const struct pen *pen, double x, double y);
struct point pen_front(const struct pen *pen, double x, double y, double normal[3]);
/* Turns a direction from the front's frame to the viewer's. */
void pen_turn(const struct pen *pen, double v[3]);

/* A smooth curve through the points (Catmull–Rom), added to cairo's path. */
void pen_path(const struct pen *pen, const struct point *points, int count, bool closed);
/* A closed path along the upper points and back along the lower ones. */
void pen_band(const struct pen *pen, const struct point *upper, const struct point *lower, int count);

void pen_ink(const struct pen *pen, struct colour c, double alpha);
/* A pattern as ink that covers what is beneath; frees it. */
void pen_source(const struct pen *pen, cairo_pattern_t *pattern);
void pen_fill(const struct pen *pen, struct colour c, double alpha);
void pen_stroke(const struct pen *pen, struct colour c, double alpha, double width);
/* A soft spot of radii rx, ry. */
void pen_blob(const struct pen *pen, double x, double y, double rx, double ry, struct colour c, double alpha);

struct colour colour_mix(struct colour a, struct colour b, double t);
struct colour colour_scale(struct colour c, double k);

/* Numbers around a mean, kept within ±2.2 spreads. */
double vary(dk_rng *rng, double mean, double spread);
/* True in this share of cases. */
bool chance(dk_rng *rng, double share);
double between(dk_rng *rng, double low, double high);
double clamp(double v, double low, double high);

#endif
