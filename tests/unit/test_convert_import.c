/* Imported models answer what the model itself says, computed in TensorFlow's own order by tests/support; what does
 * not fit is refused with the operator, the tensor and the cfg's line. */
#include "unit/import_cases.h"

TestSuite(convert_import, .init = begin, .fini = end);

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
    cr_assert_eq(dk_import_fill(&import, net, graph, &err), DK_OK, "%s", err.text);
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
    cr_expect_eq(dk_import_fill(&import, net, graph, &err), DK_OK, "%s", err.text);
}

static void expect_fresh_head(const toy_model *toy, int classes) {
    char text[1024];
    toy_tflite_cfg(text, sizeof text, 1, 3, classes);
    cr_assert_eq(match(toy, text, "ref"), DK_OK, "%s", err.text);
    cr_expect_eq(import.count, TOY_WEIGHTED - 1);
    cr_expect_eq(import.fresh, 7, "%d", import.fresh);
    float features[TOY_FEATURES];
    const float *const before = span_copy(net->backend, net->layers[7].w.weights, TOY_FEATURES);
    cr_assert_eq(dk_import_fill(&import, net, graph, &err), DK_OK, "%s", err.text);
    const float *const after = span_copy(net->backend, net->layers[7].w.weights, TOY_FEATURES);
    cr_expect_arr_eq(after, before, sizeof features);
    cr_assert_eq(dk_net_forward(net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    toy_tflite_run(toy, pixels, features, NULL);
    /* ref: plain; alive while the classifier ran */
    const float *const dense_input = span_copy(net->backend, net->layers[7].x[0]->data, TOY_FEATURES);
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
        "test.cfg:30: [conv] has 7 outputs, but toy.tflite operator 4 CONV_2D ('last' 6x3x3x4) has 6");
    expect_refused("size=3\nstride=2", "size=1\nstride=2", DK_ESHAPE,
                   "test.cfg:10: [conv] has 1 rows of the window, but");
    expect_refused("pad=same", "pad=0", DK_ESHAPE, "test.cfg:12: [conv] has 0 rows of padding above, but");
    expect_refused("groups=4", "groups=2", DK_ESHAPE,
                   "test.cfg:17: [conv] has 2 groups, but toy.tflite operator 1 DEPTHWISE_CONV_2D ('deep' "
                   "1x3x3x4) has 4");
    expect_refused("activation=relu6", "activation=leaky", DK_ESHAPE,
                   "test.cfg:13: [conv] activation=leaky, but toy.tflite operator 0 CONV_2D");
    expect_refused("from=-3", "from=-2", DK_ESHAPE,
                   "test.cfg:27: [shortcut] reads other layers than toy.tflite operator 3 ADD");
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
        got = dk_import_fill(&import, net, graph, &err);
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

/* ---- the input's range ---- */

Test(convert_import, a_quantised_input_tells_the_range_of_pixels) {
    open_model(&(toy_model){.type = TOY_UINT8});
    cr_assert(graph->tells_input);
    cr_expect_float_eq(graph->input_conf.input_mean, 128 / 255.0, 1e-6);
    cr_expect_float_eq(graph->input_conf.input_scale, 2, 1e-6);
}

Test(convert_import, a_float_input_tells_none) {
    open_model(&(toy_model){.type = TOY_FLOAT32});
    cr_expect_not(graph->tells_input);
}
