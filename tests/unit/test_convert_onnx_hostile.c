/* Models that are broken or beyond what layers do, by kinds: each is an error that names the node and its operator. */
#include "unit/onnx_cases.h"

TestSuite(convert_onnx_hostile, .fini = end);

static const int two[] = {2, 2};

/* As far as a filled network. */
static dk_status go(const char *y) {
    dk_import import;
    dk_onnx_model_output(&w, y, picture, 4);
    cr_assert_eq(dk_onnx_writer_model(&w, "test", &file, &err), DK_OK);
    DK_TRY(dk_onnx_parse(&model, (const uint8_t *)file.text, file.size, "x.onnx", &err));
    DK_TRY(dk_onnx_graph(&graph, model, &err));
    DK_TRY(dk_graph_write_cfg(graph, &cfg, &err));
    text_net_open(&net, cfg.text, "ref", &(dk_net_build_options){.n = 1});
    DK_TRY(dk_import_match(&import, net.net, graph, &err));
    return dk_import_fill(&import, net.net, graph, &err);
}

static void expect(const char *y, const char *words) {
    cr_expect_neq(go(y), DK_OK, "%s\n%s", words, cfg.text);
    cr_expect_not_null(strstr(err.text, words), "'%s' has no '%s'", err.text, words);
    cr_expect_eq(strncmp(err.text, "x.onnx", 6), 0, "%s", err.text);
    end();
}

/* A constant of the file that is hand-made, which the Conv of start() reads as its biases. */
static void start_with(const char *tensor, size_t size) {
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_weights(1);
    dk_buffer_put(&w.graph, tensor, size);
    simple("Relu picture > r");
    simple("Conv r,weights,k > x");
}

#define START_WITH(bytes) start_with(bytes, sizeof(bytes) - 1)

Test(convert_onnx_hostile, constants_name_who_reads_them) {
    START_WITH("\x2a\x0b\x08\x03\x10\x01\x42\x01k\x70\x01\x52\x00");
    expect("x", "the values of 'k' lie in another file; save the model as one file (node 1 Conv reads it)");
    START_WITH("\x2a\x0d\x08\x80\x80\x04\x08\x80\x80\x04\x10\x01\x42\x01k");
    expect("x", "absurdly large dim; the file is broken (node 1 Conv reads it)");
    START_WITH("\x2a\x10\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x01\x42\x01k");
    expect("x", "has a negative or absurdly large dim; the file is broken (node 1 Conv reads it)");
    START_WITH("\x2a\x08\x08\x80\x08\x10\x01\x42\x01k");
    expect("x", "has 0 values where its dims want 1024; the file is broken (node 1 Conv reads it)");
    START_WITH("\x2a\x07\x08\x00\x10\x01\x42\x01k");
    expect("x", "node 1 Conv");
    START_WITH("\x2a\x15\x08\x03\x10\x01\x42\x01k\x4a\x0c\0\0\xc0\x7f\0\0\0\0\0\0\0\0");
    expect("x", "'k': value 0 is no finite number (node 1 Conv reads it)");
    START_WITH("\x2a\x0c\x08\x03\x10\x03\x42\x01k\x4a\x03\1\2\3"); /* int8 */
    expect("x", "'k' is int8; float32 and float16 are read (node 1 Conv reads it)");
    START_WITH("\x7a\x07\x0a\x05\x10\x01\x42\x01k");
    expect("x", "has sparse values ('k'), which are not read (node 1 Conv reads it)");
    START_WITH("\x2a\x07\x08\x00\x10\x01\x42\x01k\x2a\x07\x08\x00\x10\x01\x42\x01k");
    expect("x", "value 'k' is given twice; the file is broken (node 1 Conv reads it)");
    start();
    simple("Relu picture > x");
    expect("x", "value 'x' is given twice; the file is broken (node 1 Relu gives it)");
    dk_onnx_model_input(&w, "picture", picture, 4);
    simple("Conv picture,lost > x");
    expect("x", "node 0 Conv reads 'lost', which nothing gives");
}

