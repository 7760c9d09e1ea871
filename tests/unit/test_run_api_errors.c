/* Every function of the public header that can fail, in calls that do: the status is the same whether somebody wants the
 * text (err) or not (NULL), and with err the text is there. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "darknet.h"
#include "support/temp.h"
#include "support/toy.h"

static char header[16384]; /* include/darknet.h: read before the tests go elsewhere */

static void enter(void) {
    FILE *f = fopen("include/darknet.h", "r");
    cr_assert_not_null(f, "the tests run in the root of the repository");
    header[fread(header, 1, sizeof header - 1, f)] = '\0';
    fclose(f);
    temp_enter();
    toy_write("max_epochs=1");
    temp_write("broken.weights", "no weights");
    temp_write("broken.png", "\x89PNG\r\n\x1a\nno more");
    temp_write("broken.cfg", "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nsize=-1\n");
    temp_write("unknown.cfg", "[net]\nwidth=8\nheight=8\nchannels=3\n[telescope]\n");
    temp_write("shapes.cfg", "[net]\nwidth=8\nheight=8\nchannels=3\n[maxpool]\nsize=2\n[route]\nlayers=5\n");
    temp_write("few.data", "classes=2\ntrain=train\nvalid=valid\nnames=two.names\n");
    temp_write("two.names", "red\ngreen\n");
}

TestSuite(run_api_errors, .init = enter, .fini = temp_leave, .timeout = 60);

static float scores[8];
static dk_net *net;

static int stop(void *user, const dk_progress *progress) {
    (void)user, (void)progress;
    return 1;
}

static dk_status open_net(const char *cfg, const char *weights, const char *backend, size_t max_memory,
                          int threads, dk_error *err) {
    dk_net *other = NULL;
    const dk_net_options options = {
        .cfg = cfg, .weights = weights, .backend = backend, .max_memory = max_memory, .threads = threads};
    const dk_status status = dk_net_open(&other, &options, err);
    cr_expect_null(other);
    return status;
}

static dk_status train(const char *data, const char *cfg, const char *weights, const char *set,
                       dk_on_progress act, dk_error *err) {
    const char *const sets[] = {set, NULL};
    const dk_train_options options = {.data = data,
                                      .cfg = cfg,
                                      .weights = weights,
                                      .backend = "ref",
                                      .threads = 1,
                                      .set = sets,
                                      .on_progress = act};
    return dk_train(&options, NULL, err);
}

static dk_status predict(size_t room, dk_error *err) {
    dk_image *image = NULL;
    cr_assert_eq(dk_image_load(&image, "valid/red/0.png", NULL), DK_OK);
    const dk_status status = dk_predict(net, image, scores, room, err);
    dk_image_free(image);
    return status;
}

static dk_status predict_batch(size_t room, dk_error *err) {
    const dk_image *none[4] = {NULL};
    return dk_predict_batch(net, none, 4, scores, room, err);
}

static dk_image *image;
static dk_scores measured;

