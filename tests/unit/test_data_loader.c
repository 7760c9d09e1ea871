/* The loader: every picture once an epoch, the same stream for any number of threads and ranks, unreadable
 * pictures counted and replaced, never black. Picture i is grey i + 1 everywhere, so pixels tell who they
 * are. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/truth.h"
#include "data/loader.h"
#include "support/greys.h"
#include "support/temp.h"

#define SIDE 4
#define PIXELS (SIDE * SIDE)

static const dk_input_conf plain = {.input_scale = 1};

TestSuite(data_loader, .init = temp_enter, .fini = temp_leave);

static dk_loader_conf conf_of(int batch, bool shuffle, int threads) {
    return (dk_loader_conf){.batch = batch,
                            .channels = 1,
                            .height = SIDE,
                            .width = SIDE,
                            .input = &plain,
                            .shuffle = shuffle,
                            .seed = 42,
                            .threads = threads,
                            .cache = 1 << 20,
                            .max_bad = 1};
}

static dk_stream *open_loader(const dk_dataset *set, const dk_loader_conf *conf) {
    dk_stream *l = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_loader_open(&l, set, conf, &err), DK_OK, "%s", err.text);
    return l;
}

static dk_batch next(dk_stream *l) {
    dk_batch batch;
    dk_error err = {0};
    cr_assert_eq(dk_stream_next(l, &batch, &err), DK_OK, "%s", err.text);
    return batch;
}

/* Pixels and truth of a row must belong to the picture that the batch names. */
static void cr_row(const dk_batch *b, int row) {
    const int picture = b->picture[row];
    for (int i = 0; i < PIXELS; i++) {
        cr_assert_float_eq(b->pixels[row * PIXELS + i], (picture + 1) / 255.0, 1e-6);
    }
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(b->truth[row * 3 + i], i == picture % 3 ? 1 : 0);
    }
}

Test(data_loader, every_epoch_visits_every_picture_once) {
    dk_dataset *const set = greys_open(10, 6, 1, NULL);
    const dk_loader_conf conf = conf_of(4, true, 2);
    dk_stream *const l = open_loader(set, &conf);
    int seen[3][10] = {{0}}, order[40];
    for (int b = 0; b < 10; b++) { /* 40 rows: batches span epochs */
        const dk_batch batch = next(l);
        cr_assert_eq(batch.count, 4);
        cr_assert_eq(batch.epoch, b * 4 / 10);
        for (int i = 0; i < 4; i++) {
            cr_row(&batch, i);
            order[b * 4 + i] = batch.picture[i];
            const int epoch = (b * 4 + i) / 10;
            if (epoch < 3) {
                seen[epoch][batch.picture[i]]++;
            }
        }
    }
    for (int i = 0; i < 30; i++) {
        cr_assert_eq(seen[i / 10][i % 10], 1);
    }
    cr_assert_arr_neq(order, order + 10, 10 * sizeof(int), "epochs differ in order");
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, a_pass_without_shuffle_ends_and_rewinds) {
    dk_dataset *const set = greys_open(10, 6, 1, NULL);
    const dk_loader_conf conf = conf_of(4, false, 2);
    dk_stream *const l = open_loader(set, &conf);
    for (int pass = 0; pass < 3; pass++) {
        for (int b = 0; b < 3; b++) {
            const dk_batch batch = next(l);
            cr_assert_eq(batch.count, b < 2 ? 4 : 2);
            for (int i = 0; i < batch.count; i++) {
                cr_assert_eq(batch.picture[i], b * 4 + i);
                cr_row(&batch, i);
            }
            for (int i = batch.count * PIXELS; i < 4 * PIXELS; i++) {
                cr_assert_eq(batch.pixels[i], 0);
            }
        }
        cr_assert_eq(next(l).count, 0);
        cr_assert_eq(next(l).count, 0);
        cr_assert_eq(dk_stream_rewind(l, NULL), DK_OK);
        if (pass == 1) { /* again from within */
            (void)next(l);
            cr_assert_eq(dk_stream_rewind(l, NULL), DK_OK);
        }
    }
    dk_stream_close(l);
    dk_dataset_close(set);
}

/* `rows` rows of a run, written one behind the other. */
static void record(const dk_dataset *set, const dk_loader_conf *conf, int rows, float *pixels,
                   int *pictures) {
    dk_stream *const l = open_loader(set, conf);
    for (int done = 0; done < rows;) {
        const dk_batch batch = next(l);
        for (int i = 0; i < batch.count && done < rows; i++, done++) {
            memcpy(pixels + (size_t)done * PIXELS, batch.pixels + (size_t)i * PIXELS, PIXELS * sizeof(float));
            pictures[done] = batch.picture[i];
        }
    }
    dk_stream_close(l);
}