Test(convert_onnx_hostile, graphs_that_are_none) {
    start();
    simple("Add x,b > a");
    simple("Relu a > b");
    expect("b", "node 1 Add reads 'b', which node 2 Relu gives only after it: a cycle");
    start();
    dk_onnx_begin(&w, "Relu", "lonely");
    dk_onnx_in(&w, "x");
    dk_onnx_end(&w);
    expect("x", "node 1 Relu 'lonely': has no output");
    start();
    dk_onnx_begin(&w, "MaxPool", "pool");
    dk_onnx_in(&w, "x");
    dk_onnx_attribute_ints(&w, "kernel_shape", two, 2);
    dk_onnx_out(&w, "m");
    dk_onnx_out(&w, "places");
    dk_onnx_end(&w);
    simple("Relu places > y");
    expect("y", "node 2 Relu: reads what no earlier node gives as far as they are read");
}

Test(convert_onnx_hostile, operators_beyond_layers) {
    static const char *const ops[] = {"If",          "Loop",        "Scan",        "QuantizeLinear",
                                      "QLinearConv", "ConvInteger", "SequenceMap", "DequantizeLinear"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        char line[64], words[64];
        snprintf(line, sizeof line, "%s x > y", ops[i]);
        snprintf(words, sizeof words, "node 1 %s: is ", ops[i]);
        start();
        simple(line);
        expect("y", words);
    }
}

/* Axes counted from the end are those that they mean; others are errors. */
Test(convert_onnx_hostile, axes) {
    static const struct {
        const char *node;
        int axis;
        bool good;
    } cases[] = {
        {"Concat x,x > y", -3, true},        {"Concat x,x > y", -9, false},
        {"Concat x,x > y", 4, false},        {"Concat x,x > y", 2, false},
        {"Softmax x > y", -3, true},         {"Softmax x > y", -5, false},
        {"Softmax x > y", 7, false},         {"Flatten x > y", -3, true},
        {"Flatten x > y", -8, false},        {"Flatten x > y", 0, false},
        {"Flatten x > y", 5, false},         {"Concat x,x > y", INT32_MIN, false},
        {"Softmax x > y", INT32_MIN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start();
        node(cases[i].node);
        dk_onnx_attribute_int(&w, "axis", cases[i].axis);
        done();
        if (cases[i].good) {
            cr_expect_eq(go("y"), DK_OK, "%s %d: %s", cases[i].node, cases[i].axis, err.text);
            end();
        } else {
            expect("y", "node 1 ");
        }
    }
}

Test(convert_onnx_hostile, numbers_of_windows) {
    static const struct {
        const char *name;
        int v[4], count;
    } cases[] = {
        {"kernel_shape", {0, 0}, 2},          {"kernel_shape", {-1, 2}, 2},    {"kernel_shape", {2}, 1},
        {"kernel_shape", {9, 9}, 2},          {"strides", {0, 1}, 2},          {"strides", {1 << 30, 1}, 2},
        {"pads", {-1, 0, 0, 0}, 4},           {"pads", {1 << 30, 0, 0, 0}, 4}, {"dilations", {0, 0}, 2},
        {"dilations", {1 << 20, 1 << 20}, 2},
    };
    static const char *const ops[] = {"MaxPool x > y", "AveragePool x > y"};
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        const bool kernel = strcmp(cases[i / 2].name, "kernel_shape") == 0;
        start();
        node(ops[i % 2]);
        dk_onnx_attribute_ints(&w, cases[i / 2].name, cases[i / 2].v, cases[i / 2].count);
        if (!kernel) {
            dk_onnx_attribute_ints(&w, "kernel_shape", two, 2);
        }
        done();
        expect("y", i % 2 ? "node 1 AveragePool: " : "node 1 MaxPool: ");
    }
}

/* Inputs of no cells, and of more than anybody has. */
Test(convert_onnx_hostile, sizes_of_the_input) {
    static const int sizes[][4] = {{1, 3, 0, 6}, {1, 0, 6, 6}, {0, 3, 6, 6}, {1, 3, 40000, 40000}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        dk_onnx_model_input(&w, "picture", sizes[i], 4);
        write_weights(1);
        simple("Conv picture,weights,biases > x");
        const dk_status status = go("x");
        cr_expect(i == 2 ? status == DK_OK : status != DK_OK, "%zu: %s", i, err.text);
        end();
    }
}
