/* Weights files: what is saved comes back, old headers and partial files work, and broken files change
 * nothing. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "net/weights.h"
#include "support/spans.h"
#include "support/temp.h"
#include "support/text_net.h"

static const char text[] =
    "[net]\nheight=8\nwidth=8\nchannels=3\n"
    "[convolutional]\nfilters=4\nsize=3\npad=1\nbatch_normalize=1\nactivation=leaky\n" /* 12 + 4 + 108 */
    "[maxpool]\nsize=2\nstride=2\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n"; /* 3 + 192 */
enum { CONV = 16 + 108, DENSE = 3 + 192, HEADER = 20 };

static text_net whole;
static dk_net *net; /* its net */
static const char path[] = "a.weights";

static dk_net *open_net(uint64_t seed) {
    dk_net *out = NULL;
    const dk_net_build_options options = {.seed = seed};
    cr_assert_eq(dk_net_build(&out, whole.cfg, &whole.conf, whole.be, &options, NULL), DK_OK);
    return out;
}

static void begin(void) {
    temp_enter();
    text_net_open(&whole, text, "ref", &(dk_net_build_options){.seed = 3});
    net = whole.net;
    cr_assert_eq(dk_weights_save(net, path, 1234, -1, NULL), DK_OK);
}

static void end(void) {
    text_net_close(&whole);
    temp_leave();
}

TestSuite(weights, .init = begin, .fini = end);

/* The file's bytes, `size` of them, behind the saved ones repeated from the start where it is longer. */
static void rewrite(size_t size, size_t patch, const void *value, size_t length) {
    uint8_t *bytes = NULL;
    size_t had = 0;
    cr_assert_eq(dk_file_read(path, 0, &bytes, &had, NULL), DK_OK);
    uint8_t *more = calloc(1, size + 1);
    memcpy(more, bytes, size < had ? size : had);
    if (length > 0) {
        memcpy(more + patch, value, length);
    }
    cr_assert_eq(dk_file_write(path, more, size, NULL), DK_OK);
    free(bytes);
    free(more);
}

/* Parameters from..from+count-1 of both. */
static void expect_equal(const dk_net *a, const dk_net *b, size_t from, size_t count) {
    const float *const one = params_copy(a, a->params), *const other = params_copy(b, b->params);
    cr_expect_arr_eq(one + from, other + from, count * sizeof *one);
}

static void expect_refused(const char *words) {
    dk_error err = {0};
    dk_net *other = open_net(99);
    const float *const before = params_copy(other, other->params);
    cr_expect_eq(dk_weights_load(other, path, NULL, &err), DK_EFORMAT, "%s", err.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
    cr_expect_not_null(strstr(err.text, path), "%s", err.text);
    const float *const after = params_copy(other, other->params);
    cr_expect_arr_eq(before, after, other->params->count * sizeof *before, "values changed");
    dk_net_free(other);
}

Test(weights, come_back) {
    dk_weights_info info = {0};
    dk_net *other = open_net(99);
    cr_assert_eq(dk_weights_load(other, path, &info, NULL), DK_OK);
    cr_expect_eq(info.seen, 1234);
    cr_expect_eq(info.loaded, other->count);
    expect_equal(other, net, 0, net->params->count);
    dk_net_free(other);
}

Test(weights, size_is_darknets) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, NULL), DK_OK);
    cr_expect_eq(size, HEADER + 4 * (CONV + DENSE));
    const int32_t version[3] = {0, 2, 0};
    cr_expect_arr_eq(bytes, version, sizeof version);
    free(bytes);
}

Test(weights, end_at_a_layer_leaves_the_rest_fresh) {
    rewrite(HEADER + 4 * CONV, 0, NULL, 0);
    dk_weights_info info = {0};
    dk_net *other = open_net(99), *fresh = open_net(99);
    cr_assert_eq(dk_weights_load(other, path, &info, NULL), DK_OK);
    cr_expect_eq(info.loaded, 2, "%d", info.loaded);
    const size_t dense = other->layers[2].params[0].offset;
    expect_equal(other, net, 0, 100);
    expect_equal(other, fresh, dense, DENSE);
    dk_net_free(other);
    dk_net_free(fresh);
}