Test(data_loader, threads_do_not_change_the_stream) {
    const int bad[] = {3, 4, 17, -1};
    dk_dataset *const set = greys_open(30, 6, 1, bad);
    const dk_augment_conf augment = {.min_crop = 4,
                                     .max_crop = 7,
                                     .aspect = 1.3f,
                                     .angle = 20,
                                     .flip = 1,
                                     .saturation = 1,
                                     .exposure = 1.5f,
                                     .contrast = 1.2f,
                                     .colour_gamma = 1.3f,
                                     .colour_probability = 1,
                                     .brightness = .1f,
                                     .erase = .3f,
                                     .erase_min = .1f,
                                     .erase_max = .3f};
    dk_loader_conf conf = conf_of(7, true, 1);
    conf.augment = &augment;
    static float one[60 * PIXELS], other[60 * PIXELS];
    int first[60], second[60];
    record(set, &conf, 60, one, first); /* two epochs */
    for (int variant = 0; variant < 3; variant++) {
        conf.threads = variant == 2 ? 2 : 4;
        conf.cache = variant == 1 ? 0 : 200; /* no room, or room for two */
        conf.batch = variant == 2 ? 3 : 7;
        record(set, &conf, 60, other, second);
        cr_assert_arr_eq(one, other, sizeof one);
        cr_assert_arr_eq(first, second, sizeof first);
    }
    conf.seed++;
    record(set, &conf, 60, other, second);
    cr_assert_arr_neq(first, second, sizeof first);
    dk_dataset_close(set);
}

Test(data_loader, ranks_share_the_rows_of_one) {
    dk_dataset *const set = greys_open(11, 6, 1, NULL);
    dk_loader_conf conf = conf_of(8, true, 2);
    int whole[48], part[24];
    static float pixels[48 * PIXELS];
    record(set, &conf, 48, pixels, whole);
    conf.batch = 4;
    conf.world = 2;
    for (conf.rank = 0; conf.rank < 2; conf.rank++) {
        record(set, &conf, 24, pixels, part);
        for (int i = 0; i < 24; i++) {
            cr_assert_eq(part[i], whole[i * 2 + conf.rank]);
        }
    }
    dk_dataset_close(set);
}

Test(data_loader, training_takes_the_next_picture_for_a_bad_one) {
    const int bad[] = {2, 5, -1};
    dk_dataset *const good_set = greys_open(8, 6, 1, NULL);
    dk_loader_conf conf = conf_of(8, true, 1);
    int order[8], got[8];
    static float pixels[8 * PIXELS];
    record(good_set, &conf, 8, pixels, order);
    dk_dataset_close(good_set);
    dk_dataset *const set = greys_open(8, 6, 1, bad);
    record(set, &conf, 8, pixels, got);
    for (int i = 0; i < 8; i++) {
        int at = i;
        while (order[at] == 2 || order[at] == 5) {
            at = (at + 1) % 8;
        }
        cr_assert_eq(got[i], order[at]);
    }
    dk_dataset_close(set);
}

