/* From a ticket to pixels and truth. Row i of batch b of rank r is position b·batch·world + i·world + r of
 * the run, whatever the number of ranks, so 2 ranks × batch 4 see what 1 rank × batch 8 sees. */
#include "data/row.h"

dk_status dk_row_source_open(dk_row_source *r, const dk_dataset *set, const dk_loader_conf *conf,
                             dk_error *err) {
    *r = (dk_row_source){.set = set, .conf = *conf, .input = *conf->input, .rank = conf->rank};
    r->world = conf->world < 1 ? 1 : conf->world;
    if (r->rank < 0 || r->rank >= r->world) {
        return dk_fail(err, DK_EUSAGE, "a loader of rank %d in a world of %d", r->rank, r->world);
    }
    if (conf->augment != NULL) {
        r->augment = *conf->augment;
        r->conf.augment = &r->augment;
    }
    const size_t views = conf->views == NULL ? 1 : (size_t)conf->view_count;
    r->floats = views * (size_t)conf->channels * (size_t)conf->height * (size_t)conf->width;
    DK_TRY(dk_cache_open(&r->cache, set->count, conf->cache, err));
    return dk_skips_open(&r->skips, set->count, err);
}

void dk_row_source_close(dk_row_source *r) {
    dk_cache_close(r->cache);
    dk_skips_close(r->skips);
}

/* *image is NULL when the picture cannot be read; *ours: the caller frees it. */
static dk_status fetch(const dk_row_source *r, int picture, const dk_image **image, dk_image **ours,
                       dk_error *err) {
    *ours = NULL;
    *image = dk_cache_get(r->cache, picture);
    if (*image != NULL || dk_skips_has(r->skips, picture)) {
        return DK_OK;
    }
    dk_error why = {0};
    dk_image *fresh = NULL;
    const dk_status status = dk_image_load(&fresh, r->set->samples[picture].path, &why);
    if (status == DK_ENOMEM) {
        return dk_fail(err, status, "%s", why.text);
    }
    if (status != DK_OK) {
        return dk_skips_add(r->skips, picture, why.text, err);
    }
    *image = fresh;
    if (!dk_cache_put(r->cache, picture, fresh)) {
        *ours = fresh;
    }
    return DK_OK;
}

static dk_status paint_views(const dk_row_source *r, const dk_image *image, float *pixels, dk_error *err) {
    const dk_loader_conf *const c = &r->conf;
    const size_t each = r->floats / (size_t)c->view_count;
    for (int i = 0; i < c->view_count; i++) {
        const dk_affine map = dk_affine_view(image->w, image->h, c->width, c->height, &c->views[i]);
        DK_TRY(dk_image_warp(image, &map, &dk_colour_none, DK_BORDER_EDGE, &r->input, c->channels, c->height,
                             c->width, pixels + (size_t)i * each, err));
    }
    return DK_OK;
}

static dk_status paint(const dk_row_source *r, const dk_image *image, int picture, long epoch, float *pixels,
                       dk_error *err) {
    const dk_loader_conf *const c = &r->conf;
    if (c->augment == NULL && c->views != NULL) {
        return paint_views(r, image, pixels, err);
    }
    if (c->augment == NULL) {
        return dk_image_input(image, &r->input, c->channels, c->height, c->width, pixels, err);
    }
    dk_rng rng = dk_rng_key(c->seed, (uint64_t)epoch, (uint64_t)picture, DK_RNG_AUGMENT);
    const dk_augmentation a = dk_augment_draw(&r->augment, image->w, image->h, c->width, c->height, &rng);
    return dk_augment_apply(&a, image, &r->input, c->channels, c->height, c->width, pixels, err);
}

/* One-hot, smoothed as Darknet does: hit 1 − ε, miss ε ÷ (k − 1). */
static void fill_truth(const dk_row_source *r, int label, float *truth) {
    const int classes = r->set->classes;
    const float smooth = classes > 1 ? r->conf.label_smooth : 0;
    for (int i = 0; i < classes; i++) {
        truth[i] = i == label ? 1 - smooth : smooth / (float)(classes - 1);
    }
}

dk_status dk_row_fill(const dk_row_source *r, dk_order *order, long ticket, float *pixels, float *truth,
                      int *picture, dk_error *err) {
    const int count = r->set->count;
    const long position = ticket * r->world + r->rank; /* ticket = b·batch + i */
    *picture = -1;
    if (!r->conf.shuffle && position >= count) {
        return DK_OK;
    }
    const long epoch = position / count;
    const int tries = r->conf.shuffle ? count : 1;
    for (int i = 0; i < tries; i++) {
        const int at = dk_order_at(order, epoch, (int)((position + i) % count));
        const dk_image *image = NULL;
        dk_image *ours = NULL;
        DK_TRY(fetch(r, at, &image, &ours, err));
        if (image == NULL) {
            continue;
        }
        const dk_status status = paint(r, image, at, epoch, pixels, err);
        dk_image_free(ours);
        DK_TRY(status);
        if (truth != NULL) {
            fill_truth(r, r->set->samples[at].label, truth);
        }
        *picture = at;
        return DK_OK;
    }
    return DK_OK;
}
