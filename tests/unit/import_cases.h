/* What the tests of imports share: a network, a toy model, and whether the one answers what the other says. */
#ifndef TESTS_UNIT_IMPORT_CASES_H
#define TESTS_UNIT_IMPORT_CASES_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "convert/import.h"
#include "convert/tflite_graph.h"
#include "support/text_net.h"
#include "support/spans.h"
#include "support/toy_tflite.h"

enum { PIXELS = 3 * TOY_H * TOY_W };

static text_net whole;
static dk_net *net; /* its net */
static dk_tflite *model;
static dk_graph *graph; /* of it */
static flat file;
static dk_error err;
static dk_import import;
static float pixels[PIXELS];

static void begin(void) {
    dk_rng rng = dk_rng_key(4, 0, 0, DK_RNG_TEST);
    for (int i = 0; i < PIXELS; i++) {
        pixels[i] = dk_rng_uniform(&rng, -1, 1);
    }
    err = (dk_error){0};
}

static void end(void) {
    text_net_close(&whole);
    dk_tflite_close(model);
    free(file.bytes);
    net = NULL;
    model = NULL;
    file = (flat){0};
}

static void open_model(const toy_model *toy) {
    toy_tflite_write(&file, toy);
    cr_assert_eq(dk_tflite_parse(&model, file.bytes, file.size, "toy.tflite", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_tflite_graph(&graph, model, &err), DK_OK, "%s", err.text);
}

/* Everything but the fill. */
static dk_status match(const toy_model *toy, const char *text, const char *engine) {
    text_net_open(&whole, text, engine, &(dk_net_build_options){.seed = 1});
    net = whole.net;
    open_model(toy);
    return dk_import_match(&import, net, graph, &err);
}

static void expect_scores(const toy_model *toy, double tolerance) {
    float features[TOY_FEATURES], wanted[TOY_CLASSES], scores[TOY_CLASSES];
    double spread = 0;
    cr_assert_eq(dk_net_forward(net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_answers(net, scores, &err), DK_OK);
    toy_tflite_run(toy, pixels, features, wanted);
    for (int i = 0; i < TOY_CLASSES; i++) {
        cr_expect_float_eq(scores[i], wanted[i], tolerance, "%d: %g, wanted %g", i, (double)scores[i],
                           (double)wanted[i]);
        spread = fmax(spread, fabs((double)wanted[i] - 1.0 / TOY_CLASSES));
    }
    cr_assert_gt(spread, .05, "the toy says nothing");
}

static void expect_function(const toy_model *toy, int norm, const char *engine) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, norm, 3, TOY_CLASSES);
    cr_assert_eq(match(toy, text, engine), DK_OK, "%s", err.text);
    cr_expect_eq(import.count, TOY_WEIGHTED);
    cr_expect_eq(import.fresh, net->count);
    cr_expect_null(import.classes);
    cr_expect_null(import.unused);
    cr_assert_eq(dk_import_fill(&import, net, graph, &err), DK_OK, "%s", err.text);
    expect_scores(toy, 1e-5);
}

#endif
