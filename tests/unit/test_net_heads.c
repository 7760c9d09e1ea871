/* Nets with several answers and losses: rows of the host against numbers worked out by hand, on every engine, and what
 * becomes of memory. Gradients of such a net are tests/layers'. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "backend/memory.h"
#include "base/rng.h"
#include "net/heads.h"
#include "net/solver.h"
#include "support/engines.h"
#include "support/text_net.h"

/* Two values in; three heads take them: answers of 3, 1 and 2 values. */
static const char three[] =
    "[net]\nbatch=2\nheight=1\nwidth=2\nchannels=1\n"
    "[connected]\noutput=2\nactivation=linear\n"
    "[connected]\noutput=3\nactivation=linear\n[cost]\n"
    "[route]\nlayers=0\n[connected]\noutput=1\nactivation=linear\n[cost]\ntype=smooth\n"
    "[route]\nlayers=0\n[connected]\noutput=2\nactivation=linear\n[softmax]\n[cost]\n";

/* Layer i computes what the rows of `weights` say. */
static void set_weights(text_net *w, int i, const float *weights) {
    for (int k = 0; k < w->net->layers[i].param_count; k++) {
        const dk_param *p = &w->net->layers[i].params[k];
        if (strcmp(p->name, "weights") == 0) {
            cr_assert_eq(dk_span_write(w->be, *p->slot, weights, p->count, NULL), DK_OK);
        }
    }
    w->net->params->version++;
}

static void open_three(text_net *w, const char *engine, bool train) {
    text_net_open(w, three, engine, &(dk_net_build_options){.train = train, .n = 2});
    set_weights(w, 0, (const float[]){1, 0, 0, 1});
    set_weights(w, 1, (const float[]){1, 0, 0, 1, 1, 1});
    set_weights(w, 4, (const float[]){2, -1});
    set_weights(w, 7, (const float[]){0, 0, 1, 0});
}

static const float pixels[] = {1, 2, 3, -1};
static const float answers[] = {1, 2, 3, 0, .2689414f, .7310586f, 3, -1, 2, 7, .0474259f, .9525741f};

/* Of head 1 the first picture is off by (1, 0, −2), the second by (0, 1, 0); of head 2 by .5 and by 4. */
static const float truth[] = {0, 2, 5, .5f, 0, 1, 3, -2, 2, 3, 1, 0};

static void check_rows(const char *engine, bool train) {
    text_net w;
    float out[12], losses[2];
    open_three(&w, engine, train);
    cr_expect_eq(dk_net_outputs(w.net), 6);
    cr_expect_eq(dk_net_truth(w.net), 6);
    cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(w.net, out, NULL), DK_OK);
    for (int i = 0; i < 12; i++) {
        cr_expect_float_eq(out[i], answers[i], 1e-5, "%s: answer %d is %g", engine, i, (double)out[i]);
    }
    cr_assert_eq(dk_net_losses(w.net, losses, NULL), DK_OK);
    cr_expect_float_eq(losses[0], 5 + .25 - log(.7310586), 1e-4, "%s: %g", engine, (double)losses[0]);
    cr_expect_float_eq(losses[1], 1 + 7 - log(.0474259), 1e-4, "%s: %g", engine, (double)losses[1]);
    text_net_close(&w);
}

Test(net_heads, rows_hold_the_heads_in_order_of_the_cfg) {
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        check_rows((*e)->name, true);
        check_rows((*e)->name, false);
    }
}

Test(net_heads, without_truth_there_are_answers_and_no_losses) {
    text_net w;
    float out[12];
    dk_error err = {0};
    open_three(&w, "ref", true);
    cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_forward(w.net, pixels, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(w.net, out, NULL), DK_OK);
    cr_expect_float_eq(out[9], 7, 1e-5);
    cr_expect_eq(dk_net_losses(w.net, out, &err), DK_EUSAGE);
    cr_expect_eq(dk_net_backward(w.net, 0, &err), DK_EUSAGE);
    text_net_close(&w);
}

