#include "convert/operators.h"

#define NO_OPTIONS -1, -1, -1, -1, -1, -1, -1, -1, -1
#define NAMED(code, name)                                                                                    \
    { code, name, DK_TFLITE_OTHER, NO_OPTIONS, 0, false }
static const dk_tflite_known table[] = {
    {0, "ADD", DK_TFLITE_ADD, -1, -1, -1, -1, -1, -1, -1, 0, -1, 0, false},
    {1, "AVERAGE_POOL_2D", DK_TFLITE_MEAN_POOL, 0, 1, 2, -1, -1, 3, 4, 5, -1, 0, false},
    {3, "CONV_2D", DK_TFLITE_CONV, 0, 1, 2, 4, 5, -1, -1, 3, -1, 0, false},
    {4, "DEPTHWISE_CONV_2D", DK_TFLITE_DEPTHWISE, 0, 1, 2, 5, 6, -1, -1, 4, -1, 0, false},
    {6, "DEQUANTIZE", DK_TFLITE_SAME, NO_OPTIONS, 0, false},
    {9, "FULLY_CONNECTED", DK_TFLITE_DENSE, -1, -1, -1, -1, -1, -1, -1, 0, -1, 0, false},
    {19, "RELU", DK_TFLITE_ACT, NO_OPTIONS, 1, false},
    {21, "RELU6", DK_TFLITE_ACT, NO_OPTIONS, 3, false},
    {22, "RESHAPE", DK_TFLITE_SAME, NO_OPTIONS, 0, false},
    {25, "SOFTMAX", DK_TFLITE_SOFTMAX, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, false},
    {28, "TANH", DK_TFLITE_ACT, NO_OPTIONS, 4, false},
    {34, "PAD", DK_TFLITE_PAD, NO_OPTIONS, 0, false},
    {40, "MEAN", DK_TFLITE_MEAN, NO_OPTIONS, 0, false},
    {43, "SQUEEZE", DK_TFLITE_SAME, NO_OPTIONS, 0, false},
    {45, "STRIDED_SLICE", DK_TFLITE_DIMS, NO_OPTIONS, 0, false},
    {60, "PADV2", DK_TFLITE_PAD, NO_OPTIONS, 0, false},
    {77, "SHAPE", DK_TFLITE_DIMS, NO_OPTIONS, 0, false},
    {83, "PACK", DK_TFLITE_DIMS, NO_OPTIONS, 0, false},
    {100, "MIRROR_PAD", DK_TFLITE_PAD, NO_OPTIONS, 0, true},
    {114, "QUANTIZE", DK_TFLITE_SAME, NO_OPTIONS, 0, false},
    NAMED(2, "CONCATENATION"),
    NAMED(14, "LOGISTIC"),
    NAMED(17, "MAX_POOL_2D"),
    NAMED(18, "MUL"),
    NAMED(32, "CUSTOM"),
    NAMED(37, "BATCH_TO_SPACE_ND"),
    NAMED(38, "SPACE_TO_BATCH_ND"),
    NAMED(39, "TRANSPOSE"),
    NAMED(41, "SUB"),
    NAMED(42, "DIV"),
    NAMED(49, "SPLIT"),
    NAMED(54, "PRELU"),
    NAMED(98, "LEAKY_RELU"),
    NAMED(117, "HARD_SWISH"),
};

const dk_tflite_known *dk_tflite_known_of(int code) {
    static const dk_tflite_known other = NAMED(-1, "an operator that is not known here");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].code == code) {
            return &table[i];
        }
    }
    return &other;
}
