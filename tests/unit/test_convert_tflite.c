/* Model files: tensors, operators and values come back; cut, changed and foreign files are errors, never more. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/tflite.h"
#include "support/toy_tflite.h"

static flat file;
static dk_tflite *model;
static dk_error err;

static void end(void) {
    dk_tflite_close(model);
    free(file.bytes);
}

TestSuite(convert_tflite, .fini = end);

static void open_toy(const toy_model *toy) {
    toy_tflite_write(&file, toy);
    cr_assert_eq(dk_tflite_parse(&model, file.bytes, file.size, "toy.tflite", &err), DK_OK, "%s", err.text);
}

Test(convert_tflite, tensors_and_operators) {
    char dims[64];
    open_toy(&(toy_model){.type = TOY_INT8});
    cr_assert_eq(model->op_count, 8);
    static const char *const names[] = {"CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "ADD", "CONV_2D",
                                        "MEAN",    "FULLY_CONNECTED",   "SOFTMAX"};
    for (int i = 0; i < 8; i++) {
        cr_expect_str_eq(model->ops[i].name, names[i]);
    }
    cr_expect_eq(model->ops[0].stride_w, 2);
    cr_expect_eq(model->ops[1].stride_h, 1);
    cr_expect_eq(model->ops[0].dilation_h, 1);
    cr_expect_eq(model->ops[0].padding, DK_TFLITE_PAD_SAME);
    cr_expect_str_eq(dk_tflite_act_name(model->ops[0].act), "relu6");
    cr_expect_str_eq(dk_tflite_act_name(model->ops[2].act), "linear");
    cr_expect_float_eq(model->ops[7].beta, 1, 0);
    const dk_tflite_tensor *w = dk_tflite_input(model, &model->ops[0], 1);
    cr_expect_str_eq(w->name, "first");
    cr_expect_str_eq(dk_tflite_dims(dims, w), "4x3x3x3");
    cr_expect_eq(w->type, DK_TFLITE_INT8);
    cr_expect_eq(w->scale.count, 4);
    cr_expect_null(dk_tflite_input(model, &model->ops[0], 3));
    cr_expect_str_eq(dk_tflite_input(model, &model->ops[2], 1)->name, "narrow", "the first of two names");
    cr_expect_null(dk_tflite_output(model, &model->ops[0], 0)->data);
}

/* A file with one tensor's numbers replaced. */
Test(convert_tflite, values_are_scaled_and_must_be_numbers) {
    float v[108];
    open_toy(&(toy_model){.type = TOY_UINT8});
    const dk_tflite_tensor *w = dk_tflite_input(model, &model->ops[0], 1);
    uint8_t *q = file.bytes + (w->data - file.bytes);
    q[0] = 0;
    q[1] = 255;
    cr_assert_eq(dk_tflite_values(model, w, v, &err), DK_OK, "%s", err.text);
    const float scale = dk_fb_float_at(&w->scale, 0), zero = (float)dk_fb_int_at(&w->zero, 0);
    cr_expect_float_eq(v[0], -zero * scale, 1e-7);
    cr_expect_float_eq(v[1], (255 - zero) * scale, 1e-7);
    memcpy(file.bytes + w->scale.at, &(float){NAN}, sizeof(float));
    cr_expect_eq(dk_tflite_values(model, w, v, &err), DK_EFORMAT);
    cr_expect_not_null(strstr(err.text, "tensor 1 'first': value 0 is no finite number"), "%s", err.text);
}

Test(convert_tflite, scales_that_do_not_fit) {
    float v[108];
    open_toy(&(toy_model){.type = TOY_INT8});
    dk_tflite_tensor w = *dk_tflite_input(model, &model->ops[0], 1);
    w.axis = 1; /* 3 of these, but 4 scales */
    cr_expect_eq(dk_tflite_values(model, &w, v, &err), DK_EFORMAT);
    cr_expect_not_null(strstr(err.text, "has 4 scales and 4 zero points; its dims want 1 or 3"), "%s",
                       err.text);
    w.axis = -5;
    cr_expect_eq(dk_tflite_values(model, &w, v, &err), DK_EFORMAT);
    w.scale.count = w.zero.count = 0;
    cr_expect_eq(dk_tflite_values(model, &w, v, &err), DK_EFORMAT);
    cr_expect_not_null(strstr(err.text, "has no scale"), "%s", err.text);
}

