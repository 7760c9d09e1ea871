/* Pictures: one face as a face finder would cut it out, and scenes of one to three people. */
#include <math.h>

#include "pen.h"
#include "picture.h"

struct framing framing_random(const struct face *face, int size, dk_rng *rng) {
    const struct face_box box = face_box(face);
    const double scale = size / (box.side * between(rng, .93, 1.2));
    const double x = box.x + vary(rng, 0, .06), y = box.y + vary(rng, 0, .06);
    return (struct framing){scale, size / 2. - scale * x, size / 2. - scale * y};
}

void framing_set(cairo_t *cr, const struct framing *framing) {
    cairo_translate(cr, framing->x, framing->y);
    cairo_scale(cr, framing->scale, framing->scale);
}

cairo_surface_t *picture_of(const struct face *face, const struct framing *framing, int size, dk_rng *rng) {
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, size, size);
    cairo_t *cr = cairo_create(picture);
    backdrop_draw(cr, size, size, rng);
    framing_set(cr, framing);
    face_draw(cr, face);
    cairo_destroy(cr);
    return picture;
}

struct scene scene_random(int w, int h, dk_rng *rng) {
    struct scene s = {.count = 1 + (int)dk_rng_below(rng, SCENE_RANDOM), .backdrop = dk_rng_next(rng)};
    const double level = h * between(rng, .38, .5); /* of the eyes */
    for (int i = 0; i < s.count; i++) {
        const double room = (double)w / s.count, most = fmin(room / 2.6, h / 3.2);
        s.emotion[i] = (enum emotion)dk_rng_below(rng, EMOTIONS);
        s.face[i] = face_random(s.emotion[i], rng);
        s.scale[i] = most * between(rng, .55, 1);
        const double spare = room / 2 - 1.25 * s.scale[i];
        s.x[i] = room * (i + .5) + spare * between(rng, -.8, .8);
        s.y[i] = fmax(1.6 * s.scale[i], level + .12 * h * between(rng, -1, 1));
    }
    const struct light light = s.face[0].light; /* one sun for all */
    for (int i = 1; i < s.count; i++) {
        s.face[i].light = light;
    }
    return s;
}

void scene_people(cairo_t *cr, const struct scene *scene) {
    bool drawn[SCENE_FACES] = {false};
    for (int n = 0; n < scene->count; n++) { /* the smaller stand farther back */
        int next = -1;
        for (int i = 0; i < scene->count; i++) {
            if (!drawn[i] && (next < 0 || scene->scale[i] < scene->scale[next])) {
                next = i;
            }
        }
        drawn[next] = true;
        cairo_save(cr);
        cairo_translate(cr, scene->x[next], scene->y[next]);
        cairo_scale(cr, scene->scale[next], scene->scale[next]);
        face_draw(cr, &scene->face[next]);
        cairo_restore(cr);
    }
}

cairo_surface_t *scene_draw(const struct scene *scene, int w, int h) {
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(picture);
    dk_rng rng = dk_rng_key(scene->backdrop, 0, 0, DK_RNG_TEST);
    backdrop_draw(cr, w, h, &rng);
    scene_people(cr, scene);
    cairo_destroy(cr);
    return picture;
}

struct face_box scene_box(const struct scene *scene, int i) {
    const struct face_box b = face_box(&scene->face[i]);
    const double k = scene->scale[i];
    return (struct face_box){scene->x[i] + k * b.x, scene->y[i] + k * b.y, k * b.side};
}
