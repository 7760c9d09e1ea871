/* Every layer and every activation, written as ONNX and read back as a network of its own: it gives the same answers, and
 * has the same parameters. What OpenCV and ONNX Runtime say of such files: tests/cli/onnx.bats, `make check-onnx`. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/memory.h"
#include "base/rng.h"
#include "convert/export.h"
#include "convert/import.h"
#include "convert/onnx_graph.h"
#include "convert/write_cfg.h"
#include "support/spans.h"
#include "support/text_net.h"

#define NET "[net]\nheight=9\nwidth=7\nchannels=3\n"

static text_net before, after;
static dk_buffer file, cfg;
static dk_onnx *model;
static dk_error err;

static void end(void) {
    text_net_close(&before);
    text_net_close(&after);
    dk_onnx_close(model);
    dk_buffer_free(&file);
    dk_buffer_free(&cfg);
    model = NULL;
    err = (dk_error){0};
}

TestSuite(convert_export, .fini = end);

/* Biases, statistics and scales of a fresh net would hide much. */
static void draw_parameters(dk_net *net) {
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            const dk_param *p = &net->layers[i].params[k];
            const bool positive = strcmp(p->name, "scales") == 0 || (p->flags & DK_POSITIVE);
            dk_rng rng = dk_rng_key(5, (uint64_t)i, (uint64_t)k, DK_RNG_TEST);
            for (size_t j = 0; j < p->count; j++) {
                const float v = positive ? dk_rng_uniform(&rng, .5F, 1.5F) : dk_rng_uniform(&rng, -.7F, .7F);
                span_put(net->backend, *p->slot + j, &v, 1);
            }
        }
    }
    net->params->version++;
}

static void answer(dk_net *net, float *out) {
    const size_t inputs = dk_net_inputs(net);
    float *pixels = malloc(inputs * sizeof *pixels);
    dk_rng rng = dk_rng_key(6, 0, 0, DK_RNG_TEST);
    for (size_t i = 0; i < inputs; i++) {
        pixels[i] = dk_rng_uniform(&rng, -2, 2);
    }
    cr_assert_eq(dk_net_forward(net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_answers(net, out, &err), DK_OK, "%s", err.text);
    free(pixels);
}

/* The text's network, its file, and the network that is read from that: of its own cfg, or of `into`. */
static void go_round(const char *text, const dk_export_options *options, const dk_input_conf *input,
                     const char *into) {
    dk_graph *graph = NULL;
    dk_import import;
    text_net_open(&before, text, "ref", &(dk_net_build_options){.n = 1, .seed = 3});
    draw_parameters(before.net);
    cr_assert_eq(dk_export_onnx(before.net, input, options, &file, &err), DK_OK, "%s\n%s", err.text, text);
    cr_assert_eq(dk_onnx_parse(&model, (const uint8_t *)file.text, file.size, "x.onnx", &err), DK_OK,
                 "%s\n%s", err.text, text);
    cr_assert_eq(dk_onnx_graph(&graph, model, &err), DK_OK, "%s\n%s", err.text, text);
    cr_assert_eq(dk_graph_write_cfg(graph, &cfg, &err), DK_OK, "%s\n%s", err.text, text);
    text_net_open(&after, into ? into : cfg.text, "ref", &(dk_net_build_options){.n = 1, .seed = 4});
    const dk_status status = dk_import_match(&import, after.net, graph, &err);
    cr_assert(status == DK_OK || strstr(err.text, "gives weights"), "%s\n%s", err.text, cfg.text);
    cr_assert_null(import.unused);
    cr_assert_eq(dk_import_fill(&import, after.net, graph, &err), DK_OK, "%s\n%s", err.text, text);
}

static void expect_same(const char *text, const dk_export_options *options, const char *into) {
    go_round(text, options, &(dk_input_conf){.input_scale = 1}, into);
    const size_t count = dk_net_outputs(before.net);
    float *wanted = malloc(count * sizeof *wanted), *got = malloc(count * sizeof *got);
    cr_assert_eq(dk_net_outputs(after.net), count, "%s\n%s", text, cfg.text);
    answer(before.net, wanted);
    answer(after.net, got);
    for (size_t i = 0; i < count; i++) {
        cr_assert_float_eq(got[i], wanted[i], 2e-5 * (1 + fabs((double)wanted[i])),
                           "%zu: %g, wanted %g\n%s\n%s", i, (double)got[i], (double)wanted[i], text,
                           cfg.text);
    }
    if (into) {
        cr_expect_eq(after.net->params->count, before.net->params->count, "%s", text);
        const float *const is = params_copy(after.net, after.net->params), *const was = params_copy(
                                                                               before.net,
                                                                               before.net->params);
        cr_expect_arr_eq(is, was, before.net->params->count * sizeof(float), "%s\n%s", text, cfg.text);
    }
    free(wanted);
    free(got);
    end();
}

static void expect_same_both(const char *text) {
    expect_same(text, &(dk_export_options){0}, NULL);
    expect_same(text, &(dk_export_options){0}, text);
    expect_same(text, &(dk_export_options){.folds = true, .plain = true}, NULL);
}

Test(convert_export, every_layer) {
    for (const dk_layer_type *const *t = dk_layer_types; *t; t++) {
        char text[1024];
        snprintf(text, sizeof text, NET "[convolutional]\nfilters=3\nactivation=linear\n%s", (*t)->example);
        expect_same_both(text);
    }
}

Test(convert_export, every_activation) {
    for (int i = 0; i < DK_ACT_COUNT; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 NET "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\nactivation=%s\n"
                     "[connected]\noutput=5\nactivation=%s\n",
                 dk_act_names[i], dk_act_names[i]);
        expect_same_both(text);
    }
}