Test(weights, old_header_is_shorter) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, NULL), DK_OK);
    const int32_t old[4] = {0, 1, 0, 77};
    memcpy(bytes + 4, old, sizeof old);
    cr_assert_eq(dk_file_write(path, bytes + 4, size - 4, NULL), DK_OK);
    free(bytes);
    dk_weights_info info = {0};
    dk_net *other = open_net(99);
    cr_assert_eq(dk_weights_load(other, path, &info, NULL), DK_OK);
    cr_expect_eq(info.seen, 77);
    expect_equal(other, net, 0, net->params->count);
    dk_net_free(other);
}

Test(weights, transposed_dense_is_turned) {
    const int32_t version[3] = {1001, 2, 0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, NULL), DK_OK);
    memmove(bytes + 16, bytes + 20, size - 20); /* such versions have the short header */
    memcpy(bytes, version, sizeof version);
    cr_assert_eq(dk_file_write(path, bytes, size - 4, NULL), DK_OK);
    free(bytes);
    dk_net *other = open_net(99);
    cr_assert_eq(dk_weights_load(other, path, NULL, NULL), DK_OK);
    const float *a = params_copy(net, net->params) + net->layers[2].params[1].offset;
    const float *b = params_copy(other, other->params) + other->layers[2].params[1].offset;
    for (int i = 0; i < 64; i++) {
        for (int o = 0; o < 3; o++) {
            cr_assert_eq(b[o * 64 + i], a[i * 3 + o]); /* file: inputs × outputs */
        }
    }
    dk_net_free(other);
}

Test(weights, broken_files_change_nothing) {
    rewrite(HEADER + 4 * CONV + 40, 0, NULL, 0);
    expect_refused("ends after 10 of 195 values of layer 2 [connected]");
    rewrite(HEADER + 4 * 10, 0, NULL, 0);
    expect_refused("ends after 10 of 124 values of layer 0 [convolutional]");
    rewrite(7, 0, NULL, 0);
    expect_refused("no weights file");
    rewrite(0, 0, NULL, 0);
    expect_refused("no weights file");
}

/* 65 values for each of 3 classes. */
Test(weights, another_number_of_classes_is_told_from_a_cut) {
    char way[256];
    snprintf(way, sizeof way, "`darknet network partial test.cfg %s a.first2.weights 2`", path);
    rewrite(HEADER + 4 * (CONV + 2 * 65), 0, NULL, 0);
    expect_refused(
        "holds 2 classes where layer 2 [connected] (test.cfg:14) has 3, or is cut short. As a start");
    expect_refused(way);
    rewrite(HEADER + 4 * (CONV + 1000 * 65), 0, NULL, 0);
    expect_refused("holds 1,000 classes where layer 2");
    rewrite(HEADER + 4 * (CONV + 65), 0, NULL, 0); /* one class is none */
    expect_refused("ends after 65 of 195 values of layer 2 [connected] (test.cfg:14); it is cut short");
    rewrite(HEADER + 4 * (CONV + 2 * 65 + 1), 0, NULL, 0);
    expect_refused("ends after 131 of 195");
    rewrite(HEADER + 4 * (CONV - 1), 0, NULL, 0);
    expect_refused("ends after 123 of 124 values of layer 0");
}

