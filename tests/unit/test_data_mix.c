/* Mixing pairs: what is drawn, its arithmetic, and what the loader makes of it: partners from the epoch's
 * order, targets by the shares that the pixels show, the same for any threads and ranks, until augment_until.
 * Picture i is grey 3i + 1 everywhere and of class i mod 3. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "data/loader.h"
#include "image/image.h"
#include "support/greys.h"
#include "support/temp.h"

#define SIDE 10
#define PIXELS (SIDE * SIDE)
#define ROWS 60 /* of a run */

static const dk_input_conf plain = {.input_scale = 1};
static const dk_mix_conf mixup = {.mixup = 1, .mixup_alpha = 1, .mixup_probability = .5f, .cutmix_max = 1};
static const dk_mix_conf cutmix = {
    .cutmix = 1, .cutmix_min = .3f, .cutmix_max = .8f, .cutmix_probability = .5f};

TestSuite(data_mix, .init = temp_enter, .fini = temp_leave);

/* ---- drawing ---- */

Test(data_mix, cutmix_draws_its_share_of_rectangles_inside) {
    int pasted = 0, least = 99, most = 0;
    for (uint64_t key = 0; key < 4000; key++) {
        dk_rng rng = dk_rng_key(1, 0, key, DK_RNG_MIX);
        const dk_mix m = dk_mix_draw(&cutmix, 20, 40, &rng);
        if (m.share == 0) {
            cr_assert_eq(m.w, 0);
            continue;
        }
        pasted++;
        cr_assert(m.x >= 0 && m.y >= 0 && m.x + m.w <= 40 && m.y + m.h <= 20);
        cr_assert(m.w >= 12 && m.w <= 32 && m.h >= 6 && m.h <= 16);
        cr_assert_float_eq(m.share, m.w * m.h / 800.0, 1e-6);
        least = m.w < least ? m.w : least;
        most = m.w > most ? m.w : most;
    }
    cr_assert(abs(pasted - 2000) < 130, "%d of 4000", pasted);
    cr_assert(least == 12 && most == 32, "sides %d to %d", least, most);
}

Test(data_mix, never_both_and_each_with_its_probability) {
    dk_mix_conf both = mixup;
    both.cutmix = 1;
    both.cutmix_min = .3f;
    both.cutmix_max = .8f;
    both.mixup_probability = .2f;
    both.cutmix_probability = .3f;
    int blended = 0, pasted = 0;
    double shares = 0;
    for (uint64_t key = 0; key < 5000; key++) {
        dk_rng rng = dk_rng_key(2, 0, key, DK_RNG_MIX);
        const dk_mix m = dk_mix_draw(&both, 16, 16, &rng);
        pasted += m.w > 0;
        blended += m.w == 0 && m.share > 0;
        shares += m.w == 0 ? (double)m.share : 0;
    }
    cr_assert(abs(blended - 1000) < 120 && abs(pasted - 1500) < 140, "%d, %d", blended, pasted);
    cr_assert_float_eq(shares / blended, .5, .05);
}