/* Windows of all kinds, each with the padding that needs telling. */
Test(convert_export, windows) {
    static const char *const layers[] = {
        "[convolutional]\nsize=2\nstride=2\npad=same\nactivation=linear\n",
        "[convolutional]\nsize=3\nstride=2\npad=same\nactivation=linear\n",
        "[convolutional]\nsize=3\nstride=4\npad=same\nactivation=linear\n", /* 1,1 rows, no columns */
        "[convolutional]\nsize=5\npadding=1\nactivation=linear\n",
        "[convolutional]\nsize=3\npad=1\ndilation=2\nfilters=6\ngroups=3\nactivation=linear\n",
        "[convolutional]\nsize=3\nstride_x=1\nstride_y=2\nactivation=linear\n",
        "[maxpool]\nsize=2\nstride=2\n",
        "[maxpool]\nsize=2\nstride=1\n",
        "[maxpool]\nsize=3\nstride=2\npadding=2\n",
        "[maxpool]\nsize=3\nstride=2\npadding=0\n",
        "[local_avgpool]\nsize=2\nstride=1\n",
        "[local_avgpool]\nsize=3\nstride_x=2\nstride_y=1\npadding=2\n",
        "[local_avgpool]\nsize=3\nstride=2\npadding=0\n",
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        char text[512];
        snprintf(text, sizeof text, NET "%s", layers[i]);
        expect_same_both(text);
    }
}

/* A [connected] and a picture's mean are features and planes of one cell: they meet in shapes that differ in ONNX. */
Test(convert_export, features_and_planes_meet) {
    expect_same_both(NET
                     "[convolutional]\nfilters=4\nsize=3\nactivation=relu\n[avgpool]\n[route]\nlayers=-2\n"
                     "[connected]\noutput=4\nactivation=tanh\n[shortcut]\nfrom=-3\nactivation=relu\n[route]\n"
                     "layers=-1,-4\n[convolutional]\nfilters=3\nactivation=linear\n[softmax]\nspatial=1\n");
}

Test(convert_export, normalisations_by_themselves_stay_so) {
    static const char text[] =
        NET "[convolutional]\nfilters=4\nsize=3\nactivation=linear\n[batchnorm]\n[activation]\n"
            "activation=relu\n[convolutional]\nfilters=2\nactivation=linear\n";
    expect_same(text, &(dk_export_options){0}, text);
    expect_same(text, &(dk_export_options){.folds = true}, NULL);
}

