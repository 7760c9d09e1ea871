/* What stands behind a face, and what a camera does to a picture. */
#ifndef PICTURE_H
#define PICTURE_H

#include "face.h"

/* A wall, a window, a room of shapes, foliage or a street, over w×h pixels. */
void backdrop_draw(cairo_t *cr, double w, double h, dk_rng *rng);

/* Blur of so many pixels, noise of so many grey levels, a factor of contrast; grey drops the colours. */
struct camera {
    double blur, noise, contrast, brightness;
    int grey;
};
struct camera camera_random(dk_rng *rng, double size);
void camera_shoot(cairo_surface_t *picture, const struct camera *camera, dk_rng *rng);

/* Where a face is in a picture of its own: pixels per face unit, and the picture's pixel of the face's origin. */
struct framing {
    double scale, x, y;
};
/* As a face finder frames it, a little off, in a square of so many pixels. */
struct framing framing_random(const struct face *face, int size, dk_rng *rng);
void framing_set(cairo_t *cr, const struct framing *framing); /* to draw in face units */

/* A square picture of one face. */
cairo_surface_t *picture_of(const struct face *face, const struct framing *framing, int size, dk_rng *rng);

/* What each pixel of that picture shows, row by row: its part (face.h), or UNDECIDED where none has three quarters of it.
 * The caller frees it; NULL: no memory. */
enum { UNDECIDED = 255 };
uint8_t *mask_of(const struct face *face, const struct framing *framing, int size);

/* A picture of a scene; the faces' boxes are x, y, width, height in pixels. */
enum { SCENE_FACES = 4, SCENE_RANDOM = 3 }; /* most faces; most of a random scene */
struct scene {
    int count;
    enum emotion emotion[SCENE_FACES];
    struct face face[SCENE_FACES];
    double x[SCENE_FACES], y[SCENE_FACES],
        scale[SCENE_FACES]; /* of the faces' origins; pixels per face unit */
    uint64_t backdrop;      /* seed */
};
struct scene scene_random(int w, int h, dk_rng *rng);
cairo_surface_t *scene_draw(const struct scene *scene, int w, int h);
/* Its people alone, over whatever is there. */
void scene_people(cairo_t *cr, const struct scene *scene);
struct face_box scene_box(const struct scene *scene, int i);

#endif
