/* faces: draws a data set of faces, or one scene. The same seed gives the same pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "picture.h"

static const char usage[] = "usage: faces [-seed N] [-size 48] [-count 3000] [-grey] FOLDER      "
                            "FOLDER/{train,validation}/EMOTION/NNNNN.png\n"
                            "       faces [-seed N] [-grey] -scene WIDTH HEIGHT PICTURE.png      a scene; "
                            "its faces as JSON lines on stdout\n";

enum { VALIDATION_SHARE = 6 }; /* one picture in six */

struct arguments {
    long seed, size, count, width, height; /* width 0: no scene */
    int grey;
    const char *out;
};

static bool number(const char *text, long low, long high, long *out) {
    return text != NULL && dk_text_int(text, out) && *out >= low && *out <= high;
}

/* The text of what is wrong, or NULL. */
static const char *read_arguments(int argc, char **argv, struct arguments *a) {
    for (int i = 1; i < argc; i++) {
        const char *value = argv[i + 1]; /* argv ends with NULL */
        if (strcmp(argv[i], "-grey") == 0) {
            a->grey = 1;
        } else if (strcmp(argv[i], "-seed") == 0) {
            if (!number(value, 0, 1L << 62, &a->seed)) {
                return "-seed wants a number from 0";
            }
            i++;
        } else if (strcmp(argv[i], "-size") == 0) {
            if (!number(value, 16, 2048, &a->size)) {
                return "-size wants a number 16..2048";
            }
            i++;
        } else if (strcmp(argv[i], "-count") == 0) {
            if (!number(value, 1, 10000000, &a->count)) {
                return "-count wants a number 1..10000000";
            }
            i++;
        } else if (strcmp(argv[i], "-scene") == 0) {
            if (i + 2 >= argc || !number(value, 64, 8192, &a->width) ||
                !number(argv[i + 2], 64, 8192, &a->height)) {
                return "-scene wants width and height, 64..8192";
            }
            i += 2;
        } else if (argv[i][0] == '-' || a->out != NULL) {
            return "unknown flag or surplus argument";
        } else {
            a->out = argv[i];
        }
    }
    return a->out == NULL ? "where to?" : NULL;
}

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

static dk_status draw_set(const struct arguments *a, dk_error *err) {
    char path[4096];
    static const char *const parts[] = {"train", "validation"};
    for (int i = 0; i < 2 * EMOTIONS; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", a->out, parts[i % 2], emotion_names[i / 2]);
        DK_TRY(dk_folder_make(path, err));
    }
    for (long i = 0; i < a->count; i++) {
        dk_rng rng = dk_rng_key((uint64_t)a->seed, (uint64_t)i, 0, DK_RNG_TEST);
        const enum emotion emotion = (enum emotion)(i % EMOTIONS);
        const struct face face = face_random(emotion, &rng);
        const char *part = parts[i / EMOTIONS % VALIDATION_SHARE == VALIDATION_SHARE - 1];
        const int n =
            snprintf(path, sizeof path, "%s/%s/%s/%05ld.png", a->out, part, emotion_names[emotion], i);
        if (n >= (int)sizeof path) {
            return dk_fail(err, DK_EUSAGE, "the folder's name is too long");
        }
        DK_TRY(finish(picture_of(&face, (int)a->size, &rng), (double)a->size, a->grey, path, &rng, err));
    }
    printf("%ld faces of %ldx%ld in %s/{train,validation}\n", a->count, a->size, a->size, a->out);
    return DK_OK;
}

static dk_status draw_scene(const struct arguments *a, dk_error *err) {
    dk_rng rng = dk_rng_key((uint64_t)a->seed, 0, 1, DK_RNG_TEST);
    const struct scene scene = scene_random((int)a->width, (int)a->height, &rng);
    DK_TRY(finish(scene_draw(&scene, (int)a->width, (int)a->height), 60, a->grey, a->out, &rng, err));
    for (int i = 0; i < scene.count; i++) {
        const struct face_box b = scene_box(&scene, i);
        printf("{\"emotion\": \"%s\", \"x\": %.1f, \"y\": %.1f, \"width\": %.1f, \"height\": %.1f}\n",
               emotion_names[scene.emotion[i]], b.x - b.side / 2, b.y - b.side / 2, b.side, b.side);
    }
    return DK_OK;
}

int main(int argc, char **argv) {
    struct arguments a = {.seed = 1, .size = 48, .count = 3000};
    const char *wrong = read_arguments(argc, argv, &a);
    if (wrong != NULL) {
        fprintf(stderr, "faces: %s\n%s", wrong, usage);
        return 2;
    }
    dk_error err = {0};
    if ((a.width > 0 ? draw_scene(&a, &err) : draw_set(&a, &err)) != DK_OK) {
        fprintf(stderr, "faces: %s\n", err.text);
        return 1;
    }
    return 0;
}
