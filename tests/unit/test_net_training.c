/* Networks as a whole, on the reference engine: learning, subdivisions, frozen layers, shared gradients,
 * twins. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/solver.h"
#include "support/spans.h"
#include "support/text_net.h"

static const char residual[] = "[net]\nbatch=4\nheight=8\nwidth=8\nchannels=3\n"
                               "[convolutional]\nfilters=6\nsize=3\npad=1\nactivation=leaky\n"
                               "[convolutional]\nfilters=6\nsize=3\npad=1\nactivation=leaky\n"
                               "[shortcut]\nfrom=-2\nactivation=linear\n"
                               "[route]\nlayers=-1,0\n"
                               "[avgpool]\n[connected]\noutput=3\nactivation=linear\n[softmax]\n[cost]\n";

static text_net open_net(const char *text, bool train, int subdivisions) {
    text_net w;
    text_net_read(&w, text, "ref");
    w.conf.subdivisions = subdivisions;
    text_net_build(&w, &(dk_net_build_options){.train = train, .seed = 7});
    return w;
}

/* Four pictures whose class shows in their brightest channel. */
static void make_batch(float *pixels, float *truth) {
    dk_rng rng = dk_rng_key(1, 2, 3, DK_RNG_TEST);
    memset(truth, 0, 4 * 3 * sizeof *truth);
    for (int n = 0; n < 4; n++) {
        truth[n * 3 + n % 3] = 1;
        for (int i = 0; i < 3 * 64; i++) {
            pixels[n * 192 + i] = dk_rng_uniform(&rng, 0, 1) + (i / 64 == n % 3 ? 1.0f : 0.0f);
        }
    }
}

static double mean_loss(dk_net *net, int n) {
    float losses[16];
    cr_assert_eq(dk_net_losses(net, losses, NULL), DK_OK);
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += (double)losses[i];
    }
    return sum / n;
}

Test(net_training, learns) {
    text_net w = open_net(residual, true, 1);
    float pixels[4 * 192], truth[12];
    make_batch(pixels, truth);
    const dk_solver_conf conf = {.learning_rate = .1f, .momentum = .9f};
    dk_solver *solver = NULL;
    cr_assert_eq(dk_solver_open(&solver, w.net, &conf, 100, 1, NULL), DK_OK);
    double first = 0, last = 0;
    for (int i = 0; i < 60; i++) {
        cr_assert_eq(dk_net_forward(w.net, pixels, truth, (uint64_t)i, NULL), DK_OK);
        cr_assert_eq(dk_net_backward(w.net, 0, NULL), DK_OK);
        cr_assert_eq(dk_solver_step(solver, NULL, NULL), DK_OK);
        last = mean_loss(w.net, 4);
        first = i == 0 ? last : first;
    }
    cr_expect_lt(last, first / 4, "loss went from %g to %g", first, last);
    dk_solver_close(solver);
    text_net_close(&w);
}

/* Finite differences through shortcut and route, where gradients of one output come from several layers. */
Test(net_training, gradients_sum_over_users) {
    text_net w = open_net(residual, true, 1);
    float pixels[4 * 192], truth[12];
    make_batch(pixels, truth);
    cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_backward(w.net, 0, NULL), DK_OK);
    const dk_param *p = &w.net->layers[0].params[1];
    cr_assert_str_eq(p->name, "weights");
    float *const weights = w.net->params->values + p->offset;
    int checked = 0;
    for (size_t i = 0; i < p->count; i += 13) {
        const float old = *span_copy(w.be, weights + i, 1), step = 1e-2f;
        span_fill(w.be, weights + i, old + step, 1);
        cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
        const double up = mean_loss(w.net, 4);
        span_fill(w.be, weights + i, old - step, 1);
        cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
        const double down = mean_loss(w.net, 4);
        span_fill(w.be, weights + i, old, 1);
        const double slope = (up - down) / (2 * (double)step),
                     told = (double)*span_copy(w.be, w.net->grads + p->grad + i, 1);
        cr_expect_float_eq(told, slope, 2e-3 + .02 * fabs(slope), "weight %zu: %g, by difference %g", i, told,
                           slope);
        checked++;
    }
    cr_expect_geq(checked, 10);
    text_net_close(&w);
}