Test(data_mix, blends_and_pastes) {
    const float partner[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    float planes[8] = {0};
    const dk_mix quarter = {.share = .25f}, corner = {.share = .25f, .x = 1, .y = 0, .w = 1, .h = 1};
    dk_mix_apply(&quarter, partner, 2, 2, 2, planes);
    cr_assert_arr_eq(planes, ((const float[]){.25f, .5f, .75f, 1, 1.25f, 1.5f, 1.75f, 2}), sizeof planes);
    dk_mix_apply(&corner, partner, 2, 2, 2, planes);
    cr_assert_arr_eq(planes, ((const float[]){.25f, 2, .75f, 1, 1.25f, 6, 1.75f, 2}), sizeof planes);
}

/* ---- the loader ---- */

static dk_augment_conf augment_of(dk_mix_conf mix) {
    return (dk_augment_conf){.min_crop = SIDE,
                             .max_crop = SIDE,
                             .aspect = 1,
                             .saturation = 1,
                             .exposure = 1,
                             .contrast = 1,
                             .colour_gamma = 1,
                             .mix = mix,
                             .augment_until = 1,
                             .border = DK_BORDER_EDGE};
}

static dk_loader_conf conf_of(const dk_augment_conf *augment, int batch, int threads) {
    return (dk_loader_conf){.batch = batch,
                            .channels = 1,
                            .height = SIDE,
                            .width = SIDE,
                            .input = &plain,
                            .augment = augment,
                            .shuffle = true,
                            .seed = 42,
                            .threads = threads,
                            .cache = 1 << 20,
                            .max_bad = 1};
}

typedef struct {
    float pixels[ROWS][PIXELS], truth[ROWS][3];
    int picture[ROWS];
} stream;

static dk_status record(const dk_dataset *set, const dk_loader_conf *conf, int rows, stream *out,
                        dk_error *err) {
    dk_stream *l = NULL;
    dk_status status = dk_loader_open(&l, set, conf, err);
    for (int done = 0; status == DK_OK && done < rows;) {
        dk_batch batch;
        status = dk_stream_next(l, &batch, err);
        for (int i = 0; i < batch.count && done < rows; i++, done++) {
            memcpy(out->pixels[done], batch.pixels + (size_t)i * PIXELS, sizeof out->pixels[done]);
            memcpy(out->truth[done], batch.truth + (size_t)i * 3, sizeof out->truth[done]);
            out->picture[done] = batch.picture[i];
        }
    }
    dk_stream_close(l);
    return status;
}

static void record_well(const dk_dataset *set, const dk_loader_conf *conf, int rows, stream *out) {
    dk_error err = {0};
    cr_assert_eq(record(set, conf, rows, out, &err), DK_OK, "%s", err.text);
}

static double grey_of(int picture) {
    return (3 * picture + 1) / 255.0;
}

/* The share of the partner that the pixels of a row show. */
static double share_shown(const stream *s, int row, int partner) {
    const double own = grey_of(s->picture[row]), other = grey_of(partner);
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        sum += ((double)s->pixels[row][i] - own) / (other - own) / PIXELS;
    }
    return sum;
}

/* Rows of two epochs of 30 pictures: pixels and targets tell the same partner and share. */
static void check_rows(const stream *s, float smooth, int *mixed) {
    for (int row = 0; row < ROWS; row++) {
        const int own = s->picture[row];
        const int partner = s->picture[row / 30 * 30 + (row + 1) % 30];
        const double share = share_shown(s, row, partner);
        cr_assert(share > -1e-4 && share < 1.0001, "row %d has share %g", row, share);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            const double hit = (1 - share) * (own % 3 == i) + share * (partner % 3 == i);
            const double wanted = hit * (1 - (double)smooth) + (1 - hit) * (double)smooth / 2;
            cr_assert_float_eq(s->truth[row][i], wanted, 1e-4);
            sum += (double)s->truth[row][i];
        }
        cr_assert_float_eq(sum, 1, 1e-6);
        *mixed += share > 1e-4;
    }
}

Test(data_mix, mixup_takes_the_next_of_the_order_and_mixes_the_target) {
    static stream s;
    dk_dataset *const set = greys_open(30, 12, 3, NULL);
    const dk_augment_conf augment = augment_of(mixup);
    dk_loader_conf conf = conf_of(&augment, 7, 2);
    int mixed = 0;
    record_well(set, &conf, ROWS, &s);
    check_rows(&s, 0, &mixed);
    conf.label_smooth = .1f;
    record_well(set, &conf, ROWS, &s);
    check_rows(&s, .1f, &mixed);
    cr_assert(mixed > 35 && mixed < 85, "%d of 120", mixed);
    dk_dataset_close(set);
}

Test(data_mix, the_area_of_cutmix_is_the_label_weight) {
    static stream s;
    dk_dataset *const set = greys_open(30, 12, 3, NULL);
    const dk_augment_conf augment = augment_of(cutmix);
    const dk_loader_conf conf = conf_of(&augment, 8, 1);
    int mixed = 0, between = 0;
    record_well(set, &conf, ROWS, &s);
    check_rows(&s, 0, &mixed);
    cr_assert(mixed > 15 && mixed < 45, "%d of 60", mixed);
    for (int row = 0; row < ROWS; row++) { /* every pixel is of the one or the other */
        const double other = grey_of(s.picture[row / 30 * 30 + (row + 1) % 30]);
        for (int i = 0; i < PIXELS; i++) {
            const double v = (double)s.pixels[row][i];
            between += fabs(v - grey_of(s.picture[row])) > 1e-6 && fabs(v - other) > 1e-6;
        }
    }
    cr_assert_eq(between, 0);
    dk_dataset_close(set);
}

