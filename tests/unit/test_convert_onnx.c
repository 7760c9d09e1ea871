/* ONNX files: values and nodes come back; cut, changed, cyclic and foreign files are errors, never more. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convert/onnx_writer.h"
#include "convert/import.h"
#include "convert/onnx_graph.h"
#include "support/text_net.h"

static dk_onnx_writer w;
static dk_buffer file;
static dk_onnx *model;
static dk_error err;

static void end(void) {
    dk_onnx_writer_free(&w);
    dk_onnx_close(model);
    dk_buffer_free(&file);
    model = NULL;
    err = (dk_error){0};
}

TestSuite(convert_onnx, .fini = end);

static const int picture[] = {-1, 2, 5, 4};

/* One convolution 2 → 3, 1×1, with biases. */
static void write_conv(const char *from, const char *to) {
    static const int dims[] = {3, 2, 1, 1}, biases[] = {3};
    static const float values[] = {1, 2, 3, 4, 5, 6}, zeros[] = {0, 0, 1};
    dk_onnx_floats(&w, "weights", dims, 4, values);
    dk_onnx_floats(&w, "biases", biases, 1, zeros);
    dk_onnx_begin(&w, "Conv", "first");
    dk_onnx_in(&w, from);
    dk_onnx_in(&w, "weights");
    dk_onnx_in(&w, "biases");
    dk_onnx_out(&w, to);
    dk_onnx_end(&w);
}

static void write_node(const char *op, const char *from, const char *to) {
    dk_onnx_begin(&w, op, "");
    dk_onnx_in(&w, from);
    dk_onnx_out(&w, to);
    dk_onnx_end(&w);
}

static dk_status parse(void) {
    cr_assert_eq(dk_onnx_writer_model(&w, "test", &file, &err), DK_OK, "%s", err.text);
    return dk_onnx_parse(&model, (const uint8_t *)file.text, file.size, "x.onnx", &err);
}

static void write_toy(void) {
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_conv("picture", "sums");
    write_node("Relu", "sums", "answers");
    dk_onnx_model_output(&w, "answers", picture, 4);
    dk_onnx_write_note(&w, "key", "value");
}

Test(convert_onnx, values_and_nodes) {
    float values[6];
    dk_pb note;
    dk_onnx_attribute a;
    write_toy();
    cr_assert_eq(parse(), DK_OK, "%s", err.text);
    cr_expect_eq(model->opset, 13);
    cr_assert_eq(model->node_count, 2);
    cr_expect_str_eq(model->nodes[0].op, "Conv");
    cr_expect_str_eq(model->nodes[0].name, "first");
    cr_expect_null(model->nodes[1].name);
    const dk_onnx_value *weights = dk_onnx_input(model, &model->nodes[0], 1);
    cr_expect_str_eq(weights->name, "weights");
    cr_expect(weights->constant && weights->rank == 4 && weights->dims[0] == 3);
    cr_assert_eq(dk_onnx_values(model, weights, values, &err), DK_OK, "%s", err.text);
    cr_expect(values[0] == 1 && values[5] == 6);
    cr_expect_null(dk_onnx_input(model, &model->nodes[0], 3));
    const dk_onnx_value *input = &model->values[model->input];
    cr_expect(input->rank == 4 && input->dims[0] == DK_ONNX_UNKNOWN && input->dims[3] == 4);
    cr_expect(dk_onnx_output(model, &model->nodes[1], 0)->answers);
    cr_expect_eq(dk_onnx_find_attribute(&model->nodes[0], "pads", &a, &err), DK_OK);
    cr_expect_not(a.there);
    cr_assert(dk_onnx_note(model, "key", &note));
    cr_expect(dk_pb_is(&note, "value"));
    cr_expect_not(dk_onnx_note(model, "other", &note));
}

/* ---- broken files ---- */

/* Parses a copy that ends where the memory does, so that a sanitizer sees every byte too many; what can be read is matched
 * with a network, and filled in. */