/* All but the classifier comes, whatever stands there; what is cut elsewhere is refused. */
Test(weights, features_come_without_the_classifier) {
    static const size_t values[] = {CONV + DENSE, CONV + 2 * 65, CONV + 1000 * 65, CONV};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        dk_weights_info info = {0};
        dk_error err = {0};
        rewrite(HEADER + 4 * values[i], 0, NULL, 0);
        dk_net *other = open_net(99), *fresh = open_net(99);
        cr_assert_eq(dk_weights_load_features(other, path, &info, &err), DK_OK, "%s", err.text);
        cr_expect_eq(info.loaded, 2);
        cr_expect_eq(info.seen, 1234);
        const size_t dense = other->layers[2].params[0].offset;
        expect_equal(other, net, 0, 100);
        expect_equal(other, fresh, dense, DENSE);
        dk_net_free(other);
        dk_net_free(fresh);
    }
    rewrite(HEADER + 4 * (CONV + 100), 0, NULL, 0);
    cr_expect_eq(dk_weights_load_features(net, path, NULL, NULL), DK_EFORMAT);
    rewrite(HEADER + 4 * 20, 0, NULL, 0);
    cr_expect_eq(dk_weights_load_features(net, path, NULL, NULL), DK_EFORMAT);
}

/* The classes of a normalised convolution before a pool, of a normalisation by itself, and where there is nothing else. */
Test(weights, the_classifier_of_other_networks) {
    static const struct {
        const char *layers;
        int classifier, loaded; /* loaded: from a file of 5 classes for a net of 9 */
    } cases[] = {
        {"[conv]\nfilters=4\n[conv]\nbatch_normalize=1\nfilters=%d\n[avgpool]\n[softmax]\n[cost]\n", 1, 1},
        {"[conv]\nfilters=4\n[avgpool]\n[connected]\noutput=%d\n[batchnorm]\n[softmax]\n", 2, 2},
        {"[avgpool]\n[dropout]\n[connected]\noutput=%d\n[softmax]\n", 2, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const int classes[] = {5, 9};
        for (int k = 0; k < 2; k++) {
            char layers[256], all[512];
            dk_weights_info info = {0};
            dk_error err = {0};
            text_net one;
            snprintf(layers, sizeof layers, cases[i].layers, classes[k]);
            snprintf(all, sizeof all, "[net]\nheight=8\nwidth=8\nchannels=3\n%s", layers);
            text_net_open(&one, all, "ref", &(dk_net_build_options){.seed = 1});
            dk_net *n = one.net;
            cr_expect_eq(dk_weights_classifier(n), cases[i].classifier);
            if (k == 0) {
                cr_assert_eq(dk_weights_save(n, path, 0, -1, NULL), DK_OK);
            } else {
                cr_expect_eq(dk_weights_load(n, path, NULL, &err), DK_EFORMAT);
                cr_expect_not_null(strstr(err.text, "holds 5 classes where"), "%s", err.text);
                cr_expect_eq(dk_weights_load_features(n, path, &info, &err), DK_OK, "%s", err.text);
                cr_expect_eq(info.loaded, cases[i].loaded);
            }
            text_net_close(&one);
        }
    }
}

/* Classes are those of a network with one answer. */
Test(weights, several_answers_have_no_classes_in_common) {
    static const char heads[] =
        "[net]\nheight=8\nwidth=8\nchannels=3\n[avgpool]\n[connected]\noutput=4\n[cost]\n"
        "[route]\nlayers=0\n[connected]\noutput=%d\n[cost]\n";
    for (int outputs = 5; outputs <= 9; outputs += 4) {
        char all[256];
        dk_error err = {0};
        text_net two;
        snprintf(all, sizeof all, heads, outputs);
        text_net_open(&two, all, "ref", &(dk_net_build_options){.seed = 1});
        if (outputs == 5) {
            cr_assert_eq(dk_weights_save(two.net, path, 0, -1, NULL), DK_OK);
        } else {
            cr_expect_eq(dk_weights_load(two.net, path, NULL, &err), DK_EFORMAT);
            cr_expect_not_null(strstr(err.text, "ends after 20 of 36 values of layer 4 [connected]"), "%s",
                               err.text);
        }
        text_net_close(&two);
    }
}

Test(weights, header_alone_is_refused) {
    rewrite(HEADER, 0, NULL, 0);
    expect_refused("ends after 0 of 124");
}

Test(weights, overlong) {
    rewrite(HEADER + 4 * (CONV + DENSE + 5), 0, NULL, 0);
    expect_refused("5 more values");
}

Test(weights, cut_inside_a_value) {
    rewrite(HEADER + 4 * (CONV + DENSE) - 2, 0, NULL, 0);
    expect_refused("the file is cut");
}

Test(weights, text_is_no_weights) {
    rewrite(HEADER + 4 * (CONV + DENSE), 0, "#!/bin/sh\necho this is no weights file", 36);
    expect_refused("is no weights file: it begins with version");
}

Test(weights, nan_infinity_and_negative_variance) {
    const float bad[] = {NAN, INFINITY, -1};
    rewrite(HEADER + 4 * (CONV + DENSE), HEADER + 4 * 50, &bad[0], 4);
    expect_refused("weights[34] of layer 0");
    rewrite(HEADER + 4 * (CONV + DENSE), HEADER + 4 * 50, &bad[1], 4);
    expect_refused("must be a number");
    rewrite(HEADER + 4 * (CONV + DENSE), HEADER + 4 * 50, &(float){0}, 4);
    rewrite(HEADER + 4 * (CONV + DENSE), HEADER + 4 * 13, &bad[2], 4);
    expect_refused("rolling_variance[1] of layer 0");
}

Test(weights, missing_and_folder) {
    dk_error err = {0};
    cr_expect_eq(dk_weights_load(net, "/nonexistent/x.weights", NULL, &err), DK_EIO);
    cr_expect_not_null(strstr(err.text, "/nonexistent/x.weights"), "%s", err.text);
    cr_expect_neq(dk_weights_load(net, "/", NULL, &err), DK_OK);
}

/* A file of a fork with [depthwise_convolutional]: biases, scales, mean, variance, then 3×3 values for each channel. */
Test(weights, depthwise_layers_are_convolutions_in_groups) {
    static const char *const layers[] = {
        "[net]\nheight=8\nwidth=8\nchannels=3\n[conv]\nfilters=4\nsize=3\n"
        "[depthwise_convolutional]\nsize=3\nstride=2\npad=1\nbatch_normalize=1\nactivation=relu\n"
        "[connected]\noutput=3\n[softmax]\n",
        "[net]\nheight=8\nwidth=8\nchannels=3\n[conv]\nfilters=4\nsize=3\n"
        "[conv]\nfilters=4\ngroups=4\nsize=3\nstride=2\npad=1\nbatch_normalize=1\nactivation=relu\n"
        "[connected]\noutput=3\n[softmax]\n"};
    text_net nets[2];
    float pixels[192], answers[2][3];
    for (int i = 0; i < 192; i++) {
        pixels[i] = (float)(i % 17) / 17;
    }
    for (int i = 0; i < 2; i++) {
        text_net_open(&nets[i], layers[i], "ref", &(dk_net_build_options){.seed = 5 + (uint64_t)i});
        if (i == 0) {
            cr_assert_eq(dk_weights_save(nets[0].net, path, 0, -1, NULL), DK_OK);
        } else {
            cr_assert_eq(dk_weights_load(nets[1].net, path, NULL, NULL), DK_OK);
        }
        cr_assert_eq(dk_net_forward(nets[i].net, pixels, NULL, 0, NULL), DK_OK);
        cr_assert_eq(dk_net_answers(nets[i].net, answers[i], NULL), DK_OK);
    }
    cr_expect_arr_eq(answers[0], answers[1], sizeof answers[0]);
    cr_expect(nets[0].net->layers[1].params[4].flags & DK_DEPTHWISE);
    for (int i = 0; i < 2; i++) {
        text_net_close(&nets[i]);
    }
}
