/* `segmenter predict`: for each picture a mask of its size, as an indexed PNG, and the picture with the mask's colours
 * over it; told with the share of the pixels that each class has. */
#include <stdlib.h>
#include <string.h>

#include "app/say.h"
#include "app/task/asked.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/grow.h"
#include "data/truth_planes.h"
#include "image/indexed.h"
#include "plot/ink.h"
#include "run/segments.h"

typedef struct {
    int json;
    const char *out;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"out", DK_FLAG_FILE, AT(out), .value = "FOLDER",
     .help = "where masks and overlays go (default: the current folder)"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = own}, {.rows = dk_flags_json, .at = AT(json)}, {.rows = dk_flags_task, .at = AT(model)}, {0}};

typedef struct {
    dk_asked asked;
    const char *folder;
    uint8_t palette[DK_INDEXED_COLOURS][3];
    long pixels[DK_INDEXED_COLOURS]; /* of each class, in the picture at hand */
    const char **stems;              /* of the pictures done */
    int count, room;
} work;

/* The colour of a class; the first is black, as backgrounds are, and what was not seen is white. */
static void fill_palette(work *w) {
    for (int k = 1; k < DK_MASK_IGNORED; k++) {
        const dk_ink ink = dk_ink_class(k - 1);
        const double parts[] = {ink.r, ink.g, ink.b};
        for (int c = 0; c < 3; c++) {
            w->palette[k][c] = (uint8_t)(255 * parts[c] + .5);
        }
    }
    memset(w->palette[DK_MASK_IGNORED], 255, 3);
}

/* "face" of a/face.jpg; "face.2" when another of that name was before it. */
static dk_status name_picture(const char **out, work *w, const char *path, dk_error *err) {
    const size_t room = strlen(path) + 1;
    char *const stem = dk_arena_alloc(w->asked.call->arena, room);
    int same = 1;
    if (stem == NULL) {
        return dk_no_memory(err, room, "the name of a mask");
    }
    dk_path_stem(path, stem, room);
    for (int i = 0; i < w->count; i++) {
        same += strcmp(w->stems[i], stem) == 0;
    }
    DK_TRY(DK_GROW(w->stems, w->count, w->room, "the names of masks", err));
    w->stems[w->count++] = stem;
    *out = same == 1 ? stem : dk_arena_format(w->asked.call->arena, "%s.%d", stem, same);
    return *out != NULL ? DK_OK : dk_no_memory(err, room, "the name of a mask");
}

/* Half picture, half colour; the first class is left as it is. */
static dk_status save_overlay(const work *w, const dk_image *image, const uint8_t *labels, const char *path,
                              dk_error *err) {
    dk_image *over = NULL;
    DK_TRY(dk_image_new(&over, image->w, image->h, 3, err));
    for (size_t i = 0; i < (size_t)image->w * (size_t)image->h; i++) {
        for (int c = 0; c < 3; c++) {
            const int pixel = image->pixels[i * (size_t)image->c + (size_t)(image->c == 3 ? c : 0)];
            const int colour = w->palette[labels[i]][c];
            over->pixels[i * 3 + (size_t)c] = (uint8_t)(labels[i] == 0 ? pixel : (pixel + colour + 1) / 2);
        }
    }
    const dk_status status = dk_image_save_png(over, path, err);
    dk_image_free(over);
    return status;
}

/* ---- what is said ---- */

static void tell(work *w, const char *path, const dk_image *image, double milliseconds, const char *mask,
                 const char *overlay) {
    const double all = (double)image->w * image->h;
    const dk_data *const data = w->asked.data;
    dk_json *const j = &w->asked.json;
    dk_asked_begin(&w->asked, path, image, milliseconds);
    if (!w->asked.as_json) {
        dk_say("%s\n%s\n", mask, overlay);
        for (int k = 0; k < data->conf.classes; k++) {
            dk_say("%s: %.2f %%\n", data->names[k], 100 * (double)w->pixels[k] / all);
        }
        return;
    }
    dk_json_text(j, "mask", mask);
    dk_json_text(j, "overlay", overlay);
    dk_json_open(j, "classes", '[');
    for (int k = 0; k < data->conf.classes; k++) {
        dk_asked_named(j, data->names[k], "share", (double)w->pixels[k] / all);
    }
    dk_json_close(j, ']');
    dk_json_close(j, '}');
}

static dk_status leave(work *w, const char *path, const dk_image *image, const uint8_t *labels,
                       double milliseconds, dk_error *err) {
    const char *name = NULL;
    DK_TRY(name_picture(&name, w, path, err));
    const char *const mask = dk_arena_format(w->asked.call->arena, "%s/%s.mask.png", w->folder, name);
    const char *const overlay = dk_arena_format(w->asked.call->arena, "%s/%s.overlay.png", w->folder, name);
    if (mask == NULL || overlay == NULL) {
        return dk_no_memory(err, 0, "the name of a mask");
    }
    DK_TRY(dk_image_save_indexed(labels, image->w, image->h, (const uint8_t(*)[3])w->palette,
                                 DK_INDEXED_COLOURS, mask, err));
    DK_TRY(save_overlay(w, image, labels, overlay, err));
    tell(w, path, image, milliseconds, mask, overlay);
    return DK_OK;
}

static dk_status answer(void *user, const char *path, const dk_image *image, dk_error *err) {
    work *w = user;
    dk_predictor *const p = w->asked.predictor;
    const dk_net *net = p->model.net;
    const dk_shape in = net->input.shape;
    const size_t pixels = (size_t)image->w * (size_t)image->h;
    const double start = dk_clock_now();
    DK_TRY(dk_predictor_run(p, &image, 1, w->asked.answers, err));
    uint8_t *const labels = malloc(pixels);
    if (labels == NULL) {
        return dk_no_memory(err, pixels, "a mask");
    }
    const dk_affine map = dk_input_map(&p->model.settings.input, image->w, image->h, in.w, in.h);
    dk_segments_label(w->asked.answers, net, &map, image->w, image->h, labels);
    const double milliseconds = 1e3 * (dk_clock_now() - start);
    memset(w->pixels, 0, sizeof w->pixels);
    for (size_t i = 0; i < pixels; i++) {
        w->pixels[labels[i]]++;
    }
    const dk_status status = leave(w, path, image, labels, milliseconds, err);
    free(labels);
    return status;
}

static dk_status open_all(void *user, dk_error *err) {
    work *w = user;
    const flags *f = w->asked.call->flags;
    DK_TRY(dk_asked_net(&w->asked, 1, err));
    w->folder = f->out != NULL ? f->out : ".";
    DK_TRY(dk_folder_make(w->folder, err));
    DK_TRY(dk_folder_writable(w->folder, err));
    fill_palette(w);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    work w = {.asked = {.call = call,
                        .flags = &f->model,
                        .as_json = f->json,
                        .open = open_all,
                        .answer = answer,
                        .user = &w}};
    const dk_status status = dk_asked_run(&w.asked, err);
    free(w.stems);
    return status;
}

const dk_action dk_action_predict_masks = {
    .name = "predict",
    .args = "DATA CFG WEIGHTS [PICTURE_OR_FOLDER ...]",
    .help = "draw which pixels are of which class; without a picture, paths are read from stdin",
    .more = "Leaves NAME.mask.png, an indexed PNG whose pixels are classes, and NAME.overlay.png in FOLDER.\n"
            "-json prints one array: {file, width, height, milliseconds, mask, overlay, classes [{name, "
            "share}]}.\n",
    .min = 3,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
