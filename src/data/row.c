/* From a ticket to pixels and truth. Row i of batch b of rank r is position b·batch·world + i·world + r of
 * the run, whatever the number of ranks, so 2 ranks × batch 4 see what 1 rank × batch 8 sees.
 *
 * A row that is mixed has the next picture of its epoch's order for a partner, augmented as in that picture's
 * own row: both follow from the position, not from the batch, so mixing, too, is the same for any threads and
 * ranks. */
#include "data/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"

static bool mixes(const dk_row_source *r) {
    return r->conf.augment != NULL && dk_mix_on(&r->augment.mix);
}

/* What follows from the size of rows. */
static void settle_size(dk_row_source *r) {
    const dk_loader_conf *const c = &r->conf;
    const size_t views = c->views == NULL ? 1 : (size_t)c->view_count;
    r->floats = views * (size_t)c->channels * (size_t)c->height * (size_t)c->width;
    r->truth = r->set->truth.kind != NULL ? r->set->truth.kind->floats(r->set, c) : 0;
    if (c->augment != NULL) {
        r->augment =
            dk_augment_scaled(&r->given, c->augment_width > 0 ? c->augment_width : c->width, c->width);
    }
}

dk_status dk_row_source_open(dk_row_source *r, const dk_dataset *set, const dk_loader_conf *conf,
                             dk_error *err) {
    *r = (dk_row_source){.set = set, .conf = *conf, .input = *conf->input, .rank = conf->rank};
    r->world = conf->world < 1 ? 1 : conf->world;
    if (r->rank < 0 || r->rank >= r->world) {
        return dk_fail(err, DK_EUSAGE, "a loader of rank %d in a world of %d", r->rank, r->world);
    }
    if (conf->augment != NULL) {
        r->given = r->augment = *conf->augment;
        r->conf.augment = &r->augment;
    }
    if (mixes(r) && set->count < 2) {
        return dk_fail(
            err, DK_EDATA,
            "mixup and cutmix need a second picture, and the set has one; set mixup=0 and cutmix=0");
    }
    if (conf->balanced && conf->window > 0 && set->archive_count > 0) {
        return dk_fail(
            err, DK_EDATA,
            "balanced=1 takes pictures from everywhere in the archives; set window=0 in the .data file, "
            "which shuffles all of them");
    }
    settle_size(r);
    DK_TRY(dk_cache_open(&r->cache, set->count, conf->cache, err));
    return dk_skips_open(&r->skips, set->count, err);
}

void dk_row_source_reshape(dk_row_source *r, int height, int width, dk_shape truth) {
    r->conf.height = height;
    r->conf.width = width;
    r->conf.truth = truth;
    settle_size(r);
}

void dk_row_source_close(dk_row_source *r) {
    dk_cache_close(r->cache);
    dk_skips_close(r->skips);
}

dk_status dk_row_desk_open(dk_row_desk *desk, const dk_row_source *r, dk_error *err) {
    *desk = (dk_row_desk){0};
    if (mixes(r)) {
        desk->partner = malloc(r->floats * sizeof *desk->partner);
        desk->beside = malloc((r->truth + 1) * sizeof *desk->beside);
        if (desk->partner == NULL || desk->beside == NULL) {
            return dk_no_memory(err, (r->floats + r->truth) * sizeof *desk->partner, "a picture to mix in");
        }
    }
    DK_TRY(dk_order_open(&desk->order, r->set->count, r->conf.shuffle, r->conf.seed, err));
    if (r->conf.balanced) {
        return dk_order_balance(&desk->order, r->set, err);
    }
    return r->conf.shuffle ? dk_order_window(&desk->order, r->set, r->conf.window, err) : DK_OK;
}

void dk_row_desk_close(dk_row_desk *desk) {
    dk_order_close(&desk->order);
    free(desk->partner);
    free(desk->beside);
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
        DK_TRY(dk_image_view(image, &c->views[i], &r->input, c->channels, c->height, c->width,
                             pixels + (size_t)i * each, err));
    }
    return DK_OK;
}

/* A place in the run's order. */
typedef struct {
    long epoch;
    int index;     /* in the epoch */
    bool going_on; /* mixing and erasing, which end at augment_until */
} place;

/* *view: what the first view of the row shows of the picture. */
static dk_status paint(const dk_row_source *r, const dk_image *image, const place *at, float *pixels,
                       dk_row_view *view, dk_error *err) {
    const dk_loader_conf *const c = &r->conf;
    *view =
        (dk_row_view){image->w, image->h, dk_input_map(&r->input, image->w, image->h, c->width, c->height)};
    if (c->augment == NULL && c->views != NULL) {
        return paint_views(r, image, pixels, err);
    }
    if (c->augment == NULL) {
        return dk_image_input(image, &r->input, c->channels, c->height, c->width, pixels, err);
    }
    dk_rng rng = dk_rng_key(c->seed, (uint64_t)at->epoch, (uint64_t)at->index, DK_RNG_AUGMENT);
    const bool stretches = r->input.fit == DK_FIT_STRETCH; /* first to the network's shape, then augmented */
    const float high = (float)image->w * (float)c->height / (float)c->width;
    const int h = stretches ? (int)fmaxf(1, roundf(high)) : image->h;
    dk_augmentation a = dk_augment_draw(&r->augment, image->w, h, c->width, c->height, &rng);
    for (int i = 3; i < 6; i++) {
        a.map.m[i] *= (float)image->h / (float)h;
    }
    a.erase_w = at->going_on ? a.erase_w : 0;
    view->map = a.map;
    return dk_augment_apply(&a, image, &r->input, c->channels, c->height, c->width, pixels, err);
}

