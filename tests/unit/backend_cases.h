/* Descriptions that every engine must get right: odd sizes, groups, dilation, uneven padding and strides,
 * with and without normalisation, every activation. test_backend_ref.c checks `ref` on them by finite
 * differences, test_backend_engines.c compares every other engine with `ref`. */
#ifndef TESTS_UNIT_BACKEND_CASES_H
#define TESTS_UNIT_BACKEND_CASES_H

#include "support/backend_run.h"

#define S(n, c, h, w)                                                                                        \
    { n, c, h, w }

/* clang-format off */
#define CONV(text, ACT, X, Y, ...)                                                                           \
    {.name = "conv " text, .desc.op = DK_OP_CONV, .desc.act = DK_ACT_##ACT, .desc.u.conv = {__VA_ARGS__},    \
     .x = {X}, .y = Y, .spread = 2},
#define CONV_EACH(upper, lower)                                                                              \
    CONV("3x3, " #lower, upper, S(2,3,9,7), S(2,5,9,7), 3,3, 1,1, 1,1, 1,1,1,1, false, 0)                    \
    CONV("3x3, norm, " #lower, upper, S(2,3,9,7), S(2,5,9,7), 3,3, 1,1, 1,1, 1,1,1,1, true, .9f)
#define DENSE(text, ACT, X, Y, ...)                                                                          \
    {.name = "dense " text, .desc.op = DK_OP_DENSE, .desc.act = DK_ACT_##ACT, .desc.u.dense = {__VA_ARGS__}, \
     .x = {X}, .y = Y},
#define DENSE_EACH(upper, lower) DENSE(#lower, upper, S(2,3,3,2), S(2,5,1,1), false, 0)
#define POOL(text, X, Y, ...)                                                                                \
    {.name = "pool " text, .desc.op = DK_OP_POOL, .desc.u.pool = {__VA_ARGS__}, .x = {X}, .y = Y},
#define NORM(text, ACT, XY)                                                                                  \
    {.name = "norm " text, .desc.op = DK_OP_NORM, .desc.act = DK_ACT_##ACT, .desc.u.norm = {.9f},            \
     .x = {XY}, .y = XY, .spread = 3},
#define NORM_EACH(upper, lower) NORM(#lower, upper, S(2,3,9,7))
#define ACT_EACH(upper, lower)                                                                               \
    {.name = "act " #lower, .desc.op = DK_OP_ACT, .desc.act = DK_ACT_##upper,                                \
     .x = {S(2,3,9,7)}, .y = S(2,3,9,7), .spread = 9},
#define ADD(text, ACT, INPUTS, Y, ...)                                                                       \
    {.name = "add " text, .desc.op = DK_OP_ADD, .desc.act = DK_ACT_##ACT, .inputs = INPUTS,                  \
     .x = {__VA_ARGS__}, .y = Y, .spread = 3},
#define ADD_EACH(upper, lower) ADD(#lower, upper, 2, S(2,3,9,7), S(2,3,9,7), S(2,3,9,7))
#define MUL(text, ACT, X, FACTOR)                                                                            \
    {.name = "mul " text, .desc.op = DK_OP_MUL, .desc.act = DK_ACT_##ACT, .inputs = 2,                       \
     .x = {X, FACTOR}, .y = X, .spread = 2},
#define MUL_EACH(upper, lower) MUL(#lower, upper, S(2,3,9,7), S(2,3,1,1))
#define CONCAT(text, INPUTS, Y, ...)                                                                         \
    {.name = "concat " text, .desc.op = DK_OP_CONCAT, .inputs = INPUTS, .x = {__VA_ARGS__}, .y = Y},
#define SLICE(text, X, Y, FROM)                                                                              \
    {.name = "slice " text, .desc.op = DK_OP_SLICE, .desc.u.slice = {FROM}, .x = {X}, .y = Y},
#define RESAMPLE(text, X, Y, ...)                                                                            \
    {.name = "resample " text, .desc.op = DK_OP_RESAMPLE, .desc.u.resample = {__VA_ARGS__}, .x = {X}, .y = Y},
#define DROPOUT(text, XY, P)                                                                                 \
    {.name = "dropout " text, .desc.op = DK_OP_DROPOUT, .desc.u.dropout = {P}, .x = {XY}, .y = XY},
#define SOFTMAX(text, XY, ...)                                                                               \
    {.name = "softmax " text, .desc.op = DK_OP_SOFTMAX, .desc.u.softmax = {__VA_ARGS__},                     \
     .x = {XY}, .y = XY, .spread = 3},
#define LOSS(text, XY, ...)                                                                                  \
    {.name = "loss " text, .desc.op = DK_OP_LOSS, .desc.u.loss = {__VA_ARGS__}, .x = {XY}, .y = XY},

static const backend_case backend_cases[] = {
    /* kh kw · stride y, x · dilation, groups · top, bottom, left, right · norm, momentum */
    DK_ACTS(CONV_EACH)
    CONV("1x1", LINEAR, S(2,3,9,7), S(2,4,9,7), 1,1, 1,1, 1,1, 0,0,0,0, false, 0)
    CONV("1x1, stride 2", LEAKY, S(2,3,9,7), S(2,4,5,4), 1,1, 2,2, 1,1, 0,0,0,0, false, 0)
    CONV("3x3, stride 2", RELU, S(2,3,9,7), S(2,5,5,4), 3,3, 2,2, 1,1, 1,1,1,1, false, 0)
    CONV("3x3, stride 2, padding at the end only", RELU6, S(2,3,9,7), S(2,5,4,3), 3,3, 2,2, 1,1, 0,1,0,1, true, .9f)
    CONV("3x3, stride 2, of even sides", RELU6, S(2,6,8,6), S(2,4,4,3), 3,3, 2,2, 1,2, 0,1,0,1, true, .9f)
    CONV("3x2, strides 2 and 3, uneven padding", TANH, S(2,3,9,7), S(2,5,4,3), 3,2, 2,3, 1,1, 0,1,1,0, false, 0)
    CONV("5x3", SWISH, S(2,3,9,7), S(2,4,9,7), 5,3, 1,1, 1,1, 2,2,1,1, false, 0)
    CONV("no padding", LINEAR, S(2,3,9,7), S(2,4,7,5), 3,3, 1,1, 1,1, 0,0,0,0, false, 0)
    CONV("as large as the picture", LOGISTIC, S(2,3,9,7), S(2,4,1,1), 9,7, 1,1, 1,1, 0,0,0,0, false, 0)
    CONV("dilation 2", MISH, S(2,3,9,7), S(2,4,9,7), 3,3, 1,1, 2,1, 2,2,2,2, true, .99f)
    CONV("dilation 3, stride 2", LINEAR, S(2,3,9,7), S(2,4,4,3), 2,2, 2,2, 3,1, 1,1,1,1, false, 0)
    CONV("2 groups", LEAKY, S(2,6,9,7), S(2,4,9,7), 3,3, 1,1, 1,2, 1,1,1,1, false, 0)
    CONV("3 groups, dilation 2, stride 2, norm", ELU, S(2,6,9,7), S(2,9,5,4), 3,3, 2,2, 2,3, 2,2,2,2, true, .9f)
    CONV("depthwise", RELU6, S(2,6,9,7), S(2,6,9,7), 3,3, 1,1, 1,6, 1,1,1,1, true, .9f)
    CONV("depthwise, stride 2, padding at the end only", RELU6, S(2,6,9,7), S(2,6,4,3), 3,3, 2,2, 1,6, 0,1,0,1, true, .9f)
    CONV("depthwise, no norm", LINEAR, S(2,6,9,7), S(2,6,9,7), 3,3, 1,1, 1,6, 1,1,1,1, false, 0)
    CONV("depthwise, 2 filters a channel", RELU, S(2,3,9,7), S(2,6,9,7), 3,3, 1,1, 1,3, 1,1,1,1, false, 0)
    CONV("depthwise to 2x2", RELU6, S(3,20,4,4), S(3,20,2,2), 3,3, 2,2, 1,20, 1,1,1,1, true, .9f)
    CONV("depthwise on 1x1", RELU6, S(5,20,1,1), S(5,20,1,1), 3,3, 1,1, 1,20, 1,1,1,1, false, 0)
    CONV("depthwise, 32 channels", RELU6, S(2,32,9,7), S(2,32,9,7), 3,3, 1,1, 1,32, 1,1,1,1, true, .9f)
    CONV("17 to 19 channels", RELU, S(2,17,9,7), S(2,19,9,7), 3,3, 1,1, 1,1, 1,1,1,1, true, .9f)
    CONV("1x1, 32 to 48 channels", RELU6, S(2,32,9,7), S(2,48,9,7), 1,1, 1,1, 1,1, 0,0,0,0, true, .9f)
    CONV("1x1, 16 to 32 channels, an odd number of cells", RELU6, S(3,16,3,3), S(3,32,3,3), 1,1, 1,1, 1,1, 0,0,0,0, true, .9f)
    CONV("1x1, 48 to 16 channels, many cells", LINEAR, S(3,48,21,19), S(3,16,21,19), 1,1, 1,1, 1,1, 0,0,0,0, true, .9f)
    CONV("1x1, 16 to 7 channels", LINEAR, S(2,16,9,7), S(2,7,9,7), 1,1, 1,1, 1,1, 0,0,0,0, false, 0)
    CONV("2 groups of 16", RELU, S(2,32,9,7), S(2,32,9,7), 3,3, 1,1, 1,2, 1,1,1,1, true, .9f)
    CONV("one picture of one channel", RELU, S(1,1,9,7), S(1,1,9,7), 3,3, 1,1, 1,1, 1,1,1,1, true, .9f)
    CONV("a fresh net's momentum 0", LINEAR, S(3,3,5,5), S(3,4,5,5), 1,1, 1,1, 1,1, 0,0,0,0, true, 0)

    /* norm, momentum */
    DK_ACTS(DENSE_EACH)
    DENSE("of a vector", LINEAR, S(2,10,1,1), S(2,7,1,1), false, 0)
    DENSE("to one output", LEAKY, S(3,3,9,7), S(3,1,1,1), false, 0)
    DENSE("of 16 channels", RELU, S(2,16,3,3), S(2,33,1,1), false, 0)
    DENSE("with norm", LINEAR, S(5,3,9,7), S(5,6,1,1), true, .9f)
    DENSE("with norm, tanh", TANH, S(5,3,3,2), S(5,6,1,1), true, .95f)

    /* kh kw · stride y, x · top, bottom, left, right · max */
    POOL("max 2x2", S(2,3,9,7), S(2,3,5,4), 2,2, 2,2, 0,1,0,1, true)
    POOL("max 2x2, no padding", S(2,3,9,7), S(2,3,4,3), 2,2, 2,2, 0,0,0,0, true)
    POOL("max 2x2, stride 1", S(2,3,9,7), S(2,3,9,7), 2,2, 1,1, 0,1,0,1, true)
    POOL("max 3x3, stride 1", S(2,3,9,7), S(2,3,9,7), 3,3, 1,1, 1,1,1,1, true)
    POOL("max 3x3, stride 2", S(2,17,9,7), S(2,17,5,4), 3,3, 2,2, 1,1,1,1, true)
    POOL("max 5x5, stride 1", S(2,3,9,7), S(2,3,9,7), 5,5, 1,1, 2,2,2,2, true)
    POOL("max 3x2, strides 2 and 3", S(2,3,9,7), S(2,3,5,3), 3,2, 2,3, 1,1,1,0, true)
    POOL("max of all", S(2,3,9,7), S(2,3,1,1), 9,7, 1,1, 0,0,0,0, true)
    POOL("mean of all", S(2,3,9,7), S(2,3,1,1), 9,7, 1,1, 0,0,0,0, false)
    POOL("mean of all, 32 channels", S(2,32,3,3), S(2,32,1,1), 3,3, 1,1, 0,0,0,0, false)
    POOL("mean 3x3, stride 2", S(2,3,9,7), S(2,3,5,4), 3,3, 2,2, 1,1,1,1, false)
    POOL("mean 2x2, padding at the end only", S(2,3,9,7), S(2,3,5,4), 2,2, 2,2, 0,1,0,1, false)
    POOL("mean 3x2, strides 2 and 3", S(2,3,9,7), S(2,3,5,3), 3,2, 2,3, 1,1,1,0, false)

    DK_ACTS(NORM_EACH)
    NORM("of vectors", LINEAR, S(5,6,1,1))
    NORM("of one channel", RELU, S(2,1,9,7))
    NORM("of 32 channels", RELU6, S(2,32,9,7))

    DK_ACTS(ACT_EACH)

    /* inputs · output, inputs */
    DK_ACTS(ADD_EACH)
    ADD("of three", LINEAR, 3, S(2,3,9,7), S(2,3,9,7), S(2,3,9,7), S(2,3,9,7))
    ADD("of one", RELU, 1, S(2,3,9,7), S(2,3,9,7))
    ADD("of fewer and more channels", LEAKY, 3, S(2,3,9,7), S(2,3,9,7), S(2,2,9,7), S(2,5,9,7))
    ADD("of half and double size", TANH, 3, S(2,3,4,6), S(2,3,4,6), S(2,4,8,12), S(2,2,2,3))
    ADD("of 32 channels", RELU, 2, S(2,32,9,7), S(2,32,9,7), S(2,32,9,7))
    ADD("of 32 and 16 channels", RELU, 2, S(2,32,9,7), S(2,32,9,7), S(2,16,9,7))

    DK_ACTS(MUL_EACH)
    MUL("of equals", LINEAR, S(2,3,9,7), S(2,3,9,7))
    MUL("of equals, mish", MISH, S(2,3,9,7), S(2,3,9,7))
    MUL("of vectors", LINEAR, S(2,6,1,1), S(2,6,1,1))
    MUL("of 32 channels", LINEAR, S(2,32,9,7), S(2,32,1,1))

    CONCAT("of three", 3, S(2,10,9,7), S(2,3,9,7), S(2,1,9,7), S(2,6,9,7))
    CONCAT("of one", 1, S(2,3,9,7), S(2,3,9,7))
    CONCAT("of 16 and 32 channels", 2, S(2,48,9,7), S(2,16,9,7), S(2,32,9,7))
    CONCAT("of 17 and 16 channels", 2, S(2,33,9,7), S(2,17,9,7), S(2,16,9,7))
    CONCAT("of vectors", 2, S(2,10,1,1), S(2,4,1,1), S(2,6,1,1))

    SLICE("of the first channels", S(2,6,9,7), S(2,2,9,7), 0)
    SLICE("of the last channels", S(2,6,9,7), S(2,3,9,7), 3)
    SLICE("of a channel between", S(2,6,9,7), S(2,1,9,7), 2)
    SLICE("of half of 32 channels", S(2,32,9,7), S(2,16,9,7), 16)
    SLICE("across blocks of 16", S(2,32,9,7), S(2,13,9,7), 9)

    /* stride, scale */
    RESAMPLE("2x", S(2,3,9,7), S(2,3,18,14), 2, 1)
    RESAMPLE("3x, halved", S(2,3,9,7), S(2,3,27,21), 3, .5f)
    RESAMPLE("2x of 32 channels", S(2,32,3,2), S(2,32,6,4), 2, 1)

    DROPOUT("of a fifth", S(2,3,9,7), .2f)
    DROPOUT("of 32 channels", S(2,32,3,3), .5f)
    DROPOUT("of nothing", S(2,3,9,7), 0)

    /* groups, temperature, spatial, loss */
    SOFTMAX("of 7", S(2,7,1,1), 1, 1, false, false)
    SOFTMAX("of 1000", S(2,1000,1,1), 1, 1, false, false)
    SOFTMAX("of pictures", S(2,3,3,2), 1, 1, false, false)
    SOFTMAX("of 3 groups, temperature 2", S(2,6,1,1), 3, 2, false, false)
    SOFTMAX("spatial", S(2,3,9,7), 1, 1, true, false)
    SOFTMAX("spatial, temperature .5", S(2,17,3,2), 1, .5f, true, false)
    SOFTMAX("of 7 with loss", S(2,7,1,1), 1, 1, false, true)
    SOFTMAX("of pictures with loss", S(2,3,3,2), 1, 1, false, true)
    SOFTMAX("of 40 with loss", S(2,40,1,1), 1, 1, false, true)
    SOFTMAX("of 3 groups with loss, temperature 2", S(2,6,1,1), 3, 2, false, true)
    SOFTMAX("spatial with loss", S(2,4,3,2), 1, 1, true, true)

    /* kind, scale */
    LOSS("sse", S(2,7,1,1), DK_LOSS_SSE, 1)
    LOSS("sse of pictures, scaled", S(2,3,3,2), DK_LOSS_SSE, .5f)
    LOSS("smooth", S(2,7,1,1), DK_LOSS_SMOOTH, 1)
    LOSS("smooth of pictures, scaled", S(2,3,3,2), DK_LOSS_SMOOTH, 2)
};
/* clang-format on */

enum { BACKEND_CASES = sizeof backend_cases / sizeof backend_cases[0] };

#undef S
#undef CONV
#undef CONV_EACH
#undef DENSE
#undef DENSE_EACH
#undef POOL
#undef NORM
#undef NORM_EACH
#undef ACT_EACH
#undef ADD
#undef ADD_EACH
#undef MUL
#undef MUL_EACH
#undef CONCAT
#undef SLICE
#undef RESAMPLE
#undef DROPOUT
#undef SOFTMAX
#undef LOSS

#endif
