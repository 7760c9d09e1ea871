/* Averages of parameters: the warm-up by hand, what a twin over them answers, and what they cost. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/rng.h"
#include "net/ema.h"
#include "support/spans.h"
#include "support/text_net.h"

static const char text[] = "[net]\nbatch=2\nheight=4\nwidth=4\nchannels=2\n"
                           "[convolutional]\nbatch_normalize=1\nfilters=3\nsize=3\npad=1\nactivation=leaky\n"
                           "[avgpool]\n[softmax]\n";

static text_net whole;
static dk_net *net; /* its net */
static dk_error err;
static float pixels[2 * 2 * 16];

static dk_status build(dk_net **out, int copies, size_t max_memory) {
    const dk_net_build_options o = {.train = true, .seed = 3, .copies = copies, .max_memory = max_memory};
    return dk_net_build(out, whole.cfg, &whole.conf, whole.be, &o, &err);
}

static void enter(void) {
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    for (size_t i = 0; i < sizeof pixels / sizeof *pixels; i++) {
        pixels[i] = dk_rng_uniform(&rng, -1, 1);
    }
    text_net_open(&whole, text, "ref", &(dk_net_build_options){.train = true, .seed = 3, .copies = 1});
    net = whole.net;
}

static void leave(void) {
    text_net_close(&whole);
}

TestSuite(net_ema, .init = enter, .fini = leave);

static void set_all(float value) {
    span_fill(whole.be, net->params->values, value, net->params->count);
    net->params->version++;
}

Test(net_ema, warm_up) {
    cr_expect_float_eq(dk_ema_keep(.999, 1), 2. / 11, 1e-12);
    cr_expect_float_eq(dk_ema_keep(.999, 90), 91. / 100, 1e-12);
    cr_expect_float_eq(dk_ema_keep(.999, 100000), .999, 1e-12);
    cr_expect_float_eq(dk_ema_keep(.1, 1), .1, 1e-12);
}

Test(net_ema, values_by_hand) {
    dk_ema *ema = NULL;
    set_all(1);
    cr_assert_eq(dk_ema_open(&ema, net, .25f, &err), DK_OK, "%s", err.text);
    set_all(3);
    cr_assert_eq(dk_ema_step(ema, &err), DK_OK); /* keeps 2/11 */
    const float first = 3 - 2 * 2.f / 11;
    set_all(5);
    cr_assert_eq(dk_ema_step(ema, &err), DK_OK); /* keeps 1/4 = 3/12 */
    const float *const values = params_copy(net, ema->params);
    for (size_t i = 0; i < ema->params->count; i++) {
        cr_assert_float_eq(values[i], 5 - (5 - first) / 4, 1e-5f);
    }
    dk_ema_close(ema);
}

Test(net_ema, what_does_not_move_stays_equal) {
    dk_ema *ema = NULL;
    cr_assert_eq(dk_ema_open(&ema, net, .7f, &err), DK_OK);
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(dk_ema_step(ema, &err), DK_OK);
    }
    const size_t bytes = net->params->count * sizeof(float);
    const float *const averages = params_copy(net, ema->params), *const values =
                                                                     params_copy(net, net->params);
    cr_expect_arr_eq(averages, values, bytes);
    dk_ema_close(ema);
}

/* The twin runs on the averages, as they are now, not as they were when it ran first. */
Test(net_ema, a_twin_over_the_averages) {
    dk_ema *ema = NULL;
    dk_net *twin = NULL, *own = NULL;
    float raw[6], before[6], after[6];
    const dk_net_build_options predicts = {.n = 2};
    cr_assert_eq(dk_ema_open(&ema, net, .5f, &err), DK_OK);
    cr_assert_eq(dk_net_twin_over(&twin, net, ema->params, &predicts, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_twin(&own, net, &predicts, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_forward(twin, pixels, NULL, 0, &err), DK_OK);
    cr_assert_eq(dk_net_answers(twin, before, &err), DK_OK);
    cr_assert_eq(dk_net_forward(own, pixels, NULL, 0, &err), DK_OK);
    cr_assert_eq(dk_net_answers(own, raw, &err), DK_OK);
    cr_expect_arr_eq(before, raw, sizeof raw);

    cr_assert_eq(dk_net_init(net, 0, 99, &err), DK_OK);
    cr_assert_eq(dk_ema_step(ema, &err), DK_OK);
    cr_assert_eq(dk_net_forward(twin, pixels, NULL, 0, &err), DK_OK);
    cr_assert_eq(dk_net_answers(twin, after, &err), DK_OK);
    cr_assert_eq(dk_net_forward(own, pixels, NULL, 0, &err), DK_OK);
    cr_assert_eq(dk_net_answers(own, raw, &err), DK_OK);
    cr_expect_arr_neq(after, before, sizeof before);
    cr_expect_arr_neq(after, raw, sizeof raw);
    dk_net_free(own);
    dk_ema_close(ema); /* the twin still holds the averages */
    cr_assert_eq(dk_net_forward(twin, pixels, NULL, 0, &err), DK_OK);
    dk_net_free(twin);
}

Test(net_ema, a_copy_counts_against_max_memory) {
    dk_net *bare = NULL, *more = NULL;
    cr_assert_eq(build(&bare, 0, 0), DK_OK);
    const dk_net_bytes *b = &bare->bytes;
    const size_t wants = b->parameters + b->outputs + b->kept + b->packed + b->scratch + b->gradients;
    dk_net_free(bare);
    cr_expect_eq(build(&bare, 0, wants), DK_OK, "%s", err.text);
    cr_expect_eq(build(&more, 1, wants), DK_ENOMEM);
    cr_expect_eq(net->bytes.optimiser, net->params->count * sizeof(float));
    dk_net_free(bare);
}
