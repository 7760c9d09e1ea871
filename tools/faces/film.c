/* A clip as a file: the backdrop is drawn once, the people on every frame, all through one camera. */
#include <stdio.h>
#include <string.h>

#include "avi.h"
#include "clip.h"
#include "image/image.h"
#include "jobs.h"

enum { QUALITY = 92 };

struct film {
    struct clip clip;
    struct camera camera;
    cairo_surface_t *backdrop, *frame;
    dk_image *image; /* the frame as the encoder wants it */
    uint64_t seed;
};

static dk_status film_open(struct film *f, const struct request *r, dk_error *err) {
    const int w = (int)r->width, h = (int)r->height;
    const struct clip_plan plan = {w, h, (int)r->places, (double)r->seconds, r->stay};
    dk_rng rng = dk_rng_key((uint64_t)r->seed, 0, 2, DK_RNG_TEST);
    *f = (struct film){.seed = (uint64_t)r->seed};
    clip_random(&f->clip, &plan, &rng);
    f->camera = camera_random(&rng, 60);
    f->camera.grey = r->grey;
    f->backdrop = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    f->frame = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(f->backdrop);
    rng = dk_rng_key(f->clip.backdrop, 0, 0, DK_RNG_TEST);
    backdrop_draw(cr, w, h, &rng);
    const cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    if (status != CAIRO_STATUS_SUCCESS || cairo_surface_status(f->frame) != CAIRO_STATUS_SUCCESS) {
        return dk_fail(err, DK_ENOMEM, "%s: no memory for frames of %dx%d pixels", r->out, w, h);
    }
    return dk_image_new(&f->image, w, h, 3, err);
}

static void film_close(struct film *f) {
    cairo_surface_destroy(f->backdrop);
    cairo_surface_destroy(f->frame);
    dk_image_free(f->image);
}

static void shoot(struct film *f, const struct scene *scene, long frame) {
    dk_rng grain = dk_rng_key(f->seed, (uint64_t)frame, 3, DK_RNG_TEST);
    cairo_t *cr = cairo_create(f->frame);
    cairo_set_source_surface(cr, f->backdrop, 0, 0);
    cairo_paint(cr);
    scene_people(cr, scene);
    cairo_destroy(cr);
    camera_shoot(f->frame, &f->camera, &grain);
    const unsigned char *from = cairo_image_surface_get_data(f->frame);
    const int stride = cairo_image_surface_get_stride(f->frame);
    uint8_t *to = f->image->pixels;
    for (int y = 0; y < f->image->h; y++) {
        for (int x = 0; x < f->image->w; x++, to += 3) { /* little-endian: B G R 0 */
            const unsigned char *p = from + y * stride + 4 * x;
            to[0] = p[2];
            to[1] = p[1];
            to[2] = p[0];
        }
    }
}

/* One line a frame. "inside": the face is wholly in the picture. */
static void tell(const struct film *f, const struct scene *s, const int *id, long frame, double t) {
    printf("{\"frame\": %ld, \"time\": %.3f, \"faces\": [", frame, t);
    for (int i = 0; i < s->count; i++) {
        const struct face_box b = scene_box(s, i);
        const double x = b.x - b.side / 2, y = b.y - b.side / 2;
        const bool inside = x >= 0 && y >= 0 && x + b.side <= f->clip.w && y + b.side <= f->clip.h;
        printf("%s{\"id\": %d, \"x\": %.1f, \"y\": %.1f, \"w\": %.1f, \"h\": %.1f, \"label\": \"%s\", "
               "\"inside\": %s}",
               i > 0 ? ", " : "", id[i], x, y, b.side, b.side, emotion_names[s->emotion[i]],
               inside ? "true" : "false");
    }
    printf("]}\n");
}

static dk_status write_frames(struct film *f, struct avi *avi, const struct request *r, dk_error *err) {
    for (long frame = 0; frame < r->seconds * r->fps; frame++) {
        const double t = (double)frame / (double)r->fps;
        struct scene scene;
        int id[SCENE_FACES];
        dk_buffer jpeg = {0};
        clip_scene(&f->clip, t, &scene, id);
        shoot(f, &scene, frame);
        dk_status status = dk_jpeg_encode(&jpeg, f->image, QUALITY, r->out, err);
        if (status == DK_OK) {
            status = avi_add(avi, jpeg.text, jpeg.size, err);
        }
        dk_buffer_free(&jpeg);
        DK_TRY(status);
        tell(f, &scene, id, frame, t);
    }
    return avi_close(avi, err);
}

dk_status draw_clip(const struct request *r, dk_error *err) {
    struct film film;
    struct avi avi = {0};
    dk_status status = film_open(&film, r, err);
    if (status == DK_OK) {
        status = avi_open(&avi, r->out, (int)r->width, (int)r->height, (int)r->fps, err);
    }
    if (status == DK_OK) {
        status = write_frames(&film, &avi, r, err);
    }
    avi_abandon(&avi);
    film_close(&film);
    return status;
}
