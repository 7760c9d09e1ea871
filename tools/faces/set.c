/* Pictures as PNG files: a data set of single faces, or one scene. */
#include <stdio.h>

#include "base/file.h"
#include "jobs.h"
#include "picture.h"

enum { VALIDATION_SHARE = 6 }; /* one picture in six */

/* A grey picture as one byte a pixel (cairo writes that as a grey PNG). */
static cairo_surface_t *one_channel(cairo_surface_t *picture) {
    const int w = cairo_image_surface_get_width(picture), h = cairo_image_surface_get_height(picture);
    cairo_surface_t *grey = cairo_image_surface_create(CAIRO_FORMAT_A8, w, h);
    unsigned char *to = cairo_image_surface_get_data(grey);
    const unsigned char *from = cairo_image_surface_get_data(picture);
    for (int y = 0; to != NULL && y < h; y++) {
        for (int x = 0; x < w; x++) {
            to[y * cairo_image_surface_get_stride(grey) + x] =
                from[y * cairo_image_surface_get_stride(picture) + 4 * x];
        }
    }
    cairo_surface_mark_dirty(grey);
    return grey;
}

/* Takes the picture through the camera, writes and frees it. */
static dk_status finish(cairo_surface_t *picture, double blur_size, bool grey, const char *path, dk_rng *rng,
                        dk_error *err) {
    struct camera camera = camera_random(rng, blur_size);
    camera.grey = grey;
    if (cairo_surface_status(picture) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(picture);
        return dk_fail(err, DK_ENOMEM, "%s: no memory for the picture", path);
    }
    camera_shoot(picture, &camera, rng);
    cairo_surface_t *written = grey ? one_channel(picture) : cairo_surface_reference(picture);
    const cairo_status_t status = cairo_surface_write_to_png(written, path);
    cairo_surface_destroy(written);
    cairo_surface_destroy(picture);
    return status == CAIRO_STATUS_SUCCESS
               ? DK_OK
               : dk_fail(err, DK_EIO, "%s: cannot be written: %s", path, cairo_status_to_string(status));
}

dk_status draw_set(const struct request *r, dk_error *err) {
    char path[4096];
    static const char *const parts[] = {"train", "validation"};
    for (int i = 0; i < 2 * EMOTIONS; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", r->out, parts[i % 2], emotion_names[i / 2]);
        DK_TRY(dk_folder_make(path, err));
    }
    for (long i = 0; i < r->count; i++) {
        dk_rng rng = dk_rng_key((uint64_t)r->seed, (uint64_t)i, 0, DK_RNG_TEST);
        const enum emotion emotion = (enum emotion)(i % EMOTIONS);
        const struct face face = face_random(emotion, &rng);
        const char *part = parts[i / EMOTIONS % VALIDATION_SHARE == VALIDATION_SHARE - 1];
        const int n =
            snprintf(path, sizeof path, "%s/%s/%s/%05ld.png", r->out, part, emotion_names[emotion], i);
        if (n >= (int)sizeof path) {
            return dk_fail(err, DK_EUSAGE, "the folder's name is too long");
        }
        DK_TRY(finish(picture_of(&face, (int)r->size, &rng), (double)r->size, r->grey, path, &rng, err));
    }
    printf("%ld faces of %ldx%ld in %s/{train,validation}\n", r->count, r->size, r->size, r->out);
    return DK_OK;
}

dk_status draw_scene(const struct request *r, dk_error *err) {
    dk_rng rng = dk_rng_key((uint64_t)r->seed, 0, 1, DK_RNG_TEST);
    const struct scene scene = scene_random((int)r->width, (int)r->height, &rng);
    DK_TRY(finish(scene_draw(&scene, (int)r->width, (int)r->height), 60, r->grey, r->out, &rng, err));
    for (int i = 0; i < scene.count; i++) {
        const struct face_box b = scene_box(&scene, i);
        printf("{\"emotion\": \"%s\", \"x\": %.1f, \"y\": %.1f, \"width\": %.1f, \"height\": %.1f}\n",
               emotion_names[scene.emotion[i]], b.x - b.side / 2, b.y - b.side / 2, b.side, b.side);
    }
    return DK_OK;
}
