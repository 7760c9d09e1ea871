/* The loss that is told, against numbers worked out by hand: a network whose answer is the same for every picture (all
 * weights 0 but the last biases b) and does not learn (rate 0). The cross-entropy of a picture of class c is then
 * L(c) = log Σ e^b − b[c]; of a smoothed target (1 − ε)·L(c) + ε/2·Σ of the others; of a mixed one the mixture. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net/weights.h"
#include "run/model.h"
#include "run/train.h"
#include "support/spans.h"
#include "support/temp.h"
#include "support/toy.h"

enum { PICTURES = 30 }; /* 20 red, 10 green */

static const float biases[3] = {0, 1.5f, -1};
static dk_error err;
static double steps[2 * PICTURES], epoch_loss, epoch_accuracy;
static int count;

static bool on_step(void *user, const dk_step_event *e) {
    (void)user;
    steps[count++] = dk_figures_get(&e->batch, "loss");
    return true;
}

static bool on_epoch(void *user, const dk_epoch_event *e) {
    (void)user;
    epoch_loss = dk_figures_get(&e->train, "loss");
    epoch_accuracy = dk_figures_get(&e->train, "accuracy");
    return true;
}

static void write_weights(void) {
    dk_model m = {0};
    const dk_model_options o = {.cfg = "toy.cfg", .backend = "ref", .build = {.n = 1}};
    cr_assert_eq(dk_model_open(&m, &o, &err), DK_OK, "%s", err.text);
    span_fill(m.backend, m.net->params->values, 0, m.net->params->count);
    const dk_layer *connected = &m.net->layers[2];
    cr_assert_str_eq(connected->params[0].name, "biases");
    span_put(m.backend, *connected->params[0].slot, biases, 3);
    cr_assert_eq(dk_weights_save(m.net, "known.weights", 0, -1, &err), DK_OK, "%s", err.text);
    dk_model_close(&m);
}

static void enter(void) {
    char path[64];
    temp_enter();
    toy_write("max_epochs=1");
    for (int i = 0; i < 20; i++) {
        snprintf(path, sizeof path, "train/blue/%d.png", i);
        remove(path);
        snprintf(path, sizeof path, "train/green/%d.png", i);
        cr_assert(i < 10 || remove(path) == 0);
    }
    write_weights();
}

TestSuite(run_loss, .init = enter, .fini = temp_leave, .timeout = 60);

/* One epoch with these keys of [net], up to NULL; batch 6 unless they say another. */
static void train(const char *const *set) {
    const dk_observer observer = {.on_step = on_step, .on_epoch = on_epoch};
    const dk_run_options o = {.weights = "known.weights", .set_net = set};
    count = 0;
    cr_assert_eq(toy_train(o, &observer, &err), DK_OK, "%s", err.text);
}

/* L of a class, its target smoothed by ε. */
static double loss_of(int label, double smooth) {
    double sum = 0, loss = 0;
    for (int i = 0; i < 3; i++) {
        sum += exp((double)biases[i]);
    }
    for (int i = 0; i < 3; i++) {
        loss += (i == label ? 1 - smooth : smooth / 2) * (log(sum) - (double)biases[i]);
    }
    return loss;
}

static void expect_epoch(double smooth) {
    const double wanted = (20 * loss_of(0, smooth) + 10 * loss_of(1, smooth)) / PICTURES;
    cr_expect_float_eq(epoch_loss, wanted, 1e-5, "smoothing %g: %g, wanted %g", smooth, epoch_loss, wanted);
}

Test(run_loss, plain) {
    train((const char *const[]){"learning_rate=0", NULL});
    expect_epoch(0);
    cr_expect_float_eq(epoch_accuracy, 1. / 3, 1e-6); /* green has the largest bias */
}

Test(run_loss, smoothed) {
    train((const char *const[]){"learning_rate=0", "label_smooth_eps=0.3", NULL});
    expect_epoch(.3);
}

Test(run_loss, weights_of_classes_are_not_in_it) {
    train((const char *const[]){"learning_rate=0", "label_smooth_eps=0.3", "class_weights=5,1,.25", NULL});
    expect_epoch(.3);
}

Test(run_loss, subdivisions) {
    train((const char *const[]){"learning_rate=0", "label_smooth_eps=0.1", "subdivisions=3", NULL});
    expect_epoch(.1);
}

/* With a large alpha the shares are halves, and a step of one picture tells the loss of red, of green or half of both;
 * over the epoch every picture counts one half for itself and one for its neighbour. */
static void expect_halves(const char *const *set, double smooth) {
    int kinds[3] = {0};
    train(set);
    cr_assert_eq(count, PICTURES);
    const double red = loss_of(0, smooth), green = loss_of(1, smooth);
    const double wanted[3] = {red, green, (red + green) / 2};
    for (int i = 0; i < count; i++) {
        int nearest = 0;
        for (int k = 1; k < 3; k++) {
            nearest = fabs(steps[i] - wanted[k]) < fabs(steps[i] - wanted[nearest]) ? k : nearest;
        }
        cr_expect_float_eq(steps[i], wanted[nearest], .05 * fabs(red - green), "step %d: %g", i, steps[i]);
        kinds[nearest]++;
    }
    cr_expect_gt(kinds[2], 5, "%d red, %d green, %d mixed", kinds[0], kinds[1], kinds[2]);
    cr_expect_gt(kinds[0], 2);
    cr_expect_float_eq(epoch_loss, (20 * red + 10 * green) / PICTURES, .02 * fabs(red - green));
}

Test(run_loss, mixed) {
    expect_halves((const char *const[]){"learning_rate=0", "batch=1", "mixup=1", "mixup_alpha=1000",
                                        "mixup_probability=1", NULL},
                  0);
}

Test(run_loss, mixed_smoothed_and_weighted) {
    expect_halves((const char *const[]){"learning_rate=0", "batch=1", "mixup=1", "mixup_alpha=1000",
                                        "mixup_probability=1", "label_smooth_eps=0.2", "class_weights=4,1,1",
                                        NULL},
                  .2);
}

/* A rectangle of half of either side covers a quarter. */
Test(run_loss, cut_and_pasted) {
    train((const char *const[]){"learning_rate=0", "batch=1", "cutmix=1", "cutmix_min=.5", "cutmix_max=.5",
                                "cutmix_probability=1", NULL});
    const double red = loss_of(0, 0), green = loss_of(1, 0);
    const double wanted[4] = {red, .75 * red + .25 * green, .25 * red + .75 * green, green};
    int kinds[4] = {0};
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < 4; k++) {
            kinds[k] += fabs(steps[i] - wanted[k]) < 1e-5;
        }
    }
    cr_expect_eq(kinds[0] + kinds[1] + kinds[2] + kinds[3], PICTURES);
    cr_expect(kinds[1] > 1 && kinds[2] > 1, "%d %d %d %d", kinds[0], kinds[1], kinds[2], kinds[3]);
}