Test(convert_export, several_heads) {
    go_round(NET "[convolutional]\nfilters=4\nactivation=relu\n[connected]\noutput=3\nactivation=linear\n["
                 "softmax]\n[cost]\n"
                 "[route]\nlayers=0\n[avgpool]\n[connected]\noutput=2\nactivation=tanh\n[cost]\n",
             &(dk_export_options){0}, &(dk_input_conf){.input_scale = 1}, NULL);
    float wanted[5], got[5];
    cr_assert_eq(before.net->answer_count, 2);
    cr_assert_eq(after.net->answer_count, 2, "%s", cfg.text);
    answer(before.net, wanted);
    answer(after.net, got);
    for (int i = 0; i < 5; i++) {
        cr_expect_float_eq(got[i], wanted[i], 1e-5);
    }
}

/* What [net] says of pixels is in the file's first nodes, and back in [net]. */
Test(convert_export, preprocessing_comes_back) {
    const dk_input_conf input = {.input_mean = .5F, .input_scale = 2, .grey = 1};
    go_round(NET "[convolutional]\nfilters=2\nactivation=linear\n", &(dk_export_options){0}, &input, NULL);
    cr_expect_not_null(strstr(cfg.text, "channels=3\ninput_mean=0.5\ninput_scale=2\ngrey=1\n"), "%s",
                       cfg.text);
    cr_expect_eq(after.net->count, 1);
    end();
    go_round("[net]\nheight=9\nwidth=7\nchannels=1\n[convolutional]\nfilters=2\nactivation=linear\n",
             &(dk_export_options){0}, &(dk_input_conf){.input_scale = 1}, NULL);
    cr_expect_not_null(strstr(cfg.text, "channels=1\ninput_mean=0\ninput_scale=1\n"), "%s", cfg.text);
    end();
    go_round(NET "[convolutional]\nfilters=2\nactivation=linear\n", &(dk_export_options){0},
             &(dk_input_conf){.input_scale = 255, .bgr = 1}, NULL);
    cr_expect_not_null(strstr(cfg.text, "channels=3\ninput_mean=0\ninput_scale=255\nbgr=1\n"), "%s",
                       cfg.text);
    cr_expect_eq(after.net->count, 1);
}

Test(convert_export, names_are_metadata) {
    static const char *const names[] = {"cat", "dog"};
    dk_pb text;
    go_round(NET "[connected]\noutput=2\n", &(dk_export_options){.names = names, .count = 2},
             &(dk_input_conf){.input_scale = 1}, NULL);
    cr_assert(dk_onnx_note(model, "names", &text));
    cr_expect(dk_pb_is(&text, "cat\ndog"));
}

Test(convert_export, what_is_not_written_is_named) {
    text_net_open(&before,
                  NET
                  "[convolutional]\nfilters=4\nactivation=relu\n[route]\nlayers=-1,-1\n[shortcut]\nfrom=0\n",
                  "ref", &(dk_net_build_options){.n = 1});
    cr_expect_eq(dk_export_onnx(before.net, &(dk_input_conf){0}, &(dk_export_options){0}, &file, &err),
                 DK_EUNSUPPORTED);
    cr_expect_str_eq(
        err.text, "test.cfg:11: [shortcut] adds outputs of different shapes, which is not written as ONNX");
    cr_expect_null(file.text);
    end();
    text_net_open(&before, "[net]\ninputs=12\n[connected]\noutput=2\n", "ref",
                  &(dk_net_build_options){.n = 1});
    cr_expect_eq(dk_export_onnx(before.net, &(dk_input_conf){0}, &(dk_export_options){0}, &file, &err),
                 DK_EUNSUPPORTED);
    cr_expect_not_null(strstr(err.text, "takes 12 channels, which no picture has: -no_preprocess"), "%s",
                       err.text);
}