Test(net_training, subdivisions_give_the_same_gradient) {
    float pixels[4 * 192], truth[12];
    make_batch(pixels, truth);
    text_net whole = open_net(residual, true, 1), parts = open_net(residual, true, 2);
    cr_assert_eq(parts.net->options.n, 2);
    cr_assert_eq(dk_net_forward(whole.net, pixels, truth, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_backward(whole.net, 0, NULL), DK_OK);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(dk_net_forward(parts.net, pixels + i * 2 * 192, truth + i * 6, (uint64_t)i, NULL),
                     DK_OK);
        cr_assert_eq(dk_net_backward(parts.net, i, NULL), DK_OK);
    }
    const size_t count = whole.net->trained;
    const float *const one = span_copy(whole.be, whole.net->grads, count), *const sum = span_copy(
                                                                               parts.be, parts.net->grads,
                                                                               count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_float_eq(one[i], sum[i], 1e-6, "gradient %zu", i);
    }
    text_net_close(&whole);
    text_net_close(&parts);
}

Test(net_training, frozen_layers_stay) {
    static const char text[] =
        "[net]\nbatch=4\nheight=8\nwidth=8\nchannels=3\n"
        "[convolutional]\nfilters=4\nsize=3\npad=1\nbatch_normalize=1\nstopbackward=1\n"
        "[avgpool]\n[connected]\noutput=3\nactivation=linear\n[softmax]\n";
    text_net w = open_net(text, true, 1);
    float pixels[4 * 192], truth[12];
    make_batch(pixels, truth);
    const dk_layer *head = &w.net->layers[2];
    const size_t frozen = head->params[0].offset;
    const float *const before = params_copy(w.net, w.net->params);
    const dk_solver_conf conf = {.learning_rate = .1f, .momentum = .9f, .decay = .1f};
    dk_solver *solver = NULL;
    cr_assert_eq(dk_solver_open(&solver, w.net, &conf, 10, 1, NULL), DK_OK);
    cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_backward(w.net, 0, NULL), DK_OK);
    cr_assert_eq(dk_solver_step(solver, NULL, NULL), DK_OK);
    const float *const after = params_copy(w.net, w.net->params);
    cr_expect_arr_eq(before, after, frozen * sizeof *before, "rolling statistics freeze, too");
    cr_expect_arr_neq(before + frozen, after + frozen, head->params[0].count * sizeof *before);
    dk_solver_close(solver);
    text_net_close(&w);
}

/* Sharing memory between outputs must not change an answer; twins see the same parameters. */
Test(net_training, twin_answers_alike_in_less_memory) {
    text_net w = open_net(residual, false, 1);
    dk_net *all = NULL, *one = NULL;
    const dk_net_build_options keep = {.keep_outputs = true}, single = {.n = 1};
    cr_assert_eq(dk_net_twin(&all, w.net, &keep, NULL), DK_OK);
    cr_assert_eq(dk_net_twin(&one, w.net, &single, NULL), DK_OK);
    cr_expect_lt(w.net->bytes.outputs, all->bytes.outputs);
    float pixels[4 * 192], truth[12], a[12], b[12], c[3];
    make_batch(pixels, truth);
    cr_assert_eq(dk_net_forward(w.net, pixels, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_forward(all, pixels, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_forward(one, pixels + 192, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(w.net, a, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(all, b, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(one, c, NULL), DK_OK);
    cr_expect_arr_eq(a, b, sizeof a);
    cr_expect_arr_eq(a + 3, c, sizeof c);
    dk_net_free(all);
    dk_net_free(one);
    text_net_close(&w);
}

Test(net_training, too_little_memory_is_an_error) {
    text_net w = open_net(residual, false, 1);
    dk_error err = {0};
    dk_net *net = NULL;
    const dk_net_build_options options = {.train = true, .max_memory = 10000};
    cr_expect_eq(dk_net_build(&net, w.cfg, &w.conf, w.be, &options, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "-max_memory"), "%s", err.text);
    cr_expect_null(net);
    text_net_close(&w);
}
