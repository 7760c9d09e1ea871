/* A training with all that a run does, on every engine, over memory that nobody but the engine may touch: validated with
 * averages, clipped, in parts, with a teacher, stopped, resumed, saved; then the library's ways to use its weights. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "darknet.h"
#include "guard/guard.h"
#include "image/image.h"
#include "run/trainer.h"
#include "support/engines.h"
#include "support/temp.h"
#include "support/toy.h"

static const char keys[] =
    "max_epochs=3\noptimizer=adam\nema_alpha=.9\nsubdivisions=2\nclip_gradient=1\nangle=5\nflip=1\n"
    "valid_every=1\nbn_momentum=.8\nstages=10:.5,8:.5\nmixup=1";

static dk_error err;

static void enter(void) {
    temp_enter();
    toy_write(keys);
    temp_change("toy.cfg", "toy.cfg", "filters=6", "filters=6\nbatch_normalize=1");
}

TestSuite(guard_training, .init = enter, .fini = temp_leave);

static void use(const char *engine) {
    dk_net *net = NULL;
    dk_scores scores;
    float answers[3];
    const dk_net_options o = {.cfg = "toy.cfg", .weights = "weights/toy_final.weights", .backend = engine};
    cr_assert_eq(dk_net_open(&net, &o, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_evaluate(net, "toy.data", NULL, &scores, &err), DK_OK, "%s", err.text);
    cr_expect_eq(scores.images, 15);
    dk_image *image = NULL;
    cr_assert_eq(dk_image_load(&image, "valid/red/1.png", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_predict(net, image, answers, 3, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_save(net, "again.weights", &err), DK_OK, "%s", err.text);
    cr_expect(temp_same("again.weights", "weights/toy_final.weights"));
    dk_image_free(image);
    dk_net_close(net);
}

Test(guard_training, on_every_engine) {
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        const char *const name = (*e)->name, *const with[] = {"teacher=toy.cfg:weights/toy_best.weights",
                                                              NULL};
        dk_run_options o = {.backend = name};
        cr_assert_eq(toy_train_until(o, 0, &err), DK_OK, "%s: %s", name, err.text);
        cr_assert_eq(rename("weights/toy_final.weights", "whole.weights"), 0);
        cr_assert_eq(toy_train_until(o, 17, &err), DK_ESTOPPED, "%s: %s", name, err.text);
        o.resume = true;
        cr_assert_eq(toy_train_until(o, 0, &err), DK_OK, "%s: %s", name, err.text);
        cr_expect(temp_same("weights/toy_final.weights", "whole.weights"), "%s", name);
        o.resume = false;
        o.set_net = with;
        cr_assert_eq(toy_train_until(o, 0, &err), DK_OK, "%s: %s", name, err.text);
        use(name);
    }
}

/* Both loaders have a ring of three batches, each of pixels and of truths. */
Test(guard_training, batches_lie_in_memory_of_the_engine_s) {
    cr_assert_eq(toy_train_until((dk_run_options){0}, 0, &err), DK_OK, "%s", err.text);
    cr_expect_eq(guard_fed_most, 2 * 3 * 2, "%d", guard_fed_most);
}

Test(guard_training, what_the_device_has_free_is_the_limit) {
    guard_room = 2000;
    cr_expect_eq(toy_train_until((dk_run_options){0}, 0, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "MB allowed on the device;"), "%s", err.text);
    guard_room = (size_t)1 << 20;
    cr_expect_eq(toy_train_until((dk_run_options){.max_memory = 2000}, 0, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "0.0 MB allowed on the device;"), "%s", err.text);
    cr_expect_eq(toy_train_until((dk_run_options){0}, 0, &err), DK_OK, "%s", err.text);
}