static dk_status read_copy(const char *bytes, size_t size) {
    dk_onnx *m = NULL;
    dk_graph *graph = NULL;
    dk_import import;
    text_net net = {0};
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    err = (dk_error){0};
    dk_status status = dk_onnx_parse(&m, copy, size, "cut.onnx", &err);
    cr_assert((status == DK_OK) == (m != NULL));
    if (status == DK_OK) {
        status = dk_onnx_graph(&graph, m, &err);
    }
    if (status == DK_OK) {
        text_net_open(&net, "[net]\nheight=5\nwidth=4\nchannels=2\n[conv]\nfilters=3\nactivation=relu\n",
                      "ref", &(dk_net_build_options){.n = 1});
        status = dk_import_match(&import, net.net, graph, &err);
    }
    if (status == DK_OK) {
        status = dk_import_fill(&import, net.net, graph, &err);
    }
    cr_assert(status == DK_OK || (err.status == status && strlen(err.text) > 0), "%d", (int)status);
    text_net_close(&net);
    dk_onnx_close(m);
    free(copy);
    return status;
}

Test(convert_onnx, every_cut_is_found) {
    write_toy();
    cr_assert_eq(parse(), DK_OK, "%s", err.text);
    const size_t end_of_graph =
        file.size - strlen("value") - strlen("key") - 6; /* the note is the last field */
    for (size_t size = 0; size < end_of_graph; size++) {
        cr_assert_neq(read_copy(file.text, size), DK_OK, "%zu of %zu", size, file.size);
    }
    cr_assert_eq(read_copy(file.text, file.size), DK_OK, "%s", err.text);
}

Test(convert_onnx, no_changed_byte_is_more_than_an_error) {
    static const char others[] = {0, 1, 0x7f, (char)0x80, (char)0xff};
    int refused = 0;
    write_toy();
    cr_assert_eq(parse(), DK_OK, "%s", err.text);
    for (size_t i = 0; i < file.size; i++) {
        const char was = file.text[i];
        for (size_t k = 0; k < sizeof others; k++) {
            file.text[i] = others[k];
            refused += read_copy(file.text, file.size) != DK_OK;
        }
        file.text[i] = was;
    }
    cr_expect_gt(refused, 500, "%d", refused);
}

