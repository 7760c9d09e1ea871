#include "app/results/samples_sheet.h"

#include <math.h>

#include "base/text.h"
#include "data/truth.h"
#include "image/image.h"
#include "plot/grid.h"
#include "run/metrics.h"

dk_status dk_samples_add(dk_samples *s, dk_image *image, const char *caption, dk_error *err) {
    s->images[s->count] = image;
    s->captions[s->count++] = caption;
    return caption != NULL ? DK_OK : dk_no_memory(err, 0, "a caption");
}

/* pixel = value / scale + mean, the inverse of what dk_image_warp ends with. */
static dk_status image_of(dk_image **out, const float *planes, const dk_loader_conf *conf, dk_error *err) {
    const int c = conf->channels;
    const size_t plane = (size_t)conf->height * (size_t)conf->width;
    DK_TRY(dk_image_new(out, conf->width, conf->height, c, err));
    for (size_t i = 0; i < plane; i++) {
        for (int k = 0; k < c; k++) {
            const float share =
                planes[(size_t)k * plane + i] / conf->input->input_scale + conf->input->input_mean;
            (*out)->pixels[i * (size_t)c + (size_t)k] = (uint8_t)lrintf(255 * fminf(fmaxf(share, 0), 1));
        }
    }
    return DK_OK;
}

#define PART DK_LEFT_TO_RIGHT DK_OWN_ORDER("%s") " %.0f %%"

/* "happy", or what a mixed picture is made of: "happy 70 %" over "sad 30 %". */
static const char *caption_of(const dk_samples *s, const char *const *names, const float *truth,
                              int classes) {
    enum { MOST_PARTS = 2 };
    const int parts = classes < MOST_PARTS ? classes : MOST_PARTS;
    int best[MOST_PARTS];
    if (names == NULL || truth == NULL) {
        return "";
    }
    dk_top_k(truth, classes, parts, best);
    if (parts < 2 || truth[best[1]] < .005f) {
        return names[best[0]];
    }
    return dk_arena_format(s->arena, PART "\n" PART, names[best[0]], 100 * (double)truth[best[0]],
                           names[best[1]], 100 * (double)truth[best[1]]);
}

static dk_status take(dk_samples *s, const dk_dataset *set, const char *const *names, const dk_batch *batch,
                      const dk_loader_conf *conf, dk_error *err) {
    const size_t values = (size_t)conf->channels * (size_t)conf->height * (size_t)conf->width;
    for (int i = 0; i < batch->count; i++) {
        dk_image *image = NULL;
        const float *const truth = batch->truth != NULL ? batch->truth + (size_t)i * batch->floats : NULL;
        DK_TRY(image_of(&image, batch->pixels + (size_t)i * values, conf, err));
        DK_TRY(dk_samples_add(s, image, caption_of(s, names, truth, set->classes), err));
    }
    return DK_OK;
}

dk_status dk_samples_augmented(dk_samples *s, const dk_dataset *set, const char *const *names,
                               const dk_settings *settings, uint64_t seed, int wanted, dk_error *err) {
    const dk_loader_conf conf = {
        .batch = wanted,
        .channels = settings->net.channels,
        .height = settings->net.height,
        .width = settings->net.width,
        .truth = {1, set->classes, 1, 1}, /* as small as truths that are planes can be */
        .input = &settings->input,
        .augment = &settings->augment,
        .shuffle = true,
        .seed = seed,
        .threads = 1,
        .max_bad = settings->train.max_bad};
    dk_stream *stream = NULL;
    dk_batch batch = {0};
    s->arena = dk_arena_open();
    if (s->arena == NULL) {
        return dk_no_memory(err, 0, "captions");
    }
    DK_TRY(dk_loader_open(&stream, set, &conf, err));
    dk_status status = dk_stream_next(stream, &batch, err);
    if (status == DK_OK) {
        status = take(s, set, set->truth.kind == &dk_truth_class ? names : NULL, &batch, &conf, err);
    }
    dk_stream_close(stream);
    return status;
}

dk_status dk_samples_save(const dk_samples *s, const char *title, dk_fonts *fonts, const char *path,
                          dk_error *err) {
    return dk_grid_save((const dk_image *const *)s->images, s->captions, s->count, DK_SAMPLES_COLUMNS,
                        DK_SAMPLES_CELL, title, fonts, path, err);
}

void dk_samples_free(dk_samples *s) {
    for (int i = 0; i < s->count; i++) {
        dk_image_free(s->images[i]);
    }
    dk_arena_close(s->arena);
    *s = (dk_samples){.count = 0};
}
