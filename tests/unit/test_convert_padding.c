/* Models as Keras writes them: PAD before strided convolutions, float16 constants, activations by themselves. What no
 * layer has is named. */
#include "unit/import_cases.h"

TestSuite(convert_padding, .init = begin, .fini = end);

/* ---- PAD ---- */

static const int pad_codes[] = {34, 60}; /* PAD, PADV2 */

/* Rows 9 and 5 want 1,1, so do columns 7; columns 4 want 0,1. */
Test(convert_padding, pad_before_a_strided_convolution_is_pad_same) {
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

Test(convert_padding, other_padding_fits_layers_that_have_it) {
    static const int one[8] = {0, 0, 1, 1, 1, 1}, two[8] = {0, 0, 2, 2, 2, 2}, after[8] = {0, 0, 0, 1, 0, 1},
                     uneven[8] = {0, 0, 2, 0, 1, 1};
    expect_pad(one, "pad=1", NULL);
    expect_pad(one, "padding=1", NULL);
    expect_pad(one, "pad=0",
               "test.cfg:12: [conv] has 0 rows of padding above, but toy.tflite operator 1 CONV_2D ('first' "
               "4x3x3x3) has 1: operator 0 PAD pads 1,1 rows and 1,1 columns; pad=same fits that");
    expect_pad(two, "pad=same", "operator 0 PAD pads 2,2 rows and 2,2 columns; padding=2 fits that");
    expect_pad(after, "pad=same", "operator 0 PAD pads 0,1 rows and 0,1 columns; pad=0 fits that");
    expect_pad(after, "pad=0", NULL); /* the last windows end at row 9 and column 7 */
    expect_pad(uneven, "pad=same",
               "operator 0 PAD pads 2,0 rows and 1,1 columns; no pad of a layer fits that");
}

/* SAME where the model was made is SAME at another size, where it is another number of cells. */
Test(convert_padding, padding_scales_with_the_network) {
    static const int one[8] = {0, 0, 1, 1, 1, 1}, two[8] = {0, 0, 2, 2, 2, 2};
    cr_expect_eq(match_padded(one, "height=18\nwidth=14", "pad=same"), DK_OK, "%s", err.text);
    cr_expect_eq(match_padded(one, "height=18\nwidth=14", "pad=1"), DK_OK, "%s", err.text);
    cr_expect_eq(match_padded(two, "height=18\nwidth=14", "pad=same"), DK_ESHAPE);
}

Test(convert_padding, what_no_layer_pads_is_named) {
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

Test(convert_padding, float16_constants) {
    expect_function(&(toy_model){.type = TOY_FLOAT32, .half = 1}, 1, "ref");
    cr_expect_str_eq(import.rows[0].weights->type, "float16");
    cr_expect_str_eq(import.rows[0].weights->name, "first");
    end();
    expect_function(&(toy_model){.type = TOY_FLOAT32, .half = 1, .conv_head = 1, .pad = 34, .apart = 1}, 1,
                    "ref");
}

Test(convert_padding, an_activation_by_itself_belongs_to_the_layer_before) {
    expect_function(&(toy_model){.type = TOY_UINT8, .apart = 1}, 1, "ref");
}

Test(convert_padding, an_activation_by_itself_may_be_a_layer) {
    char text[1024], changed[1200];
    const toy_model toy = {.type = TOY_FLOAT32, .apart = 1};
    toy_tflite_cfg(text, sizeof text, 1, 3, TOY_CLASSES);
    char *last = strstr(text, "[avgpool]");
    char *act = last - strlen("activation=relu6\n");
    snprintf(changed, sizeof changed, "%.*sactivation=linear\n[activation]\nactivation=relu6\n%s",
             (int)(act - text), text, last);
    cr_assert_eq(match(&toy, changed, "ref"), DK_OK, "%s", err.text);
    cr_assert_eq(dk_import_fill(&import, net, graph, &err), DK_OK, "%s", err.text);
    expect_scores(&toy, 1e-5);
    end();
    snprintf(changed, sizeof changed, "%.*sactivation=leaky\n%s", (int)(act - text), text, last);
    cr_expect_eq(match(&toy, changed, "ref"), DK_ESHAPE);
    cr_expect_not_null(strstr(err.text, "activation=leaky, but toy.tflite operator"), "%s", err.text);
    cr_expect_not_null(strstr(err.text, "RELU6 ('cut' 1x3x2x6) ends in relu6"), "%s", err.text);
}
