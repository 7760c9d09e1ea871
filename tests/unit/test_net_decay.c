/* What decay and clipping do to each kind of parameter: one step with gradients put there by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "net/solver.h"
#include "support/spans.h"
#include "support/text_net.h"

/* Layer 0 is an ordinary convolution with a normalisation, 1 a depthwise one, 2 dense. */
static const char text[] = "[net]\nbatch=2\nheight=4\nwidth=4\nchannels=2\n"
                           "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=leaky\n"
                           "[convolutional]\nfilters=4\ngroups=4\nsize=3\npad=1\nactivation=leaky\n"
                           "[avgpool]\n[connected]\noutput=2\nactivation=linear\n[softmax]\n";

static text_net whole;
static dk_net *net; /* its net */
static dk_error err;

static void build(const char *source) {
    text_net_open(&whole, source, "ref", &(dk_net_build_options){.train = true, .seed = 3});
    net = whole.net;
}

static void enter(void) {
    build(text);
}

static void leave(void) {
    text_net_close(&whole);
}

TestSuite(net_decay, .init = enter, .fini = leave);

/* All parameters at 1 and all their gradients at g; then one step of plain SGD at rate 1. */
static void one_step(dk_solver_conf conf, float g) {
    dk_solver *s = NULL;
    conf.learning_rate = 1;
    span_fill(whole.be, net->params->values, 1, net->params->count);
    span_fill(whole.be, net->grads, 0, net->trained);
    for (int i = 0; i < net->count; i++) {
        const dk_layer *l = &net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            if (l->params[k].flags & DK_TRAINED) {
                span_fill(whole.be, net->grads + l->params[k].grad, g, l->params[k].count);
            }
        }
    }
    cr_assert_eq(dk_solver_open(&s, net, &conf, 10, 1, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_solver_step(s, NULL, &err), DK_OK, "%s", err.text);
    dk_solver_close(s);
}

static float value(int layer, const char *name) {
    const dk_layer *l = &net->layers[layer];
    for (int k = 0; k < l->param_count; k++) {
        if (strcmp(l->params[k].name, name) == 0) {
            return *span_copy(whole.be, *l->params[k].slot, 1);
        }
    }
    cr_assert_fail("layer %d has no %s", layer, name);
    return NAN;
}

Test(net_decay, each_kind_of_parameter_has_its_own) {
    one_step((dk_solver_conf){.decay = .5f, .decay_depthwise = .25f, .decay_norm = .125f}, 0);
    cr_expect_float_eq(value(0, "weights"), .5f, 1e-6f);
    cr_expect_float_eq(value(1, "weights"), .75f, 1e-6f);
    cr_expect_float_eq(value(3, "weights"), .5f, 1e-6f);
    cr_expect_float_eq(value(0, "scales"), .875f, 1e-6f);
    cr_expect_float_eq(value(0, "biases"), .875f, 1e-6f);
    cr_expect_float_eq(value(3, "biases"), .875f, 1e-6f);
    cr_expect_float_eq(value(0, "rolling_mean"), 1, 0);
}

Test(net_decay, depthwise_is_as_the_others_unless_said) {
    one_step((dk_solver_conf){.decay = .5f, .decay_depthwise = (float)DK_AUTO}, 0);
    cr_expect_float_eq(value(1, "weights"), .5f, 1e-6f);
    cr_expect_float_eq(value(0, "scales"), 1, 0);
}

Test(net_decay, a_long_gradient_is_clipped) {
    size_t trained = 0;
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            const dk_param *p = &net->layers[i].params[k];
            trained += p->flags & DK_TRAINED ? p->count : 0;
        }
    }
    one_step((dk_solver_conf){.clip_gradient = 2}, 1);
    const float each = 2 / sqrtf((float)trained); /* the norm of all is 2 then */
    cr_expect_float_eq(value(0, "weights"), 1 - each, 1e-5f);
    cr_expect_float_eq(value(3, "biases"), 1 - each, 1e-5f);
    one_step((dk_solver_conf){.clip_gradient = 1000}, 1);
    cr_expect_float_eq(value(0, "weights"), 0, 0);
}

/* A layer's own learning_rate multiplies the run's: 0 leaves it where it is. */
Test(net_decay, a_layer_has_a_rate_of_its_own) {
    leave();
    build("[net]\nbatch=2\nheight=4\nwidth=4\nchannels=2\n"
          "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\nlearning_rate=0\n"
          "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\n"
          "[avgpool]\n[connected]\noutput=2\nactivation=linear\nlearning_rate=2.5\n[softmax]\n");
    one_step((dk_solver_conf){0}, .25f);
    cr_expect_float_eq(value(0, "weights"), 1, 0);
    cr_expect_float_eq(value(0, "biases"), 1, 0);
    cr_expect_float_eq(value(1, "weights"), .75f, 1e-6f);
    cr_expect_float_eq(value(3, "weights"), 1 - 2.5f * .25f, 1e-6f);
}
