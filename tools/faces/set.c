/* Pictures as PNG files: a data set of single faces, or one scene. */
#include <stdio.h>

#include "base/file.h"
#include "set.h"

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

dk_status set_path(char path[SET_PATH], const struct sample *s, const char *folder, const char *ending,
                   dk_error *err) {
    const int n = snprintf(path, SET_PATH, "%s/%s/%s/%s%s", s->out, s->split, folder, s->name, ending);
    return n < SET_PATH ? DK_OK : dk_fail(err, DK_EUSAGE, "the folder's name is too long");
}

enum { TRAIN, VALIDATION, SPLITS };
static const char *const split_names[SPLITS] = {"train", "validation"};

static dk_status make_folders(const struct set_kind *kind, const struct request *r, dk_error *err) {
    char path[SET_PATH];
    for (int i = 0; i < SPLITS * kind->folder_count; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", r->out, split_names[i % SPLITS], kind->folders[i / SPLITS]);
        DK_TRY(dk_folder_make(path, err));
    }
    return DK_OK;
}

static dk_status draw_sample(const struct set_kind *kind, const struct request *r, long i,
                             dk_buffer lists[SPLITS], dk_error *err) {
    dk_rng rng = dk_rng_key((uint64_t)r->seed, (uint64_t)i, 0, DK_RNG_TEST);
    const int split = i / EMOTIONS % VALIDATION_SHARE == VALIDATION_SHARE - 1 ? VALIDATION : TRAIN;
    char name[32], path[SET_PATH];
    snprintf(name, sizeof name, "%05ld", i);
    struct sample s = {.out = r->out, .split = split_names[split], .name = name, .size = (int)r->size};
    s.face = face_random((enum emotion)(i % EMOTIONS), &rng);
    if (kind->pose != NULL) {
        s.face.pose = kind->pose(&rng);
    }
    s.framing = framing_random(&s.face, s.size, &rng);
    DK_TRY(set_path(path, &s, kind->folders[i % kind->dealt], ".png", err));
    DK_TRY(finish(picture_of(&s.face, &s.framing, s.size, &rng), s.size, r->grey, path, &rng, err));
    dk_buffer_add(&lists[split], "%s", path);
    if (kind->keep != NULL) {
        DK_TRY(kind->keep(&s, &lists[split], err));
    }
    dk_buffer_add(&lists[split], "\n");
    return DK_OK;
}

static dk_status write_text(const dk_buffer *text, const char *out, const char *name, dk_error *err) {
    char path[SET_PATH];
    snprintf(path, sizeof path, "%s/%s", out, name); /* shorter than pictures' paths */
    return text->failed ? dk_fail(err, DK_ENOMEM, "%s: no memory for its text", path)
                        : dk_file_write(path, text->text, text->size, err);
}

static dk_status write_lists(const struct set_kind *kind, const char *out, const dk_buffer lists[SPLITS],
                             dk_error *err) {
    dk_buffer names = {0};
    for (int i = 0; i < kind->name_count; i++) {
        dk_buffer_add(&names, "%s\n", kind->names[i]);
    }
    dk_status status = write_text(&names, out, "names", err);
    dk_buffer_free(&names);
    if (status == DK_OK) {
        status = write_text(&lists[TRAIN], out, "train.list", err);
    }
    return status != DK_OK ? status : write_text(&lists[VALIDATION], out, "validation.list", err);
}

static dk_status draw_kind(const struct set_kind *kind, const struct request *r, dk_error *err) {
    dk_buffer lists[SPLITS] = {{0}};
    dk_status status = make_folders(kind, r, err);
    for (long i = 0; status == DK_OK && i < r->count; i++) {
        status = draw_sample(kind, r, i, lists, err);
    }
    if (status == DK_OK && kind->keep != NULL) {
        status = write_lists(kind, r->out, lists, err);
    }
    dk_buffer_free(&lists[TRAIN]);
    dk_buffer_free(&lists[VALIDATION]);
    if (status == DK_OK) {
        printf("%ld faces of %ldx%ld in %s/{train,validation}\n", r->count, r->size, r->size, r->out);
    }
    return status;
}

dk_status draw_set(const struct request *r, dk_error *err) {
    return draw_kind(&set_of_emotions, r, err);
}

dk_status draw_poses(const struct request *r, dk_error *err) {
    return draw_kind(&set_of_poses, r, err);
}

dk_status draw_masks(const struct request *r, dk_error *err) {
    return draw_kind(&set_of_masks, r, err);
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
