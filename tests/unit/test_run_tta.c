/* Views and their averages: the tables, the mean, and a whole pass beside one of single views. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "data/truth.h"
#include "run/evaluate.h"
#include "run/model.h"
#include "support/temp.h"
#include "support/toy.h"

TestSuite(run_tta, .init = temp_enter, .fini = temp_leave);

static const dk_tta *find(const char *name) {
    const dk_tta *tta = NULL;
    cr_assert_eq(dk_tta_find(&tta, name, NULL), DK_OK);
    return tta;
}

Test(run_tta, names) {
    dk_error err = {0};
    const dk_tta *tta = NULL;
    cr_expect_eq(find("none"), &dk_tta_none);
    cr_expect_eq(find("flip")->count - find("flip")->first, 2);
    cr_expect_eq(find("ten")->count - find("ten")->first, 10);
    cr_expect_eq(find("all")->count - find("all")->first, 12);
    cr_expect_eq(dk_tta_find(&tta, "fliip", &err), DK_EUSAGE);
    cr_expect_not_null(strstr(err.text, "did you mean 'flip'"), "%s", err.text);
}

/* The first is the whole picture; every view has its mirror image; no view stands twice. */
Test(run_tta, views_are_whole_and_paired) {
    const char *const names[] = {"flip", "ten", "all"};
    for (int k = 0; k < 3; k++) {
        const dk_tta *tta = find(names[k]);
        const dk_view *v = tta->views;
        cr_expect(v[0].scale == 1 && !v[0].mirror);
        for (int i = tta->first; i < tta->count; i++) {
            int twins = 0, same = 0;
            for (int j = tta->first; j < tta->count; j++) {
                const bool window = v[i].scale == v[j].scale && v[i].x == v[j].x && v[i].y == v[j].y;
                twins += window && v[i].mirror != v[j].mirror;
                same += window && v[i].mirror == v[j].mirror;
            }
            cr_expect(twins == 1 && same == 1, "%s: view %d", names[k], i);
        }
    }
}

Test(run_tta, the_mean_leaves_out_what_is_only_shown) {
    const dk_tta tta = {"x", NULL, 3, 1};
    float mean[2];
    dk_tta_average(&tta, (float[]){1, 0, .5f, .5f, .3f, .7f}, 2, mean);
    cr_expect_float_eq(mean[0], .4f, 1e-6);
    cr_expect_float_eq(mean[1], .6f, 1e-6);
}

/* ---- whole passes ---- */

typedef struct {
    dk_model model;
    dk_data *data;
    dk_dataset *set;
    float single[15 * 3], averaged[15 * 3];
} pass;

static void open_pass(pass *p, const dk_tta *tta, int batch, dk_stream **loader) {
    dk_error err = {0};
    const dk_model_options options = {
        .cfg = "toy.cfg", .backend = "ref", .threads = 1, .seed = 3, .build = {.n = batch * tta->count}};
    cr_assert_eq(dk_model_open(&p->model, &options, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_data_load(&p->data, "toy.data", NULL, &(dk_log){0}, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_data_open(&p->set, p->data, "valid", &dk_truth_class, &(dk_log){0}, &err), DK_OK, "%s",
                 err.text);
    const dk_loader_conf conf = {.batch = batch,
                                 .channels = 3,
                                 .height = 8,
                                 .width = 8,
                                 .threads = 2,
                                 .input = &p->model.settings.input,
                                 .views = tta->views,
                                 .view_count = tta->count};
    cr_assert_eq(dk_loader_open(loader, p->set, &conf, &err), DK_OK, "%s", err.text);
}

static dk_status keep_single(void *user, int picture, int truth, const float *scores, dk_error *err) {
    (void)truth, (void)err;
    memcpy(((pass *)user)->single + (ptrdiff_t)picture * 3, scores, 3 * sizeof *scores);
    return DK_OK;
}

static dk_status keep_averaged(void *user, int picture, int truth, const float *scores, dk_error *err) {
    (void)truth, (void)err;
    memcpy(((pass *)user)->averaged + (ptrdiff_t)picture * 3, scores, 3 * sizeof *scores);
    return DK_OK;
}

static void measure(pass *p, const char *name, int batch, dk_metrics *single, dk_metrics *averaged) {
    const dk_tta *tta = find(name);
    dk_stream *loader = NULL;
    dk_error err = {0};
    open_pass(p, tta, batch, &loader);
    cr_assert_eq(dk_metrics_open(single, 3, 2, p->model.arena, &err), DK_OK);
    cr_assert_eq(dk_metrics_open(averaged, 3, 2, p->model.arena, &err), DK_OK);
    const dk_evaluation e = {.net = p->model.net,
                             .loader = loader,
                             .set = p->set,
                             .tta = tta,
                             .user = p,
                             .single = single,
                             .averaged = averaged,
                             .on_single = keep_single,
                             .on_averaged = keep_averaged};
    cr_assert_eq(dk_evaluate_views(&e, &err), DK_OK, "%s", err.text);
    dk_stream_close(loader);
}

static void close_pass(pass *p) {
    dk_dataset_close(p->set);
    dk_data_close(p->data);
    dk_model_close(&p->model);
}

/* The single figures are the same whatever is averaged beside them, with batches that the set does not fill. */
Test(run_tta, the_single_view_stays_what_it_is) {
    static pass plain, more;
    dk_metrics want, got, averaged;
    toy_write("seed=4");
    measure(&plain, "none", 6, &want, &averaged);
    cr_expect_arr_eq(plain.single, plain.averaged, sizeof plain.single);
    const char *const names[] = {"flip", "ten", "all"};
    for (int k = 0; k < 3; k++) {
        measure(&more, names[k], 2, &got, &averaged);
        cr_expect(got.images == 15 && averaged.images == 15 && got.hits == want.hits);
        cr_expect_float_eq(got.loss_sum, want.loss_sum, 1e-4);
        for (int i = 0; i < 45; i++) {
            cr_expect_float_eq(more.single[i], plain.single[i], 1e-5, "%s: score %d", names[k], i);
        }
        cr_expect(memcmp(more.single, more.averaged, sizeof more.single) != 0);
        close_pass(&more);
    }
    close_pass(&plain);
}