/* The function, a name for the case, the status it must have, the call. */
#define CALLS(X)                                                                                             \
    X(dk_image_load, missing, EIO, dk_image_load(&image, "none.png", err))                                   \
    X(dk_image_load, folder, EIO, dk_image_load(&image, "train", err))                                       \
    X(dk_image_load, broken, EFORMAT, dk_image_load(&image, "broken.png", err))                              \
    X(dk_image_load, other, EFORMAT, dk_image_load(&image, "toy.cfg", err))                                  \
    X(dk_image_from, size, EUSAGE, dk_image_from(&image, 0, 3, 3, (const uint8_t *)"", err))                 \
    X(dk_net_open, nothing, EUSAGE, open_net(NULL, NULL, "ref", 0, 1, err))                                  \
    X(dk_net_open, missing, EIO, open_net("none.cfg", NULL, "ref", 0, 1, err))                               \
    X(dk_net_open, range, EPARSE, open_net("broken.cfg", NULL, "ref", 0, 1, err))                            \
    X(dk_net_open, layer, EPARSE, open_net("unknown.cfg", NULL, "ref", 0, 1, err))                           \
    X(dk_net_open, shapes, ESHAPE, open_net("shapes.cfg", NULL, "ref", 0, 1, err))                           \
    X(dk_net_open, weights, EIO, open_net("toy.cfg", "none.weights", "ref", 0, 1, err))                      \
    X(dk_net_open, broken, EFORMAT, open_net("toy.cfg", "broken.weights", "ref", 0, 1, err))                 \
    X(dk_net_open, engine, EUSAGE, open_net("toy.cfg", NULL, "abacus", 0, 1, err))                           \
    X(dk_net_open, memory, ENOMEM, open_net("toy.cfg", NULL, "ref", 1, 1, err))                              \
    X(dk_net_open, threads, EUSAGE, open_net("toy.cfg", NULL, "ref", 0, -1, err))                            \
    X(dk_net_save, folder, EIO, dk_net_save(net, "train", err))                                              \
    X(dk_net_save, nowhere, EIO, dk_net_save(net, "toy.cfg/a.weights", err))                                 \
    X(dk_predict, room, EUSAGE, predict(2, err))                                                             \
    X(dk_predict_batch, room, EUSAGE, predict_batch(8, err))                                                 \
    X(dk_train, data, EIO, train("none.data", "toy.cfg", NULL, NULL, NULL, err))                             \
    X(dk_train, cfg, EIO, train("toy.data", "none.cfg", NULL, NULL, NULL, err))                              \
    X(dk_train, range, EPARSE, train("toy.data", "broken.cfg", NULL, NULL, NULL, err))                       \
    X(dk_train, set, EUSAGE, train("toy.data", "toy.cfg", NULL, "batch=3", NULL, err))                       \
    X(dk_train, weights, EIO, train("toy.data", "toy.cfg", "none.weights", NULL, NULL, err))                 \
    X(dk_train, pretrained, EFORMAT,                                                                         \
      train("toy.data", "toy.cfg", NULL, "data.pretrained=broken.weights", NULL, err))                       \
    X(dk_train, diverged, EDIVERGED,                                                                         \
      train("toy.data", "toy.cfg", NULL, "net.learning_rate=1e30", NULL, err))                               \
    X(dk_train, stopped, ESTOPPED, train("toy.data", "toy.cfg", NULL, NULL, stop, err))                      \
    X(dk_evaluate, data, EIO, dk_evaluate(net, "none.data", NULL, &measured, err))                           \
    X(dk_evaluate, list, EIO, dk_evaluate(net, "toy.data", "none.list", &measured, err))                     \
    X(dk_evaluate, classes, ESHAPE, dk_evaluate(net, "few.data", NULL, &measured, err))

typedef struct {
    const char *function, *name;
    dk_status status;
    dk_status (*call)(dk_error *err);
} row;

#define DEFINE(function, name, status, call)                                                                 \
    static dk_status function##_##name(dk_error *err) {                                                      \
        return call;                                                                                         \
    }
CALLS(DEFINE)
#define ROW(function, name, status, call) {#function, #name, DK_##status, function##_##name},
static const row rows[] = {CALLS(ROW)};
enum { ROWS = sizeof rows / sizeof *rows };

Test(run_api_errors, are_the_same_when_nobody_wants_the_text) {
    const dk_net_options options = {.cfg = "toy.cfg", .backend = "ref", .threads = 1};
    cr_assert_eq(dk_net_open(&net, &options, NULL), DK_OK);
    for (int i = 0; i < ROWS; i++) {
        dk_error err = {0};
        const dk_status with = rows[i].call(&err), without = rows[i].call(NULL);
        cr_expect(with == rows[i].status && err.status == with && err.text[0] != '\0', "%s, %s: %s: %s",
                  rows[i].function, rows[i].name, dk_status_name(with), err.text);
        cr_expect_eq(without, with, "%s, %s: without err %s", rows[i].function, rows[i].name,
                     dk_status_name(without));
    }
    dk_net_close(net);
}

Test(run_api_errors, have_a_case_for_every_function_that_can_fail) {
    static const char mark[] = "DK_API dk_status ";
    int functions = 0;
    for (const char *at = header; (at = strstr(at, mark)) != NULL; functions++) {
        at += sizeof mark - 1;
        const size_t length = strcspn(at, "(");
        int cases = 0;
        for (int i = 0; i < ROWS; i++) {
            cases += strlen(rows[i].function) == length && strncmp(rows[i].function, at, length) == 0;
        }
        cr_expect_gt(cases, 0, "%.*s has no failing call above", (int)length, at);
    }
    cr_expect_geq(functions, 8);
}
