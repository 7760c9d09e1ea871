/* What other exporters write: activations in many ways, normalisations, constants that scale and shift. */
#include "unit/onnx_cases.h"

TestSuite(convert_onnx_graph, .fini = end);

static void number(const char *name, float v) {
    dk_onnx_floats(&w, name, NULL, 0, &v);
}

/* ---- activations ---- */

static void expect_act(const char *name, const char *y) {
    char line[64];
    build(y);
    snprintf(line, sizeof line, "activation=%s\n", name);
    expect_cfg(line);
    cr_expect_eq(net.net->count, 1, "%s", cfg.text);
    end();
}

Test(convert_onnx_graph, activations_are_known_by_what_they_compute) {
    start();
    simple("Sigmoid x > s");
    simple("Mul x,s > y");
    expect_act("swish", "y");
    start();
    simple("Softplus x > p");
    simple("Tanh p > t");
    simple("Mul t,x > y");
    expect_act("mish", "y");
    start();
    number("zero", 0), number("six", 6);
    simple("Max x,zero > a");
    simple("Min six,a > y");
    expect_act("relu6", "y");
    start();
    number("zero", 0), number("six", 6);
    simple("Clip x,zero,six > y");
    expect_act("relu6", "y");
    start();
    number("one", 1);
    simple("Neg x > n");
    simple("Exp n > e");
    simple("Add e,one > d");
    simple("Div one,d > y");
    expect_act("logistic", "y");
    start();
    number("tenth", .1F);
    simple("Mul x,tenth > a");
    simple("Max a,x > y");
    expect_act("leaky", "y");
    start();
    simple("HardSwish x > y");
    expect_act("hard_swish", "y");
    w.opset = 10;
    start();
    node("Clip x > y");
    dk_onnx_attribute_float(&w, "min", -1);
    dk_onnx_attribute_float(&w, "max", 1);
    done();
    expect_act("hardtan", "y");
}

Test(convert_onnx_graph, activations_that_no_layer_has_are_named) {
    start();
    node("LeakyRelu x > y");
    dk_onnx_attribute_float(&w, "alpha", .3F);
    done();
    expect_refused("y",
                   "x.onnx node 1 LeakyRelu: with what it reads it computes no activation that a layer has");
}

/* Activations and factors one behind another: a layer each, whatever they are written as. */
Test(convert_onnx_graph, several_functions_in_a_row) {
    start();
    simple("Relu x > r");
    simple("Tanh r > t");
    build("t");
    expect_cfg("activation=relu\n\n# node 2 Tanh\n[activation]\nactivation=tanh\n");
    for (int o = 0; o < CHANNELS; o++) {
        cr_expect_float_eq(answer(.5F, o * CELLS), tanhf(fmaxf(convolved(.5F, o), 0)), 1e-6);
    }
    end();
    start();
    number("one", 1), number("zero", 0), number("two", 2);
    simple("Max x,zero > r");
    simple("Neg r > n");
    simple("Exp n > e");
    simple("Add e,one > d");
    simple("Div one,d > s");
    simple("Mul s,r > y"); /* swish of relu */
    simple("Mul y,two > z");
    simple("Tanh z > t");
    build("t");
    expect_cfg("activation=relu\n\n# node 6 Mul\n[activation]\nactivation=swish\n\n# node 7 "
               "Mul\n[batchnorm]\n\n# node 8 "
               "Tanh\n[activation]\nactivation=tanh\n");
    for (int o = 0; o < CHANNELS; o++) {
        const float r = fmaxf(convolved(.5F, o), 0);
        cr_expect_float_eq(answer(.5F, o * CELLS), tanhf(2 * r / (1 + expf(-r))), 1e-5);
    }
}

/* As some write the hard sigmoid, for which no layer has a word; what is between is read by others, too. */
Test(convert_onnx_graph, what_is_between_two_functions_may_have_readers) {
    start();
    number("three", 3), number("zero", 0), number("six", 6);
    simple("Add x,three > a");
    simple("Clip a,zero,six > c");
    simple("Div c,six > h");
    node("Concat h,a > y");
    dk_onnx_attribute_int(&w, "axis", 1);
    done();
    build("y");
    for (int o = 0; o < CHANNELS; o++) {
        const float a = convolved(.5F, o) + 3;
        cr_expect_float_eq(answer(.5F, o * CELLS), fminf(fmaxf(a, 0), 6) / 6, 1e-5);
        cr_expect_float_eq(answer(.5F, (CHANNELS + o) * CELLS), a, 1e-5);
    }
    end();
    start();
    simple("HardSigmoid x > y");
    expect_refused("y", "node 1 HardSigmoid: with what it reads it computes no activation that a layer has");
}

Test(convert_onnx_graph, gelu_as_darknet_has_it) {
    w.opset = 20;
    start();
    node("Gelu x > y");
    dk_onnx_attribute_text(&w, "approximate", "tanh");
    done();
    expect_act("gelu", "y");
    w.opset = 20;
    start();
    simple("Gelu x > y");
    expect_refused("y", "node 1 Gelu: with what it reads it computes no activation that a layer has");
}

/* Two readers of one output, of which one wants it as it is. */
Test(convert_onnx_graph, an_activation_by_itself_where_others_read_what_is_before_it) {
    start();
    simple("Relu x > a");
    node("Concat x,a > y");
    dk_onnx_attribute_int(&w, "axis", 1);
    done();
    build("y");
    expect_cfg("activation=linear\n\n# node 1 Relu\n[activation]\nactivation=relu\n\n# node 2 "
               "Concat\n[route]\nlayers=-2,-1\n");
    for (int o = 0; o < CHANNELS; o++) {
        cr_expect_float_eq(answer(.5F, o * CELLS), convolved(.5F, o), 1e-6);
        cr_expect_float_eq(answer(.5F, (CHANNELS + o) * CELLS), fmaxf(convolved(.5F, o), 0), 1e-6);
    }
}

