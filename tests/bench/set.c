#include "bench/set.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"
#include "image/image.h"

enum { SIDE = 48, GRID = 6 };

static const char *const class_names[] = {"anger", "disgust", "fear", "joy", "calm", "sorrow", "wonder"};

/* Random shades on a coarse grid, bilinear between its points, and noise of ±6 levels. */
static void draw(dk_image *image, dk_rng *rng) {
    float grid[GRID + 1][GRID + 1];
    for (int i = 0; i < (GRID + 1) * (GRID + 1); i++) {
        grid[i / (GRID + 1)][i % (GRID + 1)] = dk_rng_uniform(rng, 20, 235);
    }
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            const int cell = SIDE / GRID, i = y / cell, j = x / cell;
            const float v = (float)(y % cell) / (float)cell, u = (float)(x % cell) / (float)cell;
            const float top = grid[i][j] + u * (grid[i][j + 1] - grid[i][j]);
            const float low = grid[i + 1][j] + u * (grid[i + 1][j + 1] - grid[i + 1][j]);
            image->pixels[y * SIDE + x] = (uint8_t)(top + v * (low - top) + dk_rng_uniform(rng, -6, 6));
        }
    }
}

static dk_status failed(const char *path, dk_error *err) {
    return dk_fail(err, DK_EIO, "%s: %s", path, strerror(errno));
}

static dk_status make_few(const bench_set *s, dk_error *err) {
    dk_image *image = NULL;
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    DK_TRY(dk_image_new(&image, SIDE, SIDE, 1, err));
    dk_status status = DK_OK;
    for (int i = 0; status == DK_OK && i < BENCH_PICTURES; i++) {
        draw(image, &rng);
        status = dk_image_save_jpeg(
            image, dk_arena_format(s->arena, "%s/%s/%d.jpg", s->few, class_names[i % BENCH_CLASSES], i), 90,
            err);
    }
    dk_image_free(image);
    return status;
}

static dk_status make_many(const bench_set *s, dk_error *err) {
    for (int i = 0; i < BENCH_MANY; i++) {
        const char *name = class_names[i % BENCH_CLASSES];
        const char *from = dk_arena_format(s->arena, "%s/%s/%d.jpg", s->few, name, i % BENCH_PICTURES);
        const char *to = dk_arena_format(s->arena, "%s/%s/%d.jpg", s->many, name, i);
        if (link(from, to) != 0) {
            return failed(to, err);
        }
    }
    return DK_OK;
}

static dk_status make_folders(const bench_set *s, dk_error *err) {
    for (int i = 0; i < BENCH_CLASSES; i++) {
        DK_TRY(dk_folder_make(dk_arena_format(s->arena, "%s/%s", s->few, class_names[i]), err));
        if (s->many != NULL) {
            DK_TRY(dk_folder_make(dk_arena_format(s->arena, "%s/%s", s->many, class_names[i]), err));
        }
    }
    return DK_OK;
}

static dk_status make_data(bench_set *s, dk_error *err) {
    char names[128] = "";
    for (int i = 0; i < BENCH_CLASSES; i++) {
        strcat(strcat(names, class_names[i]), "\n");
    }
    const char *path = dk_arena_format(s->arena, "%s/set.names", s->folder);
    const char *text = dk_arena_format(
        s->arena, "classes=%d\ntrain=%s\nvalid=%s\nnames=%s\ntop=2\nbackup=%s/weights\nresults=%s/results\n",
        BENCH_CLASSES, s->many != NULL ? s->many : s->few, s->few, path, s->folder, s->folder);
    s->data = dk_arena_format(s->arena, "%s/set.data", s->folder);
    DK_TRY(dk_file_write(path, names, strlen(names), err));
    return dk_file_write(s->data, text, strlen(text), err);
}

dk_status bench_set_make(bench_set *s, bool many, dk_error *err) {
    char folder[] = "/tmp/darknet-bench-XXXXXX";
    *s = (bench_set){.arena = dk_arena_open(), .names = class_names};
    if (s->arena == NULL || mkdtemp(folder) == NULL) {
        return failed(folder, err);
    }
    s->folder = dk_arena_text(s->arena, folder);
    s->few = dk_arena_format(s->arena, "%s/few", folder);
    s->many = many ? dk_arena_format(s->arena, "%s/many", folder) : NULL;
    DK_TRY(make_folders(s, err));
    DK_TRY(make_few(s, err));
    DK_TRY(many ? make_many(s, err) : DK_OK);
    return make_data(s, err);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info, (void)kind, (void)at;
    return remove(path);
}

void bench_set_remove(bench_set *s) {
    if (s->folder != NULL) {
        nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    dk_arena_close(s->arena);
    *s = (bench_set){0};
}
