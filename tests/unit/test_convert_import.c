/* Imported models answer what the model itself says, computed in TensorFlow's own order by tests/support; what does
 * not fit is refused with the operator, the tensor and the cfg's line. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "convert/import.h"
#include "data/augment.h"
#include "support/toy_tflite.h"

enum { PIXELS = 3 * TOY_H * TOY_W };

static dk_cfg *cfg;
static dk_backend *be;
static dk_net *net;
static dk_tflite *model;
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
    dk_net_free(net);
    dk_backend_close(be);
    dk_cfg_close(cfg);
    dk_tflite_close(model);
    free(file.bytes);
    net = NULL;
    be = NULL;
    cfg = NULL;
    model = NULL;
    file = (flat){0};
}

TestSuite(convert_import, .init = begin, .fini = end);

static void open_net(const char *text, const char *engine) {
    dk_net_conf conf;
    dk_input_conf input;
    const dk_opt_table tables[] = {{dk_net_opts, &conf}, {dk_input_opts, &input}};
    cr_assert_eq(dk_cfg_parse(&cfg, text, strlen(text), "toy.cfg", DK_CFG_SECTIONS, &err), DK_OK, "%s",
                 err.text);
    cr_assert_eq(dk_opt_read(&cfg->sections[0], tables, 2, cfg->arena, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_backend_open(&be, engine, 1, NULL), DK_OK);
    cr_assert_eq(dk_net_build(&net, cfg, &conf, be, &(dk_net_build_options){.seed = 1}, &err), DK_OK, "%s",
                 err.text);
}

static void open_model(const toy_model *toy) {
    toy_tflite_write(&file, toy);
    cr_assert_eq(dk_tflite_parse(&model, file.bytes, file.size, "toy.tflite", &err), DK_OK, "%s", err.text);
}

/* Everything but the fill. */
static dk_status match(const toy_model *toy, const char *text, const char *engine) {
    open_net(text, engine);
    open_model(toy);
    return dk_import_match(&import, net, model, &err);
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
    cr_assert_eq(dk_import_fill(&import, net, model, &err), DK_OK, "%s", err.text);
    expect_scores(toy, 1e-5);
}

Test(convert_import, float32) {
    expect_function(&(toy_model){.type = TOY_FLOAT32}, 0, "ref");
}

Test(convert_import, float32_into_normalised_layers) {
    expect_function(&(toy_model){.type = TOY_FLOAT32}, 1, "ref");
}

Test(convert_import, uint8) {
    expect_function(&(toy_model){.type = TOY_UINT8}, 1, "ref");
}

Test(convert_import, int8_with_a_scale_for_each_channel) {
    expect_function(&(toy_model){.type = TOY_INT8}, 1, NULL);
}

Test(convert_import, a_classifier_that_is_a_convolution) {
    expect_function(&(toy_model){.type = TOY_UINT8, .conv_head = 1}, 1, NULL);
}

/* The identity of the normalisations is exact: bit by bit the answers without any. */
Test(convert_import, normalisation_changes_nothing) {
    float with[TOY_CLASSES], without[TOY_CLASSES];
    for (int norm = 0; norm < 2; norm++) {
        expect_function(&(toy_model){.type = TOY_UINT8}, norm, "ref");
        cr_assert_eq(dk_net_answers(net, norm ? with : without, NULL), DK_OK);
        if (!norm) {
            end();
        }
    }
    cr_expect_arr_eq(with, without, sizeof with);
}

Test(convert_import, rows_say_what_went_where) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    cr_assert_eq(match(&(toy_model){.type = TOY_INT8}, text, "ref"), DK_OK, "%s", err.text);
    static const int layers[] = {0, 1, 2, 4, 7};
    static const char *const names[] = {"first", "deep", "narrow", "last", "head"};
    for (int i = 0; i < TOY_WEIGHTED; i++) {
        cr_expect_eq(import.rows[i].layer->index, layers[i]);
        cr_expect_str_eq(import.rows[i].weights->name, names[i]);
        cr_expect_str_eq(import.rows[i].biases->name, "bias");
    }
}