/* Floats have nothing to do with the scales that may stand beside them. */
Test(convert_tflite, scales_of_floats_are_not_looked_at) {
    float v[108];
    open_toy(&(toy_model){.type = TOY_FLOAT32});
    dk_tflite_tensor w = *dk_tflite_input(model, &model->ops[0], 1);
    w.scale.count = 4;
    w.zero.count = 1;
    w.axis = -1000000;
    cr_expect_eq(dk_tflite_values(model, &w, v, &err), DK_OK, "%s", err.text);
}

Test(convert_tflite, half_precision) {
    static const struct {
        uint16_t bits;
        float value;
    } cases[] = {{0x0000, 0},
                 {0x8000, 0},
                 {0x3c00, 1},
                 {0xc000, -2},
                 {0x3555, .333251953125F},
                 {0x7bff, 65504},
                 {0x0400, 6.103515625e-05F},
                 {0x0001, 5.9604644775390625e-08F},
                 {0x83ff, -6.0975551605224609e-05F}};
    uint16_t bits[sizeof cases / sizeof *cases];
    float v[sizeof cases / sizeof *cases];
    const int count = sizeof cases / sizeof *cases;
    for (int i = 0; i < count; i++) {
        bits[i] = cases[i].bits;
    }
    const dk_tflite m = {.path = "half.tflite"};
    const dk_tflite_tensor t = {.name = "half",
                                .type = DK_TFLITE_FLOAT16,
                                .rank = 1,
                                .dims = {count},
                                .data = (const uint8_t *)bits,
                                .bytes = sizeof bits};
    cr_assert_eq(dk_tflite_values(&m, &t, v, &err), DK_OK, "%s", err.text);
    for (int i = 0; i < count; i++) {
        cr_expect_eq(v[i], cases[i].value, "%04x: %.9g", (unsigned)bits[i], (double)v[i]);
    }
    for (uint16_t no_number = 0x7c00; no_number <= 0x7c01; no_number++) {
        bits[4] = no_number;
        cr_expect_eq(dk_tflite_values(&m, &t, v, &err), DK_EFORMAT);
        cr_expect_not_null(strstr(err.text, "value 4 is no finite number"), "%s", err.text);
    }
}

/* A graph that says it has `tensors` and `operators`, all of which are one table. */
static dk_status parse_shared(size_t tensors, size_t operators, size_t inputs) {
    const flat_field link = {FLAT_OFFSET, 0}, root[] = {{4, 3}, link, link, {0, 0}, link};
    const flat_field graph[] = {link, link, {0, 0}, link}, op[] = {{4, 0}, link, link}, none[] = {{4, 0}};
    int32_t *const zeros = calloc(inputs + 1, sizeof *zeros);
    flat *const f = &file;
    free(file.bytes);
    flat_begin(f, "TFL3");
    const size_t r = flat_table(f, 0, root, 5);
    flat_table(f, flat_offsets(f, flat_at(f, r, 1), 1), none, 1);
    const size_t g = flat_table(f, flat_offsets(f, flat_at(f, r, 2), 1), graph, 4);
    flat_table(f, flat_offsets(f, flat_at(f, r, 4), 1), none, 0);
    const size_t lists[] = {flat_offsets(f, flat_at(f, g, 0), tensors),
                            flat_offsets(f, flat_at(f, g, 3), operators)};
    const size_t counts[] = {tensors, operators};
    const size_t tables[] = {flat_table(f, lists[0], none, 0), flat_table(f, lists[1], op, 3)};
    for (int k = 0; k < 2; k++) {
        for (size_t i = 1; i < counts[k]; i++) {
            const size_t at = lists[k] + 4 * i;
            flat_put(f, at, (int64_t)(tables[k] - at), 4);
        }
    }
    flat_vector(f, flat_at(f, g, 1), zeros, 1, 4);
    flat_vector(f, flat_at(f, tables[1], 1), zeros, inputs, 4);
    flat_vector(f, flat_at(f, tables[1], 2), zeros, 1, 4);
    free(zeros);
    err = (dk_error){0};
    dk_tflite_close(model);
    model = NULL;
    return dk_tflite_parse(&model, file.bytes, file.size, "shared.tflite", &err);
}

