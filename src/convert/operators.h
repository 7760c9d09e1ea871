/* The operators of TensorFlow Lite that are known: a row each. */
#ifndef DK_CONVERT_OPERATORS_H
#define DK_CONVERT_OPERATORS_H

#include "convert/tflite.h"

/* Fields of an operator's options, numbered as in the schema; −1: it has none. */
typedef struct {
    int code;
    const char *name;
    dk_tflite_kind kind; /* DK_TFLITE_OTHER: known by name only */
    int padding, stride_w, stride_h, dilation_w, dilation_h, window_w, window_h, act, beta;
    int does;     /* DK_TFLITE_ACT: which it is, numbered as fused ones are */
    bool mirrors; /* a pad that repeats what it pads */
} dk_tflite_known;

/* The row of a code, or one for all others. Never NULL. */
const dk_tflite_known *dk_tflite_known_of(int code);

#endif