Test(data_loader, validation_leaves_bad_ones_out) {
    const int bad[] = {0, 4, 5, 6, 7, 9, -1};
    dk_dataset *const set = greys_open(12, 6, 1, bad);
    const dk_loader_conf conf = conf_of(4, false, 3);
    dk_stream *const l = open_loader(set, &conf);
    const int wanted[] = {1, 2, 3, 8, 10, 11};
    int seen = 0;
    for (dk_batch batch = next(l); batch.count > 0; batch = next(l)) { /* the second batch is all bad */
        cr_assert_eq(batch.count, 3);
        for (int i = 0; i < batch.count; i++) {
            cr_assert_eq(batch.picture[i], wanted[seen++]);
            cr_row(&batch, i);
        }
        for (int i = 3 * PIXELS; i < 4 * PIXELS; i++) {
            cr_assert_eq(batch.pixels[i], 0);
        }
    }
    cr_assert_eq(seen, 6);
    cr_assert_eq(dk_stream_skipped(l), 6);
    bool told[12] = {false};
    for (int i = 0; i < 6; i++) {
        int picture = -1;
        const char *const why = dk_stream_skip(l, i, &picture);
        cr_assert_not_null(strstr(why, set->samples[picture].path));
        cr_assert_not_null(strstr(why, "is no picture"));
        told[picture] = true;
    }
    cr_assert(told[0] && told[4] && told[5] && told[6] && told[7] && told[9]);
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, too_many_bad_pictures_are_an_error) {
    const int bad[] = {1, 2, -1};
    dk_dataset *const set = greys_open(20, 6, 1, bad);
    dk_loader_conf conf = conf_of(20, true, 2);
    conf.max_bad = .1f;
    dk_stream *l = open_loader(set, &conf);
    cr_assert_eq(next(l).count, 20); /* 2 of 20 are 10 % */
    dk_stream_close(l);
    conf.max_bad = .09f;
    l = open_loader(set, &conf);
    dk_batch batch;
    dk_error err = {0};
    cr_assert_eq(dk_stream_next(l, &batch, &err), DK_EDATA);
    cr_assert_not_null(strstr(err.text, "2 of 20 pictures cannot be read, more than max_bad=9%: "), "%s",
                       err.text);
    cr_assert(strstr(err.text, "b/001.png: is no picture") && strstr(err.text, "c/002.png"), "%s", err.text);
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, one_of_a_hundred_is_one_percent) {
    const int bad[] = {7, -1};
    dk_dataset *const set = greys_open(100, 6, 1, bad);
    dk_loader_conf conf = conf_of(100, true, 1);
    conf.max_bad = (float)(1 / 100.); /* as a float, a little less */
    dk_stream *l = open_loader(set, &conf);
    cr_assert_eq(next(l).count, 100);
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, a_set_without_one_good_picture) {
    const int bad[] = {0, 1, -1};
    dk_dataset *const set = greys_open(2, 6, 1, bad);
    const dk_loader_conf conf = conf_of(4, true, 2); /* max_bad 100 % */
    dk_stream *const l = open_loader(set, &conf);
    dk_batch batch;
    dk_error err = {0};
    cr_assert_eq(dk_stream_next(l, &batch, &err), DK_EDATA);
    cr_assert_not_null(strstr(err.text, "none of the 2 pictures can be read"), "%s", err.text);
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, smoothed_truth_and_none) {
    dk_dataset *set = greys_open(3, 6, 1, NULL);
    dk_loader_conf conf = conf_of(1, false, 1);
    conf.label_smooth = .1f;
    dk_stream *l = open_loader(set, &conf);
    const dk_batch batch = next(l);
    cr_assert_float_eq(batch.truth[0], .9f, 1e-6);
    cr_assert_float_eq(batch.truth[1], .05f, 1e-6);
    dk_stream_close(l);
    dk_dataset_close(set);
    cr_assert_eq(dk_dataset_open(&set, "list", &(dk_truth_conf){.classes = 3}, NULL), DK_OK);
    l = open_loader(set, &conf);
    cr_assert_null(next(l).truth);
    dk_stream_close(l);
    dk_dataset_close(set);
}

Test(data_loader, closing_in_the_middle_of_work) {
    dk_dataset *const set = greys_open(9, 6, 1, NULL);
    const dk_loader_conf conf = conf_of(5, true, 4);
    for (int i = 0; i < 20; i++) {
        dk_stream *const l = open_loader(set, &conf);
        if (i % 2 == 1) {
            (void)next(l);
        }
        dk_stream_close(l);
    }
    dk_dataset_close(set);
}

/* Memory that counts what is taken, and gives out so much at most. */
typedef struct {
    int most, taken, given_back;
} counted;

static dk_status take(void *user, size_t bytes, void **out, dk_error *err) {
    counted *const c = user;
    if (c->taken == c->most) {
        return dk_fail(err, DK_ENOMEM, "no more than %d blocks", c->most);
    }
    c->taken++;
    *out = malloc(bytes);
    cr_assert_not_null(*out);
    memset(*out, 0xff, bytes); /* it need not be zeroed */
    return DK_OK;
}

static void give_back(void *user, void *memory) {
    counted *const c = user;
    c->given_back++;
    free(memory);
}

Test(data_loader, batches_lie_where_the_caller_wants_them) {
    enum { BATCHES = 3, BLOCKS = 2 * BATCHES }; /* pixels and truths of each */
    dk_dataset *const set = greys_open(10, 6, 1, NULL);
    counted c = {.most = 2 * BLOCKS};
    dk_loader_conf conf = conf_of(4, true, 2);
    conf.memory = (dk_loader_memory){take, give_back, &c};
    dk_stream *l = open_loader(set, &conf);
    for (int b = 0; b < 5; b++) {
        const dk_batch batch = next(l);
        cr_row(&batch, b % 4);
    }
    cr_expect_eq(c.taken, BLOCKS);
    cr_assert_eq(dk_stream_reshape(l, SIDE + 1, SIDE, (dk_shape){0}, 0, NULL), DK_OK);
    cr_expect_eq(c.given_back, BLOCKS);
    dk_stream_close(l);
    cr_expect_eq(c.given_back, 2 * BLOCKS);
    for (int most = 0; most < BLOCKS; most++) { /* it runs out in the middle */
        dk_error err = {0};
        c = (counted){.most = most};
        cr_expect_eq(dk_loader_open(&l, set, &conf, &err), DK_ENOMEM);
        cr_expect_not_null(strstr(err.text, "blocks"), "%s", err.text);
        cr_expect_eq(c.given_back, most);
    }
    dk_dataset_close(set);
}