/* What is an answer is not taken into the layer behind it. */
Test(convert_onnx_graph, an_answer_with_an_activation_behind_it) {
    start();
    simple("Relu x > y");
    dk_onnx_model_output(&w, "x", picture, 4);
    build("y");
    expect_cfg("activation=linear\n\n[cost]\n\n# node 1 "
               "Relu\n[route]\nlayers=-2\n\n[activation]\nactivation=relu\n\n[cost]\n");
    cr_expect_eq(net.net->answer_count, 2);
    for (int o = 0; o < CHANNELS; o++) {
        cr_expect_float_eq(answer(.5F, o * CELLS), convolved(.5F, o), 1e-6);
        cr_expect_float_eq(answer(.5F, (CHANNELS + o) * CELLS), fmaxf(convolved(.5F, o), 0), 1e-6);
    }
}

/* ---- scales and shifts ---- */

static void write_statistics(float eps) {
    static const int three[] = {CHANNELS};
    static const float scales[] = {1, 2, -1}, shifts[] = {.5F, 0, -.5F}, mean[] = {.1F, .2F, .3F},
                       variance[] = {1, 4, .25F};
    dk_onnx_floats(&w, "scales", three, 1, scales);
    dk_onnx_floats(&w, "shifts", three, 1, shifts);
    dk_onnx_floats(&w, "mean", three, 1, mean);
    dk_onnx_floats(&w, "variance", three, 1, variance);
    node("BatchNormalization x,scales,shifts,mean,variance > n");
    dk_onnx_attribute_float(&w, "epsilon", eps);
    done();
}

static double normalised(double v, int o, double eps) {
    static const double scales[] = {1, 2, -1}, shifts[] = {.5, 0, -.5}, mean[] = {.1, .2, .3},
                        variance[] = {1, 4, .25};
    return (v - mean[o]) / sqrt(variance[o] + eps) * scales[o] + shifts[o];
}

/* Behind biases, and with another epsilon than layers have. */
Test(convert_onnx_graph, a_normalisation_is_part_of_the_layer_before) {
    static const float all[] = {1e-5F, .1F};
    for (int i = 0; i < 2; i++) {
        start();
        write_statistics(all[i]);
        build("n");
        cr_expect_eq(net.net->count, 1, "%s", cfg.text);
        expect_cfg("batch_normalize=1\n");
        for (int o = 0; o < CHANNELS; o++) {
            const double wanted = normalised((double)convolved(.5F, o), o, (double)all[i]);
            cr_expect_float_eq((double)answer(.5F, o * CELLS), wanted, 1e-5);
        }
        end();
    }
}

/* The same into a network without, and with one by itself. */
Test(convert_onnx_graph, a_normalisation_is_folded_or_stays_apart_as_the_network_has_it) {
    static const char *const texts[] = {
        "[conv]\nfilters=3\nactivation=relu\n",
        "[conv]\nfilters=3\nactivation=linear\n[batchnorm]\n[activation]\nactivation=relu\n"};
    for (int i = 0; i < 2; i++) {
        char text[256];
        dk_import import;
        start();
        write_statistics(1e-5F);
        simple("Relu n > y");
        cr_assert_eq(read_graph("y"), DK_OK, "%s", err.text);
        snprintf(text, sizeof text, "[net]\nheight=6\nwidth=6\nchannels=3\n%s", texts[i]);
        text_net_open(&net, text, "ref", &(dk_net_build_options){.n = 1});
        cr_assert_eq(dk_import_match(&import, net.net, graph, &err), DK_OK, "%s", err.text);
        cr_assert_eq(dk_import_fill(&import, net.net, graph, &err), DK_OK, "%s", err.text);
        for (int o = 0; o < CHANNELS; o++) {
            const double wanted = fmax(0, normalised((double)convolved(.5F, o), o, 1e-5));
            cr_expect_float_eq((double)answer(.5F, o * CELLS), wanted, 1e-5, "%s", text);
        }
        end();
    }
}

/* (x·[1 2 −1] + [.5 0 −.5])·3 − 1 in four nodes. */
Test(convert_onnx_graph, constants_scale_and_shift) {
    static const int dims[] = {1, CHANNELS, 1, 1};
    static const float scales[] = {1, 2, -1}, shifts[] = {.5F, 0, -.5F};
    start();
    dk_onnx_floats(&w, "scales", dims, 4, scales);
    dk_onnx_floats(&w, "shifts", dims + 1, 3, shifts);
    number("three", 3), number("one", 1);
    simple("Mul scales,x > a");
    simple("Add a,shifts > b");
    simple("Mul b,three > c");
    simple("Sub c,one > y");
    build("y");
    cr_expect_eq(net.net->count, 1, "%s", cfg.text);
    for (int o = 0; o < CHANNELS; o++) {
        cr_expect_float_eq(answer(.5F, o * CELLS), (convolved(.5F, o) * scales[o] + shifts[o]) * 3 - 1, 1e-5);
    }
    end();
    start();
    simple("Sub biases,x > y");
    expect_refused(
        "y", "node 1 Sub: takes the constant 'biases' (3); layers scale and shift by one number a channel");
}