Test(data_mix, threads_batches_and_ranks_do_not_change_the_stream) {
    static stream one, other, part;
    dk_dataset *const set = greys_open(25, 12, 3, (const int[]){0, 1, 2, 3, -1});
    dk_augment_conf augment = augment_of(mixup);
    augment.mix.cutmix = 1;
    augment.mix.cutmix_probability = .4f;
    augment.angle = 10;
    augment.exposure = 1.5f;
    augment.colour_gamma = 1.5f;
    augment.colour_probability = .8f;
    augment.blur_sigma = 1;
    augment.blur_probability = .5f;
    augment.gaussian_noise = 5;
    augment.noise_probability = .5f;
    dk_loader_conf conf = conf_of(&augment, 6, 1);
    record_well(set, &conf, ROWS, &one);
    for (int variant = 0; variant < 3; variant++) {
        conf.threads = 2 + variant;
        conf.batch = variant == 1 ? 5 : 6;
        conf.cache = variant == 2 ? 0 : 300;
        record_well(set, &conf, ROWS, &other);
        cr_assert(memcmp(&one, &other, sizeof one) == 0, "variant %d", variant);
    }
    conf.batch = 3;
    conf.world = 2;
    for (conf.rank = 0; conf.rank < 2; conf.rank++) {
        record_well(set, &conf, ROWS / 2, &part);
        for (int i = 0; i < ROWS / 2; i++) {
            cr_assert_arr_eq(part.pixels[i], one.pixels[2 * i + conf.rank], sizeof part.pixels[i]);
            cr_assert_arr_eq(part.truth[i], one.truth[2 * i + conf.rank], sizeof part.truth[i]);
        }
    }
    dk_dataset_close(set);
}

Test(data_mix, augment_until_ends_mixing_and_erasing) {
    static stream s;
    dk_dataset *const set = greys_open(30, 12, 3, NULL);
    dk_augment_conf augment = augment_of(mixup);
    augment.mix.mixup_probability = 1;
    augment.augment_until = .5f;
    dk_loader_conf conf = conf_of(&augment, 10, 2);
    conf.samples = ROWS;
    record_well(set, &conf, ROWS, &s);
    for (int row = 0; row < ROWS; row++) {
        const double share = share_shown(&s, row, s.picture[row / 30 * 30 + (row + 1) % 30]);
        cr_assert(row < 30 ? share > 1e-4 : fabs(share) < 1e-4, "row %d has share %g", row, share);
    }
    conf.samples = 0; /* nobody knows: never */
    record_well(set, &conf, ROWS, &s);
    cr_assert_gt(share_shown(&s, ROWS - 2, s.picture[ROWS - 1]), 1e-4);
    dk_dataset_close(set);
}

Test(data_mix, augment_until_ends_erasing) {
    static stream s, without;
    dk_dataset *const set = greys_open(30, 12, 3, NULL);
    dk_augment_conf augment = augment_of((dk_mix_conf){0});
    augment.min_crop = augment.max_crop = SIDE / 2; /* a small picture within black: what is erased shows */
    augment.border = DK_BORDER_BLACK;
    augment.augment_until = .5f;
    dk_loader_conf conf = conf_of(&augment, 10, 2);
    conf.samples = ROWS;
    record_well(set, &conf, ROWS, &without);
    augment.erase = 1;
    augment.erase_min = augment.erase_max = .25f;
    record_well(set, &conf, ROWS, &s);
    for (int row = 0; row < ROWS; row++) {
        const bool equal = memcmp(s.pixels[row], without.pixels[row], sizeof s.pixels[row]) == 0;
        cr_assert_eq(equal, row >= 30, "row %d", row);
    }
    dk_dataset_close(set);
}

Test(data_mix, a_set_without_a_second_picture) {
    static stream s;
    dk_error err = {0};
    dk_dataset *set = greys_open(1, 12, 3, NULL);
    dk_augment_conf augment = augment_of(mixup);
    const dk_loader_conf conf = conf_of(&augment, 2, 1);
    dk_stream *l = NULL;
    cr_assert_eq(dk_loader_open(&l, set, &conf, &err), DK_EDATA);
    cr_assert_not_null(strstr(err.text, "need a second picture"), "%s", err.text);
    augment.mix.mixup_probability = 0; /* nothing to mix: fine */
    record_well(set, &conf, 4, &s);
    dk_dataset_close(set);
    set = greys_open(3, 12, 3, (const int[]){0, 1, -1}); /* and one where the others cannot be read */
    augment.mix.mixup_probability = 1;
    cr_assert_eq(record(set, &conf, 4, &s, &err), DK_EDATA);
    cr_assert_not_null(strstr(err.text, "only one of 3 can be read"), "%s", err.text);
    dk_dataset_close(set);
}
