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

void clip_head(const struct pen *pen, const struct anatomy *a) {
    struct point outline[OUTLINE_POINTS];
    anatomy_outline(a, outline);
    pen_path(pen, outline, OUTLINE_POINTS, true);
    cairo_clip(pen->cr);
}

static void draw_head(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    cairo_save(pen->cr);
    clip_head(pen, a);
    relief_paint(pen, face, a, device_scale(pen->cr));
    cairo_restore(pen->cr);
}

const char *const part_names[PARTS] = {"background", "skin", "hair", "eyes", "mouth"};

/* Brows and beards are hair, lids and lashes belong to the eyes; clothes are background, and glasses are seen through. */
static const struct step {
    void (*draw)(const struct pen *pen, const struct face *face, const struct anatomy *a);
    enum part part;
} steps[] = {{draw_hair_behind, HAIR}, {draw_neck, SKIN},  {draw_body, BACKGROUND}, {draw_ears, SKIN},
             {draw_head, SKIN},        {draw_beard, HAIR}, {draw_nostrils, SKIN},   {draw_eyes, EYES},
             {draw_mouth, MOUTH},      {draw_hair, HAIR},  {draw_brows, HAIR},      {draw_glasses, CLEAR}};

static void draw_steps(struct pen *pen, const struct face *face) {
    const struct anatomy a = anatomy_of(face);
    cairo_save(pen->cr);
    cairo_rotate(pen->cr, face->pose.roll);
    cairo_new_path(pen->cr);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        pen->part = steps[i].part;
        if (!pen->flat || pen->part != CLEAR) {
            steps[i].draw(pen, face, &a);
        }
    }
    cairo_restore(pen->cr);
}

void face_draw(cairo_t *cr, const struct face *face) {
    struct pen pen = pen_on(cr, &face->pose);
    draw_steps(&pen, face);
}

void face_draw_parts(cairo_t *cr, const struct face *face) {
    struct pen pen = pen_on(cr, &face->pose);
    pen.flat = true;
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    draw_steps(&pen, face);
}

/* The constants are the mean of what OpenCV's frontal-face cascade finds on these faces. */
struct face_box face_box(const struct face *face) {
    const struct pen pen = pen_on(NULL, &face->pose);
    const struct point p = pen_seen(&pen, 0, .21);
    const double c = cos(face->pose.roll), s = sin(face->pose.roll);
    return (struct face_box){c * p.x - s * p.y, s * p.x + c * p.y, 1.9};
}