Test(net_heads, all_of_them_learn) {
    text_net w;
    float first[2] = {0, 0}, last[2];
    const dk_solver_conf conf = {.learning_rate = .05f};
    dk_solver *solver = NULL;
    open_three(&w, "ref", true);
    cr_assert_eq(dk_solver_open(&solver, w.net, &conf, 300, 1, NULL), DK_OK);
    for (int i = 0; i < 300; i++) {
        cr_assert_eq(dk_net_forward(w.net, pixels, truth, 0, NULL), DK_OK);
        cr_assert_eq(dk_net_backward(w.net, 0, NULL), DK_OK);
        cr_assert_eq(dk_net_losses(w.net, i == 0 ? first : last, NULL), DK_OK);
        cr_assert_eq(dk_solver_step(solver, NULL, NULL), DK_OK);
    }
    for (int i = 0; i < 2; i++) {
        cr_expect_lt(last[i], first[i] / 20, "loss %d went from %g to %g", i, (double)first[i],
                     (double)last[i]);
    }
    dk_solver_close(solver);
    text_net_close(&w);
}

/* The first answer is read after layers that would fit into its place. */
Test(net_heads, answers_stay_where_outputs_share_memory) {
    static const char text[] =
        "[net]\nbatch=2\nheight=4\nwidth=4\nchannels=2\n"
        "[connected]\noutput=8\nactivation=linear\n[softmax]\n[cost]\n[route]\nlayers=0\n"
        "[connected]\noutput=8\nactivation=leaky\n[connected]\noutput=8\nactivation=leaky\n"
        "[connected]\noutput=8\nactivation=leaky\n[connected]\noutput=3\nactivation=linear\n"
        "[softmax]\n";
    text_net w;
    float in[2 * 32], shared[2 * 11], kept[2 * 11];
    dk_net *all = NULL;
    dk_rng rng = dk_rng_key(3, 0, 0, DK_RNG_TEST);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        in[i] = dk_rng_uniform(&rng, -1, 1);
    }
    text_net_open(&w, text, "ref", &(dk_net_build_options){.seed = 7});
    cr_assert_eq(dk_net_twin(&all, w.net, &(dk_net_build_options){.keep_outputs = true}, NULL), DK_OK);
    cr_expect_lt(w.net->bytes.outputs, all->bytes.outputs);
    cr_assert_eq(dk_net_forward(w.net, in, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(w.net, shared, NULL), DK_OK);
    cr_assert_eq(dk_net_forward(all, in, NULL, 0, NULL), DK_OK);
    cr_assert_eq(dk_net_answers(all, kept, NULL), DK_OK);
    cr_expect_arr_eq(shared, kept, sizeof kept);
    dk_net_free(all);
    text_net_close(&w);
}

/* Rows of one head are what the engine has: nothing is copied on the way. */
Test(net_heads, one_needs_no_memory_beside_the_engines) {
    text_net w;
    open_three(&w, "ref", true);
    cr_expect_eq(dk_net_heads_bytes(w.net), 2 * 3 * sizeof(float));
    text_net_close(&w);
    text_net_open(&w,
                  "[net]\nbatch=2\nheight=1\nwidth=2\nchannels=1\n[connected]\noutput=3\n[softmax]\n[cost]\n",
                  "ref", &(dk_net_build_options){.train = true});
    cr_expect_eq(w.net->answer_count, 1);
    cr_expect_eq(w.net->loss_count, 1);
    cr_expect_eq(dk_net_heads_bytes(w.net), 0);
    text_net_close(&w);
}

Test(net_heads, all_answers_have_a_loss_or_none_has) {
    static const char text[] = "[net]\nbatch=1\nheight=1\nwidth=2\nchannels=1\n"
                               "[connected]\noutput=3\n[cost]\n"
                               "[route]\nlayers=0\n[connected]\noutput=2\n";
    for (int train = 0; train < 2; train++) {
        text_net w;
        dk_error err = {0};
        const dk_net_build_options options = {.train = train == 1};
        text_net_read(&w, text, "ref");
        cr_expect_eq(dk_net_build(&w.net, w.cfg, &w.conf, w.be, &options, &err), DK_ESHAPE);
        cr_expect_not_null(strstr(err.text, "test.cfg:11: [connected] has no loss to train towards"), "%s",
                           err.text);
        text_net_close(&w);
    }
}