/* What is to be painted: pixels and truth, or NULL. */
typedef struct {
    float *pixels, *truth;
} canvas;

/* Paints the first picture that can be read, of `tries` places from *at on, and leaves *at there; passes over
 * the picture `but`. *picture −1: there is none. */
static dk_status paint_next(const dk_row_source *r, dk_order *order, place *at, int tries, int but,
                            const canvas *to, int *picture, dk_error *err) {
    *picture = -1;
    for (int i = 0; i < tries; i++, at->index = (at->index + 1) % r->set->count) {
        const int candidate = dk_order_at(order, at->epoch, at->index);
        const dk_image *image = NULL;
        dk_image *ours = NULL;
        if (candidate == but) {
            continue;
        }
        DK_TRY(fetch(r, candidate, &image, &ours, err));
        if (image != NULL) {
            dk_row_view view;
            const dk_status status = paint(r, image, at, to->pixels, &view, err);
            dk_image_free(ours);
            *picture = candidate;
            return status == DK_OK && to->truth != NULL
                       ? r->set->truth.kind->fill(r->set, candidate, &view, &r->conf, to->truth, err)
                       : status;
        }
    }
    return DK_OK;
}

/* Mixes the row of `picture`, whose place is *at, with the next picture. */
static dk_status mix(const dk_row_source *r, dk_row_desk *desk, const place *at, int picture,
                     const canvas *to, dk_error *err) {
    const dk_loader_conf *const c = &r->conf;
    dk_rng rng = dk_rng_key(c->seed, (uint64_t)at->epoch, (uint64_t)at->index, DK_RNG_MIX);
    const dk_mix drawn = dk_mix_draw(&r->augment.mix, c->height, c->width, &rng);
    const canvas other = {desk->partner, to->truth != NULL ? desk->beside : NULL};
    place next = *at;
    int partner = -1;
    if (drawn.share == 0) {
        return DK_OK;
    }
    DK_TRY(paint_next(r, &desk->order, &next, r->set->count, picture, &other, &partner, err));
    if (partner < 0) {
        return dk_fail(err, DK_EDATA,
                       "mixup and cutmix need a second picture, and only one of %d can be read",
                       r->set->count);
    }
    dk_mix_apply(&drawn, desk->partner, c->channels, c->height, c->width, to->pixels);
    if (to->truth != NULL && r->set->truth.kind->mix != NULL) {
        r->set->truth.kind->mix(r->set, &drawn, desk->beside, c, to->truth);
    } else if (to->truth != NULL) {
        dk_truth_blend(drawn.share, desk->beside, r->truth, to->truth);
    }
    return DK_OK;
}

/* Has the system fetch the picture of a later row of the epoch, so that a disk reads while we decode. A file of its own
 * would have to be opened for that, which costs more than it brings where files are in memory already. */
static void fetch_ahead(const dk_row_source *r, dk_order *order, const place *at) {
    enum { AHEAD = 256 }; /* rows: some 25 MB of photographs */
    const long later = at->index + (long)AHEAD * r->world;
    if (r->set->archive_count > 0 && later < r->set->count) {
        const int picture = dk_order_at(order, at->epoch, (int)later);
        if (dk_cache_get(r->cache, picture) == NULL) {
            dk_file_ahead(r->set->samples[picture].path);
        }
    }
}

dk_status dk_row_fill(const dk_row_source *r, dk_row_desk *desk, long ticket, float *pixels, float *truth,
                      int *picture, dk_error *err) {
    const int count = r->set->count;
    const long position = ticket * r->world + r->rank; /* ticket = b·batch + i */
    place at = {.epoch = position / count, .index = (int)(position % count)};
    const canvas to = {pixels, truth};
    *picture = -1;
    if (!r->conf.shuffle && position >= count) {
        return DK_OK;
    }
    fetch_ahead(r, &desk->order, &at);
    at.going_on = r->conf.augment != NULL && dk_augment_goes_on(&r->augment, position, r->conf.samples);
    DK_TRY(paint_next(r, &desk->order, &at, r->conf.shuffle ? count : 1, -1, &to, picture, err));
    return *picture >= 0 && mixes(r) && at.going_on ? mix(r, desk, &at, *picture, &to, err) : DK_OK;
}
