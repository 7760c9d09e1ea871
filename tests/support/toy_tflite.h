/* A small TensorFlow-Lite model of our own, its answers computed here in TensorFlow's order (rows, columns,
 * channels), and the cfg that it fits:
 *
 *   picture 9×7×3 ─ CONV_2D 3×3 /2 → 4 relu6 ─┬─ DEPTHWISE 3×3 relu6 ─ CONV_2D 1×1 linear ─┬─ ADD ─ CONV_2D 3×3 /2 → 6
 *   relu6 ─ MEAN ─ FULLY_CONNECTED → classes ─ SOFTMAX                └────────────────────┘ */
#ifndef TESTS_SUPPORT_TOY_TFLITE_H
#define TESTS_SUPPORT_TOY_TFLITE_H

#include "support/flat.h"

enum { TOY_H = 9, TOY_W = 7, TOY_CLASSES = 5, TOY_FEATURES = 6, TOY_WEIGHTED = 5 };

typedef enum { TOY_FLOAT32, TOY_UINT8, TOY_INT8 } toy_type; /* INT8: a scale for each output channel */

/* What a test may have otherwise. */
typedef struct {
    toy_type type;
    int classes;      /* 0: TOY_CLASSES */
    int headless;     /* ends with MEAN */
    int conv_head;    /* the classifier as CONV_2D 1×1 and RESHAPE, as the published models have it */
    int weights_type; /* number of the type that the first weights claim to be; 0: the right one */
    int bad_operator; /* code that the depthwise convolution gets; 0: the right one */
    int no_pool;      /* FULLY_CONNECTED reads the last convolution, as if that had one cell */
    int half;         /* weights and biases of a float32 model as float16, with DEQUANTIZE behind each */
    int apart;        /* RELU6 as an operator of its own behind the convolutions that end in it */
    int pad; /* strided convolutions have no padding of their own; PAD of this code (34 PAD, 60 PADV2, 100
                         MIRROR_PAD) before them does what SAME would */
    int pads
        [8]; /* what the first PAD pads otherwise: begin and end of batch, rows, columns, channels; all 0: right */
    float pad_value; /* of PADV2 */
    int pad_feeds;   /* PAD before ADD, which reads it */
    int bad_feed;    /* ADD reads the depthwise convolution's output instead of the first one's */
} toy_model;

/* The file. The caller frees out->bytes. */
void toy_tflite_write(flat *out, const toy_model *model);

/* What the model says: features[TOY_FEATURES] after MEAN and, unless NULL, scores[classes] after SOFTMAX. pixels:
 * 3 planes of TOY_H × TOY_W. */
void toy_tflite_run(const toy_model *model, const float *pixels, float *features, float *scores);

/* The cfg for it: norm 0 or 1; channels 1 or 3; `classes` outputs. */
void toy_tflite_cfg(char *out, size_t room, int norm, int channels, int classes);

#endif
