/* Every operator that is read, at every opset, written as that opset has it: where the meaning is the same, so are the
 * answers. */
#include "unit/onnx_cases.h"

TestSuite(convert_onnx_opsets, .fini = end);

/* ---- what the writer has no word for ---- */

/* A field of bytes: tag, length, bytes; all short. */
static void put(dk_buffer *to, int tag, const char *bytes, size_t size) {
    const char head[] = {(char)tag, (char)size};
    dk_buffer_put(to, head, 2);
    dk_buffer_put(to, bytes, size);
}

enum { NODE_ATTRIBUTE = 0x2a, GRAPH_CONSTANT = 0x2a, TENSOR = 0x2a, FLOATS = 0x3a, RAW = 0x4a, NAME = 0x0a };

/* An attribute of the node that is being written: its value is one field. */
static void attribute(const char *name, int field, const char *bytes, size_t size) {
    const char type[] = {(char)0xa0, 1, field == TENSOR ? 4 : 6};
    dk_buffer all = {0};
    dk_buffer_put(&all, type, sizeof type);
    put(&all, NAME, name, strlen(name));
    put(&all, field, bytes, size);
    put(&w.node, NODE_ATTRIBUTE, all.text, all.size);
    dk_buffer_free(&all);
}

/* weights 3×3×1×1 of float16: 1, −1 and 0.5 in turns. */
static void write_halves(void) {
    static const char cells[18] = "\x00\x3c\x00\xbc\x00\x38\x00\x3c\x00\xbc\x00\x38\x00\x3c\x00\xbc\x00\x38";
    dk_buffer all = {0};
    dk_buffer_put(&all, "\x08\x03\x08\x03\x08\x01\x08\x01\x10\x0a\x42\x06halves", 18);
    put(&all, RAW, cells, sizeof cells);
    put(&w.graph, GRAPH_CONSTANT, all.text, all.size);
    dk_buffer_free(&all);
}

/* ---- nodes that are written otherwise from some opset on ---- */

static void int_attribute(const char *text, const char *name, int v) {
    node(text);
    dk_onnx_attribute_int(&w, name, v);
    done();
}

/* Whole numbers as an attribute, or, from an opset on, as an input of that name. */
static void with_ints(const char *text, const char *name, const int *v, int count, int since) {
    char input[32];
    int64_t wide[8];
    node(text);
    if (w.opset < since) {
        dk_onnx_attribute_ints(&w, name, v, count);
        done();
        return;
    }
    for (int i = 0; i < count; i++) {
        wide[i] = v[i];
    }
    snprintf(input, sizeof input, "%s%d", name, w.nodes);
    dk_onnx_in(&w, input);
    done();
    dk_onnx_int64s(&w, input, wide, count);
}

static void write_clip(void) {
    const float least = 0, most = 6;
    node("Clip n > c");
    if (w.opset < 11) {
        dk_onnx_attribute_float(&w, "min", least);
        dk_onnx_attribute_float(&w, "max", most);
    } else {
        dk_onnx_in(&w, "least");
        dk_onnx_in(&w, "most");
        dk_onnx_floats(&w, "least", NULL, 0, &least);
        dk_onnx_floats(&w, "most", NULL, 0, &most);
    }
    done();
}

static void write_twice(void) {
    static const float twice[] = {1, 1, 2, 2};
    static const int four[] = {4}, none[] = {0};
    node(w.opset < 10 ? "Upsample m > u" : "Resize m > u");
    if (w.opset < 9) {
        attribute("scales", FLOATS, (const char *)twice, sizeof twice);
    } else {
        if (w.opset > 10) {
            dk_onnx_in(&w, w.opset < 13 ? "nowhere" : ""); /* the region of interest, for others */
            dk_onnx_floats(&w, "nowhere", none, 1, NULL);
            dk_onnx_attribute_text(&w, "coordinate_transformation_mode", "asymmetric");
            dk_onnx_attribute_text(&w, "nearest_mode", "floor");
        }
        dk_onnx_in(&w, "twice");
        dk_onnx_floats(&w, "twice", four, 1, twice);
    }
    dk_onnx_attribute_text(&w, "mode", "nearest");
    done();
}

static void write_dropout(void) {
    const float ratio = .4F;
    node("Dropout i > q");
    if (w.opset < 12) {
        dk_onnx_attribute_float(&w, "ratio", ratio);
    } else {
        dk_onnx_in(&w, "ratio");
        dk_onnx_floats(&w, "ratio", NULL, 0, &ratio);
    }
    done();
}

/* Two biases as a node. */
static void write_constant(void) {
    static const float two[] = {.25F, -.75F};
    node("Constant  > two");
    if (w.opset < 12) {
        dk_buffer all = {0};
        dk_buffer_put(&all, "\x08\x02\x10\x01", 4);
        put(&all, RAW, (const char *)two, sizeof two);
        attribute("value", TENSOR, all.text, all.size);
        dk_buffer_free(&all);
    } else {
        attribute("value_floats", FLOATS, (const char *)two, sizeof two);
    }
    done();
}

/* ---- the model ---- */

