/* What other exporters write: dense layers behind reshapes, moved values, windows; and all that no layer does. */
#include "unit/onnx_cases.h"

TestSuite(convert_onnx_dims, .fini = end);

/* ---- dense layers, reshapes, other dims ---- */

static void write_dense(const char *x, bool transposed) {
    const int in = CHANNELS * CELLS, dims[] = {transposed ? 2 : in, transposed ? in : 2}, two[] = {2};
    static float values[2 * CHANNELS * CELLS];
    static const float shifts[] = {1, 2};
    char text[64];
    for (int o = 0; o < 2; o++) {
        for (int i = 0; i < in; i++) {
            values[transposed ? o * in + i : 2 * i + o] =
                o == 0 ? (i < CELLS ? 1 : 0) : (i >= 2 * CELLS ? .5F : 0);
        }
    }
    dk_onnx_floats(&w, "matrix", dims, 2, values);
    dk_onnx_floats(&w, "more", two, 1, shifts);
    if (transposed) {
        snprintf(text, sizeof text, "Gemm %s,matrix,more > y", x);
        node(text);
        dk_onnx_attribute_int(&w, "transB", 1);
        done();
    } else {
        snprintf(text, sizeof text, "MatMul %s,matrix > m", x);
        simple(text);
        simple("Add m,more > y");
    }
}

Test(convert_onnx_dims, dense_layers_behind_reshapes) {
    for (int i = 0; i < 2; i++) {
        static const int64_t nothing[] = {-1}, axis[] = {0};
        start();
        if (i == 0) {
            simple("Flatten x > f");
        } else { /* as PyTorch writes x.view(x.size(0), -1) */
            dk_onnx_int64s(&w, "axis", axis, 1);
            dk_onnx_int64s(&w, "nothing", nothing, 1);
            simple("Shape x > s");
            simple("Gather s,axis > n");
            node("Concat n,nothing > shape");
            dk_onnx_attribute_int(&w, "axis", 0);
            done();
            simple("Reshape x,shape > f");
        }
        write_dense("f", i == 0);
        build("y");
        expect_cfg("[connected]\noutput=2\nactivation=linear\n");
        cr_expect_float_eq(answer(.5F, 0), CELLS * convolved(.5F, 0) + 1, 1e-4);
        cr_expect_float_eq(answer(.5F, 1), CELLS * convolved(.5F, 2) / 2 + 2, 1e-4);
        end();
    }
}

/* Values that were moved are answers still, and nothing that a layer reads. */
Test(convert_onnx_dims, moved_values) {
    static const int last[] = {0, 2, 3, 1};
    for (int i = 0; i < 2; i++) {
        start();
        node("Transpose x > t");
        dk_onnx_attribute_ints(&w, "perm", last, 4);
        done();
        if (i == 0) {
            simple("Sigmoid t > y");
            build("y");
            expect_cfg("activation=logistic\n");
            cr_expect(graph->nodes[2].y->moved);
            end();
        } else {
            simple("Flatten t > f");
            write_dense("f", true);
            expect_refused("y", "node 3 Gemm: reads 'f', whose values node 1 Transpose has moved");
        }
    }
}

/* ---- windows ---- */

static void expect_window(const char *op, int side, int stride, const int pads[4], int ceil,
                          const char *words) {
    const int kernel[] = {side, side}, strides[] = {stride, stride};
    if (op[0] != 'C') {
        start();
    } else {
        dk_onnx_model_input(&w, "picture", picture, 4);
        write_weights(side);
    }
    node(op);
    dk_onnx_attribute_ints(&w, "kernel_shape", kernel, 2);
    dk_onnx_attribute_ints(&w, "strides", strides, 2);
    dk_onnx_attribute_ints(&w, "pads", pads, 4);
    if (ceil) {
        dk_onnx_attribute_int(&w, "ceil_mode", 1);
    }
    done();
    build("y");
    expect_cfg(words);
    end();
}

Test(convert_onnx_dims, padding_becomes_a_key) {
    static const char conv[] = "Conv picture,weights > y", max[] = "MaxPool x > y",
                      mean[] = "AveragePool x > y";
    static const int none[4] = {0}, one[] = {1, 1, 1, 1}, two[] = {2, 2, 2, 2}, after[] = {0, 0, 1, 1};
    expect_window(conv, 3, 1, none, 0, "size=3\nstride=1\nactivation=linear");
    expect_window(conv, 3, 1, one, 0, "size=3\nstride=1\npad=1\n");
    expect_window(conv, 3, 1, two, 0, "padding=2\n");
    expect_window(conv, 3, 2, after, 0, "stride=2\npad=same\n");
    expect_window(max, 3, 2, one, 0, "[maxpool]\nsize=3\nstride=2\npadding=2\n");
    expect_window(max, 2, 2, none, 0, "[maxpool]\nsize=2\nstride=2\npadding=0\n");
    expect_window(max, 3, 2, none, 1, "[maxpool]\nsize=3\nstride=2\npadding=1\n");
    expect_window(mean, 3, 2, one, 0, "[local_avgpool]\nsize=3\nstride=2\npadding=2\n");
    expect_window(mean, 3, 2, none, 1, "[local_avgpool]\nsize=3\nstride=2\npadding=1\n");
    expect_window(mean, 6, 1, none, 0, "[avgpool]\n");
}