Test(convert_tflite, a_small_file_that_says_it_is_large_is_refused) {
    cr_expect_eq(parse_shared(1, DK_TFLITE_OPERATORS, DK_TFLITE_LINKS), DK_OK, "%s", err.text);
    cr_expect_eq(parse_shared(1, DK_TFLITE_OPERATORS + 1, 1), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "shared.tflite: the graph has 10001 operators; at most 10000 are read");
    cr_expect_eq(parse_shared(1, 1, DK_TFLITE_LINKS + 1), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "shared.tflite: operator 0 ADD has 65 inputs; at most 64 are read");
    cr_expect_eq(parse_shared(DK_TFLITE_TENSORS + 1, 1, 1), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "shared.tflite: the graph has 100001 tensors; at most 100000 are read");
}

Test(convert_tflite, weights_without_data) {
    float v[1];
    open_toy(&(toy_model){.type = TOY_INT8});
    cr_expect_eq(dk_tflite_values(model, &model->tensors[model->input], v, &err), DK_EUNSUPPORTED);
    cr_expect_not_null(strstr(err.text, "has no values of its own"), "%s", err.text);
}

Test(convert_tflite, another_version) {
    toy_tflite_write(&file, &(toy_model){.type = TOY_INT8});
    flat_put(&file, flat_at(&file, (size_t)file.bytes[0], 0), 2, 4);
    cr_expect_eq(dk_tflite_parse(&model, file.bytes, file.size, "toy.tflite", &err), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "toy.tflite: is a TensorFlow-Lite model of version 2; 3 is read here");
}

/* Parses a copy that ends where the memory does, so that a sanitizer sees every byte too many. */
static dk_status parse_copy(const uint8_t *bytes, size_t size) {
    dk_tflite *m = NULL;
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    err = (dk_error){0};
    const dk_status status = dk_tflite_parse(&m, copy, size, "cut.tflite", &err);
    cr_assert((status == DK_OK) == (m != NULL));
    cr_assert(status == DK_OK || (err.status == status && strncmp(err.text, "cut.tflite: ", 12) == 0), "%s",
              err.text);
    dk_tflite_close(m);
    free(copy);
    return status;
}

Test(convert_tflite, every_cut_is_found) {
    toy_tflite_write(&file, &(toy_model){.type = TOY_INT8});
    for (size_t size = 0; size < file.size; size++) {
        cr_assert_eq(parse_copy(file.bytes, size), DK_EFORMAT, "%zu of %zu: %s", size, file.size, err.text);
    }
    cr_assert_eq(parse_copy(file.bytes, file.size), DK_OK, "%s", err.text);
}

Test(convert_tflite, no_changed_byte_is_more_than_an_error) {
    int refused = 0;
    toy_tflite_write(&file, &(toy_model){.type = TOY_INT8});
    for (size_t i = 0; i < file.size; i++) {
        const uint8_t was = file.bytes[i];
        static const uint8_t others[] = {0, 1, 0x7f, 0x80, 0xff};
        for (size_t k = 0; k < sizeof others; k++) {
            file.bytes[i] = others[k];
            refused += parse_copy(file.bytes, file.size) != DK_OK;
        }
        file.bytes[i] = was;
    }
    cr_expect_gt(refused, 1000, "%d", refused);
}