/* Three equal planes through the model are one plane through the filters' sum. */
Test(convert_import, a_grey_input_sums_the_filters) {
    char text[1024];
    const toy_model toy = {.type = TOY_UINT8};
    toy_tflite_cfg(text, sizeof text, 1, 1, TOY_CLASSES);
    cr_assert_eq(match(&toy, text, "ref"), DK_OK, "%s", err.text);
    cr_expect(import.rows[0].summed);
    cr_expect_not(import.rows[1].summed);
    cr_assert_eq(dk_import_fill(&import, net, model, &err), DK_OK, "%s", err.text);
    memcpy(pixels + PIXELS / 3, pixels, sizeof pixels / 3);
    memcpy(pixels + 2 * PIXELS / 3, pixels, sizeof pixels / 3);
    expect_scores(&toy, 1e-5);
}

/* A window that moves by another stride keeps its weights, and is told. */
Test(convert_import, another_stride_is_told) {
    char text[1024], changed[1200];
    const toy_model toy = {.type = TOY_UINT8};
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    cr_assert_eq(match(&toy, text, "ref"), DK_OK, "%s", err.text);
    cr_expect_eq(import.rows[0].stride, 0);
    end();
    char *at = strstr(text, "stride=2");
    snprintf(changed, sizeof changed, "%.*sstride=1%s", (int)(at - text), text, at + strlen("stride=2"));
    cr_assert_eq(match(&toy, changed, "ref"), DK_OK, "%s", err.text);
    cr_expect(import.rows[0].stride == 1 && import.rows[0].model_stride == 2);
    cr_expect_eq(import.rows[1].stride, 0);
    cr_expect_eq(dk_import_fill(&import, net, model, &err), DK_OK, "%s", err.text);
}

static void expect_fresh_head(const toy_model *toy, int classes) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, 1, 3, classes);
    cr_assert_eq(match(toy, text, "ref"), DK_OK, "%s", err.text);
    cr_expect_eq(import.count, TOY_WEIGHTED - 1);
    cr_expect_eq(import.fresh, 7, "%d", import.fresh);
    float before[TOY_FEATURES], features[TOY_FEATURES];
    memcpy(before, net->layers[7].w.weights, sizeof before);
    cr_assert_eq(dk_import_fill(&import, net, model, &err), DK_OK, "%s", err.text);
    cr_expect_arr_eq(net->layers[7].w.weights, before, sizeof before);
    cr_assert_eq(dk_net_forward(net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    toy_tflite_run(toy, pixels, features, NULL);
    const float *dense_input = net->layers[7].x[0]->data; /* ref: plain; alive while the classifier ran */
    for (int i = 0; i < TOY_FEATURES; i++) {
        cr_expect_float_eq(dense_input[i], features[i], 1e-5);
    }
}

Test(convert_import, another_number_of_classes_leaves_the_classifier_fresh) {
    expect_fresh_head(&(toy_model){.type = TOY_UINT8}, 3);
    cr_assert_not_null(import.classes);
    cr_expect_str_eq(import.classes->name, "FULLY_CONNECTED");
}

Test(convert_import, a_model_without_a_classifier_leaves_it_fresh) {
    expect_fresh_head(&(toy_model){.type = TOY_UINT8, .headless = 1}, TOY_CLASSES);
    cr_expect_null(import.classes);
}

Test(convert_import, a_network_that_ends_early_takes_the_first_layers) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    *strstr(text, "[dropout]") = '\0';
    cr_assert_eq(match(&(toy_model){.type = TOY_UINT8}, text, "ref"), DK_OK, "%s", err.text);
    cr_expect_eq(import.count, TOY_WEIGHTED - 1);
    cr_expect_eq(import.fresh, net->count);
    cr_assert_not_null(import.unused);
    cr_expect_str_eq(import.unused->name, "FULLY_CONNECTED");
}