Test(convert_onnx_dims, windows_that_no_layer_has) {
    static const int uneven[] = {2, 0, 0, 1}, wide[] = {1, 3};
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_weights(3);
    node("Conv picture,weights > y");
    dk_onnx_attribute_ints(&w, "pads", uneven, 4);
    done();
    expect_refused("y", "node 0 Conv ('y' 1x3x6x5): its padding is none that a layer has");
    start();
    node("AveragePool x > y");
    dk_onnx_attribute_ints(&w, "kernel_shape", wide, 2);
    done();
    expect_refused(
        "y", "node 1 AveragePool ('y' 1x3x6x4): its window, padding or dilation is none that a [maxpool] or "
             "[local_avgpool] has");
}

/* Means count the cells inside the picture. Where no window reaches beyond it, that is what others count, too. */
Test(convert_onnx_dims, means_that_count_the_padding) {
    static const int two[] = {2, 2}, one[] = {1, 1, 1, 1};
    for (int padded = 0; padded < 2; padded++) {
        start();
        node("AveragePool x > y");
        dk_onnx_attribute_ints(&w, "kernel_shape", two, 2);
        dk_onnx_attribute_ints(&w, "strides", two, 2);
        dk_onnx_attribute_int(&w, "count_include_pad", 1);
        if (padded) {
            dk_onnx_attribute_ints(&w, "pads", one, 4);
        }
        done();
        if (padded) {
            expect_refused("y",
                           "node 1 AveragePool: counts the zeros around the picture (count_include_pad=1)");
        } else {
            build("y");
            expect_cfg("[local_avgpool]\nsize=2\nstride=2\npadding=0\n");
            cr_expect_float_eq(answer(.5F, 0), convolved(.5F, 0), 1e-6);
            end();
        }
    }
}

/* A network that has the largest of each window in the place of the mean. */
Test(convert_onnx_dims, a_mean_is_no_maximum) {
    static const int two[] = {2, 2};
    dk_import import;
    start();
    node("AveragePool x > y");
    dk_onnx_attribute_ints(&w, "kernel_shape", two, 2);
    dk_onnx_attribute_ints(&w, "strides", two, 2);
    done();
    cr_assert_eq(read_graph("y"), DK_OK, "%s", err.text);
    text_net_open(
        &net,
        "[net]\nheight=6\nwidth=6\nchannels=3\n[conv]\nfilters=3\nactivation=linear\n[max]\nsize=2\n"
        "stride=2\npadding=0\n",
        "ref", &(dk_net_build_options){.n = 1});
    cr_expect_eq(dk_import_match(&import, net.net, graph, &err), DK_ESHAPE);
    cr_expect_not_null(
        strstr(err.text, "is the largest of each window, but the model goes on with x.onnx node 1"), "%s",
        err.text);
}

/* ---- what is refused ---- */

Test(convert_onnx_dims, operators_that_are_not_read_are_named) {
    static const struct {
        const char *node, *words;
    } cases[] = {
        {"If x > y", "x.onnx node 1 If: is control flow, which no layer has"},
        {"QuantizeLinear x > y",
         "node 1 QuantizeLinear: is quantised; models of float32 or float16 are read"},
        {"Einsum x > y", "node 1 Einsum: is not read here"},
        {"Conv x,x > y", "node 1 Conv: its weights are computed; they must stand in the file"},
        {"MatMul x,weights > y", "node 1 MatMul: has weights 'weights' of dims 3x3x1x1; 2 dims are read"},
        {"Relu weights > y", "node 1 Relu: works on a constant"},
        {"Reshape x > y", "node 1 Reshape: its shape is not at most 8 numbers in the file"},
        {"Mul x,picture > y", "node 1 Mul: multiplies 1x3x6x6 and 1x3x6x6; a layer multiplies each channel"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start();
        simple(cases[i].node);
        expect_refused("y", cases[i].words);
    }
    start();
    node("Relu x > y");
    dk_onnx_attribute_int(&w, "fancy", 1);
    done();
    expect_refused("y", "node 1 Relu: has the attribute 'fancy', which is not read here");
}

/* A part that the network has no layer for may hold anything. */
Test(convert_onnx_dims, what_the_network_ends_before_is_not_looked_at) {
    dk_import import;
    start();
    simple("Einsum x > y");
    cr_expect_eq(read_graph("y"), DK_EUNSUPPORTED);
    text_net_open(&net, "[net]\nheight=6\nwidth=6\nchannels=3\n[conv]\nfilters=3\nactivation=linear\n", "ref",
                  &(dk_net_build_options){.n = 1});
    cr_expect_eq(dk_import_match(&import, net.net, graph, &err), DK_OK, "%s", err.text);
    cr_assert_not_null(import.unused);
    cr_expect_str_eq(import.unused->name, "Einsum");
}

Test(convert_onnx_dims, an_input_without_a_size) {
    static const int open[] = {-1, 3, -1, -1};
    dk_onnx_model_input(&w, "picture", open, 4);
    write_weights(1);
    simple("Conv picture,weights > y");
    cr_assert_eq(dk_onnx_writer_model(&w, "test", &file, &err), DK_OK);
    cr_assert_eq(dk_onnx_parse(&model, (const uint8_t *)file.text, file.size, "x.onnx", &err), DK_OK, "%s",
                 err.text);
    cr_expect_eq(dk_onnx_graph(&graph, model, &err), DK_EUNSUPPORTED);
    cr_expect_not_null(strstr(err.text, "x.onnx: its input 'picture' has no fixed size"), "%s", err.text);
}
