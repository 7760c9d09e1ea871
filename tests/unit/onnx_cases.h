/* What tests of ONNX graphs share: models of a convolution and a few nodes, and the networks that they become. */
#ifndef TESTS_UNIT_ONNX_CASES_H
#define TESTS_UNIT_ONNX_CASES_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/import.h"
#include "convert/onnx_graph.h"
#include "convert/onnx_writer.h"
#include "convert/write_cfg.h"
#include "support/text_net.h"

static dk_onnx_writer w;
static dk_buffer file, cfg;
static dk_onnx *model;
static dk_graph *graph;
static text_net net;
static dk_error err;

static void end(void) {
    dk_onnx_writer_free(&w);
    text_net_close(&net);
    dk_onnx_close(model);
    dk_buffer_free(&file);
    dk_buffer_free(&cfg);
    model = NULL;
    err = (dk_error){0};
}

enum { CHANNELS = 3, ROWS = 6, COLUMNS = 6, CELLS = ROWS * COLUMNS };
static const int picture[] = {-1, CHANNELS, ROWS, COLUMNS};

/* A node: "Op a,b,c > y"; attributes follow before done(). */
static void node(const char *text) {
    char copy[128], *rest = copy, *word;
    snprintf(copy, sizeof copy, "%s", text);
    char *out = strstr(copy, " > ");
    *out = '\0';
    word = strsep(&rest, " ");
    dk_onnx_begin(&w, word, "");
    while ((word = strsep(&rest, ",")) != NULL) {
        dk_onnx_in(&w, word);
    }
    dk_onnx_out(&w, out + 3);
}

static void done(void) {
    dk_onnx_end(&w);
}

static void simple(const char *text) {
    node(text);
    done();
}

/* Weights 3×3×k×k and 3 biases that differ: "weights", "biases". */
static void write_weights(int side) {
    const int dims[] = {CHANNELS, CHANNELS, side, side}, three[] = {CHANNELS};
    float values[CHANNELS * CHANNELS * 9], biases[CHANNELS] = {.1F, -.2F, .3F};
    for (int i = 0; i < CHANNELS * CHANNELS * side * side; i++) {
        values[i] = (float)(i % 7 - 3) / 4;
    }
    dk_onnx_floats(&w, "weights", dims, 4, values);
    dk_onnx_floats(&w, "biases", three, 1, biases);
}

/* picture → x by a 1×1 convolution. */
static inline void start(void) {
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_weights(1);
    simple("Conv picture,weights,biases > x");
}

static dk_status read_graph(const char *answer) {
    dk_onnx_model_output(&w, answer, picture, 4);
    cr_assert_eq(dk_onnx_writer_model(&w, "test", &file, &err), DK_OK);
    cr_assert_eq(dk_onnx_parse(&model, (const uint8_t *)file.text, file.size, "x.onnx", &err), DK_OK, "%s",
                 err.text);
    cr_assert_eq(dk_onnx_graph(&graph, model, &err), DK_OK, "%s", err.text);
    return dk_graph_write_cfg(graph, &cfg, &err);
}

/* The network of it, filled. */
static inline void build(const char *answer) {
    dk_import import;
    cr_assert_eq(read_graph(answer), DK_OK, "%s", err.text);
    text_net_open(&net, cfg.text, "ref", &(dk_net_build_options){.n = 1, .keep_outputs = true});
    cr_assert_eq(dk_import_match(&import, net.net, graph, &err), DK_OK, "%s\n%s", err.text, cfg.text);
    cr_assert_null(import.unused);
    cr_assert_eq(dk_import_fill(&import, net.net, graph, &err), DK_OK, "%s", err.text);
}

/* What the network makes of cells that are all `v`: answer i. */
static inline float answer(float v, int i) {
    float pixels[CHANNELS * CELLS];
    float *out = malloc(dk_net_outputs(net.net) * sizeof *out);
    for (int k = 0; k < CHANNELS * CELLS; k++) {
        pixels[k] = v;
    }
    cr_assert_eq(dk_net_forward(net.net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_answers(net.net, out, &err), DK_OK);
    const float got = out[i];
    free(out);
    return got;
}

/* The convolution of start() on cells of v: output o. */
static inline float convolved(float v, int o) {
    const float biases[] = {.1F, -.2F, .3F};
    float sum = biases[o];
    for (int i = 0; i < CHANNELS; i++) {
        sum += v * (float)((o * CHANNELS + i) % 7 - 3) / 4;
    }
    return sum;
}

static inline void expect_cfg(const char *words) {
    cr_expect_not_null(strstr(cfg.text, words), "no '%s' in\n%s", words, cfg.text);
}

static inline void expect_refused(const char *y, const char *words) {
    cr_expect_eq(read_graph(y), DK_EUNSUPPORTED, "%s", cfg.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
    end();
}

#endif
