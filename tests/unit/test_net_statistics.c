/* Statistics set from pictures: the answers stay, and training over the same pictures, whose batch's statistics
 * then are the rolling ones, answers the same. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/statistics.h"
#include "support/spans.h"
#include "support/text_net.h"

static const char text[] =
    "[net]\nheight=6\nwidth=5\nchannels=2\n"
    "[conv]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=relu6\n"
    "[conv]\nbatch_normalize=1\nfilters=4\ngroups=4\nsize=3\nstride=2\npad=same\nactivation=leaky\n"
    "[conv]\nfilters=3\nactivation=tanh\n[batchnorm]\n"
    "[connected]\nbatch_normalize=1\noutput=5\nactivation=logistic\n[connected]\noutput=3\nactivation="
    "linear\n"
    "[softmax]\n";
enum { PICTURES = 8, EACH = 2 * 6 * 5, CLASSES = 3, NORMS = 4 };

static text_net whole;
static dk_net *net; /* its net */
static dk_error err;
static float pixels[PICTURES * EACH];

static float draw(uint64_t purpose, uint64_t i) {
    dk_rng rng = dk_rng_key(9, purpose, i, DK_RNG_TEST);
    return dk_rng_uniform(&rng, -1, 1);
}

/* Any values for scales, biases and statistics: the function is not the identity's. */
static void roughen(dk_layer *l) {
    for (int k = 0; k < l->param_count; k++) {
        const dk_param *p = &l->params[k];
        const bool positive = (p->flags & DK_POSITIVE) || strcmp(p->name, "scales") == 0;
        for (size_t i = 0; strcmp(p->name, "weights") != 0 && i < p->count; i++) {
            const float v = draw((uint64_t)(l->index * 10 + k), i), positively = .8F + .5F * v;
            span_put(whole.be, *p->slot + i, positive ? &positively : &v, 1);
        }
    }
}

static void open_with(const char *engine) {
    const dk_net_build_options options = {.n = PICTURES / 2, .seed = 3, .keep_outputs = true};
    text_net_open(&whole, text, engine, &options);
    net = whole.net;
    for (int i = 0; i < net->count; i++) {
        roughen(&net->layers[i]);
    }
    for (int i = 0; i < PICTURES * EACH; i++) {
        pixels[i] = draw(1000, (uint64_t)i) + (i > PICTURES * EACH / 2 ? .7F : 0); /* halves that differ */
    }
}

static void end(void) {
    text_net_close(&whole);
}

TestSuite(net_statistics, .fini = end);

/* The answers to all pictures, in two halves; measured when there is something to measure with. */
static void answer(dk_statistics *s, float *out) {
    for (int half = 0; half < 2; half++) {
        cr_assert_eq(dk_net_forward(net, pixels + half * PICTURES / 2 * EACH, NULL, 0, &err), DK_OK, "%s",
                     err.text);
        cr_assert_eq(dk_net_answers(net, out + half * PICTURES / 2 * CLASSES, &err), DK_OK);
        if (s) {
            cr_assert_eq(dk_statistics_add(s, PICTURES / 2, &err), DK_OK, "%s", err.text);
        }
    }
}

static void expect_near(const float *a, const float *b, const char *what) {
    for (int i = 0; i < PICTURES * CLASSES; i++) {
        cr_expect(fabsf(a[i] - b[i]) < 2e-5F, "%s %d: %g %g", what, i, (double)a[i], (double)b[i]);
    }
}

/* The answers of a net in training over all pictures at once: with the statistics of this batch. */
static void answer_in_training(float *out) {
    dk_net *twin = NULL;
    const dk_net_build_options options = {.n = PICTURES, .train = true};
    cr_assert_eq(dk_net_twin(&twin, net, &options, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_forward(twin, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_answers(twin, out, &err), DK_OK);
    dk_net_free(twin);
}

static void settle(float *before, float *after) {
    dk_statistics *s = NULL;
    int layers = 0;
    cr_assert_eq(dk_statistics_open(&s, net, &err), DK_OK, "%s", err.text);
    answer(s, before);
    cr_assert_eq(dk_statistics_settle(s, &layers, &err), DK_OK, "%s", err.text);
    dk_statistics_close(s);
    cr_expect_eq(layers, NORMS);
    answer(NULL, after);
}

static void check(const char *engine) {
    float before[PICTURES * CLASSES], after[PICTURES * CLASSES], training[PICTURES * CLASSES];
    open_with(engine);
    answer_in_training(training); /* rolls the statistics: they are no longer as roughened */
    for (int i = 0; i < net->count; i++) {
        roughen(&net->layers[i]);
    }
    net->params->version++;
    answer(NULL, before);
    double moved = 0;
    for (int i = 0; i < PICTURES * CLASSES; i++) {
        moved = fmax(moved, fabs((double)(training[i] - before[i])));
    }
    cr_assert_gt(moved, .01, "statistics do not matter in this net");
    settle(before, after);
    expect_near(before, after, "before and after");
    answer_in_training(training);
    expect_near(after, training, "predicting and training");
}

Test(net_statistics, the_function_stays_and_the_batch_agrees_ref) {
    check("ref");
}

Test(net_statistics, the_function_stays_and_the_batch_agrees_default_engine) {
    check(NULL);
}

Test(net_statistics, a_dead_channel_stays_finite) {
    float before[PICTURES * CLASSES], after[PICTURES * CLASSES];
    open_with("ref");
    const dk_weights *const w = &net->layers[0].w;
    span_fill(whole.be, w->weights, 0, 2 * 9); /* channel 0 of layer 0 */
    net->params->version++;
    settle(before, after);
    expect_near(before, after, "before and after");
    cr_expect_float_eq(span_copy(whole.be, w->mean, 1)[0], 0, 0);
    cr_expect_float_eq(span_copy(whole.be, w->variance, 1)[0], 0, 0);
    const float *const scales = span_copy(whole.be, w->scales, 4), *const biases =
                                                                       span_copy(whole.be, w->biases, 4);
    for (int i = 0; i < 4; i++) {
        cr_expect(isfinite(scales[i]) && isfinite(biases[i]));
        cr_expect_gt(scales[i], 0);
    }
    answer_in_training(after);
    expect_near(before, after, "training");
}

Test(net_statistics, nothing_measured_is_an_error) {
    dk_statistics *s = NULL;
    int layers = 0;
    open_with("ref");
    cr_assert_eq(dk_statistics_open(&s, net, &err), DK_OK);
    cr_expect_eq(dk_statistics_settle(s, &layers, &err), DK_EDATA);
    cr_expect_not_null(strstr(err.text, "no picture was measured"), "%s", err.text);
    dk_statistics_close(s);
}