static void write_norm(void) {
    static const int three[] = {CHANNELS};
    static const float scales[] = {1, 2, -1}, shifts[] = {.5F, 0, -.5F}, mean[] = {.1F, .2F, .3F},
                       variance[] = {1, 4, .25F};
    dk_onnx_floats(&w, "scales", three, 1, scales);
    dk_onnx_floats(&w, "shifts", three, 1, shifts);
    dk_onnx_floats(&w, "mean", three, 1, mean);
    dk_onnx_floats(&w, "variance", three, 1, variance);
    simple("BatchNormalization s,scales,shifts,mean,variance > n");
}

static void write_windows(void) {
    static const int two[] = {2, 2}, three[] = {3, 3}, one[] = {1, 1, 1, 1},
                     pads[] = {0, 0, 1, 1, 0, 0, 1, 1};
    node("MaxPool c > m");
    dk_onnx_attribute_ints(&w, "kernel_shape", two, 2);
    dk_onnx_attribute_ints(&w, "strides", two, 2);
    done();
    write_twice();
    node("AveragePool u > v");
    dk_onnx_attribute_ints(&w, "kernel_shape", three, 2);
    dk_onnx_attribute_ints(&w, "pads", one, 4);
    done();
    with_ints("Pad v > p", "pads", pads, 8, 11);
    node("Conv p,one > g");
    dk_onnx_attribute_int(&w, "group", CHANNELS);
    done();
}

/* Of its own parts while there is no node for it. */
static void write_hard_swish(void) {
    if (w.opset >= 14) {
        simple("HardSwish s2 > j");
        return;
    }
    node("HardSigmoid s2 > half");
    dk_onnx_attribute_float(&w, "alpha", 1 / 6.F);
    done();
    simple("Mul s2,half > j");
}

/* Planes with one value a channel: a squeeze and what it scales. */
static void write_gate(void) {
    static const int cells[] = {2, 3};
    simple("LeakyRelu g > l");
    simple("GlobalAveragePool l > a");
    with_ints("Squeeze a > b", "axes", cells, 2, 13);
    with_ints("Unsqueeze b > d", "axes", cells, 2, 13);
    int_attribute("Cast halves > gate", "to", 1);
    simple("Conv d,gate > e");
    simple("Sigmoid e > f");
    simple("Mul l,f > h");
    node("Conv picture,weights > s2");
    dk_onnx_attribute_text(&w, "auto_pad", "SAME_UPPER");
    done();
    write_hard_swish();
}

static void write_end(void) {
    static const int along[] = {0, 2, 3, 1};
    const int matrix[] = {2, 2};
    static const float numbers[] = {1, .5F, -.5F, 1};
    static const int64_t shape[] = {0, -1, 1, 1};
    simple("Add h,j > k");
    int_attribute("Concat k,j > o", "axis", 1);
    int_attribute("Flatten o > r", "axis", 1);
    int_attribute("Gemm r,dense,two > t", "transB", 1);
    dk_onnx_int64s(&w, "shape", shape, 4);
    simple("Reshape t,shape > x4");
    node("Transpose x4 > y4");
    dk_onnx_attribute_ints(&w, "perm", along, 4);
    done();
    int_attribute("Flatten y4 > i", "axis", 1);
    write_dropout();
    simple("Identity q > z");
    dk_onnx_floats(&w, "matrix", matrix, 2, numbers);
    simple("MatMul z,matrix > z2");
    simple("Add z2,two > z3");
    int_attribute("Softmax z3 > answers", "axis", 1);
}

static void write_model(void) {
    static const int each[] = {CHANNELS, 1, 3, 3}, dims[] = {2, 2 * CHANNELS * CELLS};
    static float nine[CHANNELS * 9], dense[2 * 2 * CHANNELS * CELLS];
    for (int i = 0; i < CHANNELS * 9; i++) {
        nine[i] = (float)(i % 5 - 2) / 6;
    }
    for (int i = 0; i < 2 * 2 * CHANNELS * CELLS; i++) {
        dense[i] = (float)(i % 11 - 5) / 90;
    }
    dk_onnx_model_input(&w, "picture", picture, 4);
    write_weights(3);
    write_halves();
    dk_onnx_floats(&w, "one", each, 4, nine);
    dk_onnx_floats(&w, "dense", dims, 2, dense);
    write_constant();
    node("Conv picture,weights,biases > s");
    dk_onnx_attribute_text(&w, "auto_pad", "SAME_UPPER");
    done();
    write_norm();
    write_clip();
    write_windows();
    write_gate();
    write_end();
}

Test(convert_onnx_opsets, every_operator_at_every_opset) {
    float first[2] = {0};
    for (int opset = DK_ONNX_OPSET_FIRST; opset <= DK_ONNX_OPSET_LAST; opset++) {
        w.opset = opset;
        write_model();
        build("answers");
        for (int i = 0; i < 2; i++) {
            const float got = answer(.4F, i);
            first[i] = opset == DK_ONNX_OPSET_FIRST ? got : first[i];
            cr_expect_eq(got, first[i], "opset %d: %g, wanted %g", opset, (double)got, (double)first[i]);
        }
        end();
    }
}
