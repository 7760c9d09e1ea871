/* A face, from what lies behind to what lies in front. */
#include "face.h"

#include <math.h>
#include <stddef.h>

#include "parts.h"
#include "relief.h"

static double device_scale(cairo_t *cr) {
    double x = 1, y = 0;
    cairo_user_to_device_distance(cr, &x, &y);
    return sqrt(x * x + y * y);
}

static void head_path(const struct pen *pen, const struct anatomy *a) {
    struct point outline[OUTLINE_POINTS];
    anatomy_outline(a, outline);
    pen_path(pen, outline, OUTLINE_POINTS, true);
}

void face_draw(cairo_t *cr, const struct face *face) {
    const struct anatomy a = anatomy_of(face);
    cairo_save(cr);
    cairo_rotate(cr, face->pose.roll);
    cairo_new_path(cr);
    const struct pen pen = pen_on(cr, &face->pose);
    draw_hair_behind(&pen, face, &a);
    draw_neck(&pen, face, &a);
    cairo_rotate(cr, -face->pose.roll);
    draw_body(&pen, face, &a);
    cairo_rotate(cr, face->pose.roll);
    draw_ears(&pen, face, &a);
    cairo_save(cr);
    head_path(&pen, &a);
    cairo_clip(cr);
    relief_paint(&pen, face, &a, device_scale(cr));
    draw_beard(&pen, face, &a);
    cairo_restore(cr);
    draw_nostrils(&pen, face, &a);
    draw_eyes(&pen, face, &a);
    draw_mouth(&pen, face, &a);
    draw_hair(&pen, face, &a);
    draw_brows(&pen, face, &a);
    draw_glasses(&pen, face, &a);
    cairo_restore(cr);
}

/* The constants are the mean of what OpenCV's frontal-face cascade finds on these faces. */
struct face_box face_box(const struct face *face) {
    const struct pen pen = pen_on(NULL, &face->pose);
    const struct point p = pen_seen(&pen, 0, .21);
    const double c = cos(face->pose.roll), s = sin(face->pose.roll);
    return (struct face_box){c * p.x - s * p.y, s * p.x + c * p.y, 1.9};
}