/* ---- what does not fit ---- */

/* The toy's cfg with one text of it replaced. */
static void expect_refused(const char *from, const char *to, dk_status status, const char *words) {
    char text[1024], changed[1200];
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    char *at = strstr(text, from);
    cr_assert_not_null(at, "%s", from);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    cr_expect_eq(match(&(toy_model){.type = TOY_UINT8}, changed, "ref"), status, "%s: %s", to, err.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
    end();
}

Test(convert_import, what_does_not_fit_is_named) {
    expect_refused(
        "filters=6", "filters=7", DK_ESHAPE,
        "toy.cfg:30: [conv] has 7 outputs, but toy.tflite operator 4 CONV_2D ('last' 6x3x3x4) has 6");
    expect_refused("size=3\nstride=2", "size=1\nstride=2", DK_ESHAPE,
                   "toy.cfg:10: [conv] has 1 rows of the window, but");
    expect_refused("pad=same", "pad=0", DK_ESHAPE, "toy.cfg:12: [conv] has 0 rows of padding above, but");
    expect_refused("groups=4", "groups=2", DK_ESHAPE,
                   "toy.cfg:17: [conv] has 2 groups, but toy.tflite operator 1 DEPTHWISE_CONV_2D ('deep' "
                   "1x3x3x4) has 4");
    expect_refused("activation=relu6", "activation=leaky", DK_ESHAPE,
                   "toy.cfg:13: [conv] activation=leaky, but toy.tflite operator 0 CONV_2D");
    expect_refused("from=-3", "from=-2", DK_ESHAPE,
                   "toy.cfg:27: [shortcut] reads other layers than toy.tflite operator 3 ADD");
    expect_refused("[avgpool]", "[maxpool]\nsize=3\nstride=3", DK_ESHAPE,
                   "[maxpool] and toy.tflite operator 5 MEAN");
    expect_refused("[shortcut]\nfrom=-3\n", "", DK_ESHAPE,
                   "is a conv, but the model goes on with toy.tflite operator 3 ADD");
    expect_refused("[softmax]", "[softmax]\ntemperature=2", DK_ESHAPE,
                   "temperature=2, but toy.tflite operator 7 SOFTMAX");
    expect_refused("[avgpool]", "[conv]\nfilters=6\n[avgpool]", DK_ESHAPE,
                   "is a conv, but the model goes on with");
}

/* A classifier for one cell, in front of which the cfg has 5 x 4: the weights would not fill the layer. */
Test(convert_import, weights_for_fewer_cells) {
    char text[1024], changed[1200];
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    const char *from = strstr(text, "channels="), *pool = strstr(text, "[avgpool]\n");
    snprintf(changed, sizeof changed, "[net]\nheight=18\nwidth=14\n%.*s%s", (int)(pool - from), from,
             pool + strlen("[avgpool]\n"));
    cr_expect_eq(match(&(toy_model){.type = TOY_UINT8, .no_pool = 1}, changed, "ref"), DK_ESHAPE);
    cr_expect_not_null(strstr(err.text, "has 600 weights, but toy.tflite operator 5 FULLY_CONNECTED"), "%s",
                       err.text);
}

static void expect_refused_model(const toy_model *toy, dk_status status, const char *words) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    dk_status got = match(toy, text, "ref");
    if (got == DK_OK) {
        got = dk_import_fill(&import, net, model, &err);
    }
    cr_expect_eq(got, status, "%s", err.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
}

Test(convert_import, a_type_that_is_not_read) {
    expect_refused_model(
        &(toy_model){.type = TOY_UINT8, .weights_type = 7}, DK_EUNSUPPORTED,
        "toy.tflite: tensor 1 'first' is of type int16; float32, float16, uint8, int8 and int32 are read");
}

Test(convert_import, an_operator_that_is_not_read) {
    expect_refused_model(&(toy_model){.type = TOY_UINT8, .bad_operator = 99}, DK_EUNSUPPORTED,
                         "toy.tflite operator 1");
}

Test(convert_import, an_operator_fed_by_another_layer) {
    expect_refused_model(&(toy_model){.type = TOY_UINT8, .bad_feed = 1}, DK_ESHAPE,
                         "[shortcut] reads other layers than toy.tflite operator 3 ADD");
}

/* ---- PAD ---- */

static const int pad_codes[] = {34, 60}; /* PAD, PADV2 */

/* Rows 9 and 5 want 1,1, so do columns 7; columns 4 want 0,1. */
Test(convert_import, pad_before_a_strided_convolution_is_pad_same) {
    for (int i = 0; i < 2; i++) {
        for (int type = TOY_FLOAT32; type <= TOY_INT8; type++) {
            expect_function(&(toy_model){.type = (toy_type)type, .pad = pad_codes[i]}, i, "ref");
            end();
        }
    }
}

/* The toy's cfg with another first layer and size, matched with a model whose first PAD is `pads`. */
static dk_status match_padded(const int pads[8], const char *size, const char *key) {
    char text[1024], changed[1200];
    toy_model toy = {.type = TOY_FLOAT32, .pad = 34};
    memcpy(toy.pads, pads, sizeof toy.pads);
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    const char *from = strstr(text, "channels="), *at = strstr(text, "pad=same");
    snprintf(changed, sizeof changed, "[net]\n%s\n%.*s%s%s", size, (int)(at - from), from, key,
             at + strlen("pad=same"));
    err = (dk_error){0};
    const dk_status status = match(&toy, changed, "ref");
    end();
    return status;
}

static void expect_pad(const int pads[8], const char *key, const char *words) {
    const dk_status status = match_padded(pads, "height=9\nwidth=7", key);
    cr_expect_eq(status, words ? DK_ESHAPE : DK_OK, "%s: %s", key, err.text);
    cr_expect(!words || strstr(err.text, words), "'%s' has no '%s'", err.text, words);
}

Test(convert_import, other_padding_fits_layers_that_have_it) {
    static const int one[8] = {0, 0, 1, 1, 1, 1}, two[8] = {0, 0, 2, 2, 2, 2}, after[8] = {0, 0, 0, 1, 0, 1},
                     uneven[8] = {0, 0, 2, 0, 1, 1};
    expect_pad(one, "pad=1", NULL);
    expect_pad(one, "padding=1", NULL);
    expect_pad(one, "pad=0",
               "toy.cfg:12: [conv] has 0 rows of padding above, but toy.tflite operator 1 CONV_2D ('first' "
               "4x3x3x3) has 1: operator 0 PAD pads 1,1 rows and 1,1 columns; pad=same fits that");
    expect_pad(two, "pad=same", "operator 0 PAD pads 2,2 rows and 2,2 columns; padding=2 fits that");
    expect_pad(after, "pad=same", "operator 0 PAD pads 0,1 rows and 0,1 columns; pad=0 fits that");
    expect_pad(after, "pad=0", NULL); /* the last windows end at row 9 and column 7 */
    expect_pad(uneven, "pad=same",
               "operator 0 PAD pads 2,0 rows and 1,1 columns; no pad of a layer fits that");
}

/* SAME where the model was made is SAME at another size, where it is another number of cells. */
Test(convert_import, padding_scales_with_the_network) {
    static const int one[8] = {0, 0, 1, 1, 1, 1}, two[8] = {0, 0, 2, 2, 2, 2};
    cr_expect_eq(match_padded(one, "height=18\nwidth=14", "pad=same"), DK_OK, "%s", err.text);
    cr_expect_eq(match_padded(one, "height=18\nwidth=14", "pad=1"), DK_OK, "%s", err.text);
    cr_expect_eq(match_padded(two, "height=18\nwidth=14", "pad=same"), DK_ESHAPE);
}

Test(convert_import, what_no_layer_pads_is_named) {
    static const struct {
        toy_model toy;
        const char *words;
    } cases[] = {
        {{.pad = 34, .pads = {0, 0, 1, 1, 1, 1, 0, 2}},
         "operator 0 PAD pads by 0,0 1,1 1,1 0,2 (batch, rows, columns, channels); layers pad rows and "
         "columns"},
        {{.pad = 34, .pads = {0, 0, -1, 1, 1, 1, 0, 0}}, "operator 0 PAD pads by 0,0 -1,1"},
        {{.pad = 60, .pad_value = 1}, "operator 0 PADV2 pads with 1; layers pad with 0"},
        {{.pad = 100}, "operator 0 MIRROR_PAD pads with a mirror image"},
        {{.pad = 34, .pad_feeds = 1}, "operator 5 ADD ('sum' 1x5x4x4) reads what operator 4 PAD pads"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
        err = (dk_error){0};
        cr_expect_eq(match(&cases[i].toy, text, "ref"), DK_EUNSUPPORTED, "%s: %s", cases[i].words, err.text);
        cr_expect_not_null(strstr(err.text, cases[i].words), "'%s' has no '%s'", err.text, cases[i].words);
        end();
    }
}

/* ---- float16, activations by themselves ---- */

Test(convert_import, float16_constants) {
    expect_function(&(toy_model){.type = TOY_FLOAT32, .half = 1}, 1, "ref");
    cr_expect_eq(import.rows[0].weights->type, DK_TFLITE_FLOAT16);
    cr_expect_str_eq(import.rows[0].weights->name, "first");
    end();
    expect_function(&(toy_model){.type = TOY_FLOAT32, .half = 1, .conv_head = 1, .pad = 34, .apart = 1}, 1,
                    "ref");
}

Test(convert_import, an_activation_by_itself_belongs_to_the_layer_before) {
    expect_function(&(toy_model){.type = TOY_UINT8, .apart = 1}, 1, "ref");
}

Test(convert_import, an_activation_by_itself_may_be_a_layer) {
    char text[1024], changed[1200];
    const toy_model toy = {.type = TOY_FLOAT32, .apart = 1};
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    char *last = strstr(text, "[avgpool]");
    char *act = last - strlen("activation=relu6\n");
    snprintf(changed, sizeof changed, "%.*sactivation=linear\n[activation]\nactivation=relu6\n%s",
             (int)(act - text), text, last);
    cr_assert_eq(match(&toy, changed, "ref"), DK_OK, "%s", err.text);
    cr_assert_eq(dk_import_fill(&import, net, model, &err), DK_OK, "%s", err.text);
    expect_scores(&toy, 1e-5);
    end();
    snprintf(changed, sizeof changed, "%.*sactivation=leaky\n%s", (int)(act - text), text, last);
    cr_expect_eq(match(&toy, changed, "ref"), DK_ESHAPE);
    cr_expect_not_null(strstr(err.text, "activation=leaky, but toy.tflite operator"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "RELU6 ('cut' 1x3x2x6) ends in relu6"), "%s", err.text);
}

/* ---- the input's range ---- */

Test(convert_import, a_quantised_input_tells_the_range_of_pixels) {
    dk_input_conf conf = {0};
    open_model(&(toy_model){.type = TOY_UINT8});
    cr_assert(dk_import_input(model, &conf));
    cr_expect_float_eq(conf.input_mean, 128 / 255.0, 1e-6);
    cr_expect_float_eq(conf.input_scale, 2, 1e-6);
}

Test(convert_import, a_float_input_tells_none) {
    dk_input_conf conf = {.input_mean = 7};
    open_model(&(toy_model){.type = TOY_FLOAT32});
    cr_expect_not(dk_import_input(model, &conf));
    cr_expect_eq(conf.input_mean, 7);
}