static void expect_broken(dk_status status, const char *words) {
    cr_expect_eq(parse(), status, "%s", err.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
    end();
}

Test(convert_onnx, what_nothing_gives_and_cycles) {
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_node("Relu", "nowhere", "answers");
    expect_broken(DK_EFORMAT, "x.onnx: node 0 Relu reads 'nowhere', which nothing gives");
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_node("Relu", "second", "first");
    write_node("Relu", "first", "second");
    expect_broken(DK_EFORMAT, "node 0 Relu reads 'second', which node 1 Relu gives only after it: a cycle");
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_node("Relu", "self", "self");
    expect_broken(DK_EFORMAT, "node 0 Relu reads 'self', which node 0 Relu gives only after it: a cycle");
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_node("Relu", "picture", "twice");
    write_node("Relu", "picture", "twice");
    expect_broken(DK_EFORMAT, "value 'twice' is given twice");
    dk_onnx_model_input(&w, "picture", picture, 4);
    dk_onnx_model_output(&w, "answers", picture, 4);
    write_node("Relu", "picture", "other");
    expect_broken(DK_EFORMAT, "its output 'answers' is given by no node");
}

Test(convert_onnx, opsets_and_inputs) {
    w.opset = 6;
    write_toy();
    expect_broken(DK_EUNSUPPORTED, "x.onnx: is of opset 6; 7 to 21 are read");
    w.opset = 22;
    write_toy();
    expect_broken(DK_EUNSUPPORTED, "is of opset 22; 7 to 21 are read");
    dk_onnx_model_input(&w, "second", picture, 4);
    write_toy();
    expect_broken(DK_EUNSUPPORTED, "has 2 inputs; a network for pictures has one");
    cr_expect_eq(dk_onnx_parse(&model, (const uint8_t *)"\x08\x07", 2, "x.onnx", &err), DK_EFORMAT);
    cr_expect_not_null(strstr(err.text, "is no ONNX model"), "%s", err.text);
}

/* Many nodes of few bytes, a constant that says it is huge, values in another file, sparse ones. */
Test(convert_onnx, what_is_too_much) {
    for (int i = 0; i <= DK_ONNX_NODES; i++) {
        write_node("Relu", "", "");
    }
    expect_broken(DK_EUNSUPPORTED, "has 10001 nodes; at most 10000 are read");
    dk_onnx_begin(&w, "Concat", "");
    for (int i = 0; i <= DK_ONNX_LINKS; i++) {
        dk_onnx_in(&w, "picture");
    }
    dk_onnx_end(&w);
    expect_broken(DK_EUNSUPPORTED, "node 0 Concat has 65 inputs; at most 64 are read");
    dk_buffer_put(&w.graph, "\x2a\x0d\x08\x80\x80\x04\x08\x80\x80\x04\x10\x01\x42\x01k",
                  15); /* 65536×65536 floats */
    write_toy();
    expect_broken(DK_EFORMAT, "value 'k' has a negative or absurdly large dim");
    dk_buffer_put(&w.graph, "\x2a\x08\x08\x80\x08\x10\x01\x42\x01k",
                  10); /* 1024 floats, of which there is none */
    write_toy();
    expect_broken(DK_EFORMAT, "constant 'k' has 0 values where its dims want 1024");
    dk_buffer_put(&w.graph, "\x2a\x09\x08\x01\x10\x01\x42\x01k\x70\x01", 11); /* data_location 1 */
    write_toy();
    expect_broken(DK_EUNSUPPORTED, "the values of 'k' lie in another file");
    dk_buffer_put(&w.graph, "\x2a\x8f\x01\x08\x01\x10\x01\x42\x01k\x4a\x04\0\0\0\0",
                  16); /* doc_string 65 times */
    for (int i = 0; i < 65; i++) {
        dk_buffer_put(&w.graph, "\x62\x00", 2);
    }
    write_toy();
    expect_broken(DK_EFORMAT, "constant 'k' has 69 fields for 1 values");
    dk_buffer_put(&w.graph, "\x7a\x00", 2);
    write_toy();
    expect_broken(DK_EUNSUPPORTED, "has sparse values");
}

Test(convert_onnx, numbers_of_all_kinds) {
    /* float16 as int32_data 0x3c00 0xc000; float_data 1.5; int64_data 7 −1 */
    float v[2];
    int64_t n[2];
    int count = 0;
    dk_buffer_put(&w.graph, "\x2a\x0e\x08\x02\x10\x0a\x2a\x05\x80\x78\x80\x80\x03\x42\x01h", 16);
    dk_buffer_put(&w.graph,
                  "\x2a\x0d\x08\x01\x10\x01\x22\x04\x00\x00\xc0\x3f\x42\x01"
                  "f",
                  15);
    dk_buffer_put(&w.graph,
                  "\x2a\x14\x08\x02\x10\x07\x3a\x0b\x07\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x42\x01i",
                  22);
    write_toy();
    cr_assert_eq(parse(), DK_OK, "%s", err.text);
    cr_expect_eq(dk_onnx_values(model, &model->values[0], v, &err), DK_OK, "%s", err.text);
    cr_expect(v[0] == 1 && v[1] == -2, "%g %g", (double)v[0], (double)v[1]);
    cr_expect_eq(dk_onnx_values(model, &model->values[1], v, &err), DK_OK, "%s", err.text);
    cr_expect_eq(v[0], 1.5F);
    cr_expect_eq(dk_onnx_ints(model, &model->values[2], n, 2, &count, &err), DK_OK, "%s", err.text);
    cr_expect(count == 2 && n[0] == 7 && n[1] == -1);
    cr_expect_eq(dk_onnx_values(model, &model->values[2], v, &err), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "x.onnx: 'i' is int64; float32 and float16 are read");
}

Test(convert_onnx, numbers_that_are_none) {
    static const int dims[] = {1};
    float v = NAN;
    dk_onnx_floats(&w, "k", dims, 1, &v);
    write_toy();
    cr_assert_eq(parse(), DK_OK, "%s", err.text);
    cr_expect_eq(dk_onnx_values(model, &model->values[0], &v, &err), DK_EFORMAT);
    cr_expect_not_null(strstr(err.text, "'k': value 0 is no finite number"), "%s", err.text);
}
