/* The public header from end to end: train, open, ask, measure, save. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "darknet.h"
#include "support/temp.h"
#include "support/toy.h"

static dk_error err;

static void enter(void) {
    temp_enter();
    toy_write("max_epochs=8");
    err = (dk_error){0};
}

TestSuite(run_api, .init = enter, .fini = temp_leave, .timeout = 60);

typedef struct {
    long calls, validated, stop_at;
    double val_accuracy;
} seen;

static int on_progress(void *user, const dk_progress *p) {
    seen *s = user;
    s->calls++;
    s->validated += p->validated;
    s->val_accuracy = p->validated ? p->val_accuracy : s->val_accuracy;
    return p->step == s->stop_at;
}

static dk_status train_toy(seen *s, const char *const *set, dk_progress *last) {
    const dk_train_options options = {.data = "toy.data",
                                      .cfg = "toy.cfg",
                                      .backend = "ref",
                                      .threads = 1,
                                      .set = set,
                                      .on_progress = on_progress,
                                      .user = s};
    return dk_train(&options, last, &err);
}

static dk_net *open_toy(int batch) {
    dk_net *net = NULL;
    const dk_net_options options = {.cfg = "toy.cfg",
                                    .weights = "weights/toy_best.weights",
                                    .backend = "ref",
                                    .threads = 1,
                                    .batch = batch};
    cr_assert_eq(dk_net_open(&net, &options, &err), DK_OK, "%s", err.text);
    return net;
}

Test(run_api, train_and_ask) {
    seen s = {0};
    dk_progress last = {0};
    dk_net_info info;
    dk_scores scores;
    cr_assert_eq(train_toy(&s, NULL, &last), DK_OK, "%s", err.text);
    cr_expect(s.calls == 88 && s.validated == 8 && last.step == 80 && last.steps == 80 && last.epoch == 8);
    cr_expect(last.val_loss > 0 && last.best <= last.val_loss && last.rate > 0);

    dk_net *net = open_toy(4);
    dk_net_describe(net, &info);
    cr_expect(info.width == 8 && info.channels == 3 && info.batch == 4 && info.outputs == 3 &&
              info.layers == 4);
    cr_expect(info.parameters == 6 * 27 + 6 + 3 * 6 + 3 && info.bytes > 0 && info.macs > 0);
    cr_expect_str_eq(info.backend, "ref");
    cr_assert_eq(dk_evaluate(net, "toy.data", NULL, &scores, &err), DK_OK, "%s", err.text);
    cr_expect(scores.images == 15 && scores.skipped == 0 && scores.top1 > .9 && scores.topk >= scores.top1);
    cr_expect(fabs(scores.loss - last.best) < 1e-5, "loss %g, while training %g", scores.loss, last.best);
    cr_assert_eq(dk_evaluate(net, "toy.data", "train", &scores, &err), DK_OK, "%s", err.text);
    cr_expect_eq(scores.images, 60);
    cr_assert_eq(dk_net_save(net, "copy.weights", &err), DK_OK, "%s", err.text);
    cr_expect(temp_same("copy.weights", "weights/toy_best.weights"));
    dk_net_close(net);
}

Test(run_api, predict_one_and_many) {
    seen s = {0};
    cr_assert_eq(train_toy(&s, NULL, NULL), DK_OK, "%s", err.text);
    dk_net *net = open_toy(2);
    dk_image *images[3] = {0};
    float many[9];
    float one[3];
    cr_assert_eq(dk_image_load(&images[0], "valid/red/0.png", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_image_load(&images[1], "valid/green/0.png", &err), DK_OK);
    cr_assert_eq(dk_image_load(&images[2], "valid/blue/0.png", &err), DK_OK);
    cr_assert_eq(dk_predict_batch(net, (const dk_image *const *)images, 3, many, 9, &err), DK_OK, "%s",
                 err.text);
    for (int i = 0; i < 3; i++) {
        const float *mine = many + (ptrdiff_t)(3 * i);
        cr_assert_eq(dk_predict(net, images[i], one, 3, &err), DK_OK);
        cr_expect_arr_eq(one, mine, sizeof one);
        cr_expect(fabsf(mine[0] + mine[1] + mine[2] - 1) < 1e-5f && mine[i] > .45f);
    }
    cr_expect_eq(dk_predict(net, images[0], one, 2, &err), DK_EUSAGE);
    cr_expect_eq(dk_predict_batch(net, (const dk_image *const *)images, 3, many, 8, &err), DK_EUSAGE);
    cr_expect(strstr(err.text, "9") != NULL, "%s", err.text);
    for (int i = 0; i < 3; i++) {
        dk_image_free(images[i]);
    }
    dk_net_close(net);
}

Test(run_api, a_callback_stops_the_training) {
    seen s = {.stop_at = 3};
    dk_progress last = {0};
    cr_expect_eq(train_toy(&s, NULL, &last), DK_ESTOPPED);
    cr_expect(last.step == 3 && s.calls == 3);
}

Test(run_api, settings) {
    seen s = {0};
    const char *const good[] = {"net.max_epochs=1", "data.backup=elsewhere", NULL};
    const char *const bad[] = {"max_epochs=1", NULL};
    cr_expect_eq(train_toy(&s, good, NULL), DK_OK, "%s", err.text);
    cr_expect(temp_same("elsewhere/toy_last.weights", "elsewhere/toy_final.weights"));
    cr_expect_eq(train_toy(&s, bad, NULL), DK_EUSAGE);
    cr_expect(strstr(err.text, "net.") != NULL, "%s", err.text);
}

Test(run_api, mistakes) {
    dk_net *net = NULL;
    const dk_net_options missing = {.cfg = "none.cfg"};
    const dk_net_options none = {0};
    const dk_net_options engine = {.cfg = "toy.cfg", .backend = "abacus"};
    const dk_net_options weights = {.cfg = "toy.cfg", .backend = "ref", .weights = "none.weights"};
    cr_expect_eq(dk_net_open(&net, &missing, &err), DK_EIO);
    cr_expect(strstr(err.text, "none.cfg") != NULL, "%s", err.text);
    cr_expect_eq(dk_net_open(&net, &none, &err), DK_EUSAGE);
    cr_expect_eq(dk_net_open(&net, &engine, &err), DK_EUSAGE);
    cr_expect_eq(dk_net_open(&net, &weights, &err), DK_EIO);
    cr_expect_null(net);
    dk_net_close(NULL);
}

Test(run_api, partial_weights_are_a_start_only) {
    seen s = {0};
    const char *const one[] = {"net.max_epochs=1", NULL};
    cr_assert_eq(train_toy(&s, one, NULL), DK_OK, "%s", err.text);
    /* header, then the convolution alone: 6 biases and 6·3·3·3 weights */
    FILE *from = fopen("weights/toy_final.weights", "r");
    FILE *to = fopen("part.weights", "w");
    char bytes[20 + 4 * (6 + 6 * 27)];
    cr_assert(fread(bytes, sizeof bytes, 1, from) == 1 && fwrite(bytes, sizeof bytes, 1, to) == 1);
    fclose(from);
    fclose(to);
    dk_net *net = NULL;
    const dk_net_options options = {.cfg = "toy.cfg", .backend = "ref", .weights = "part.weights"};
    cr_expect_eq(dk_net_open(&net, &options, &err), DK_EFORMAT);
    cr_expect(strstr(err.text, "layer 2 [connected]") != NULL, "%s", err.text);
    const dk_train_options again = {
        .data = "toy.data", .cfg = "toy.cfg", .backend = "ref", .weights = "part.weights", .set = one};
    cr_expect_eq(dk_train(&again, NULL, &err), DK_OK, "%s", err.text);
}
