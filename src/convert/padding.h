/* PAD operators: zeros around what a convolution reads. Keras writes its strided convolutions so: PAD, then a window
 * without padding of its own. */
#ifndef DK_CONVERT_PADDING_H
#define DK_CONVERT_PADDING_H

#include "convert/tflite.h"

/* Rows and columns of zeros around a tensor, and which PAD put them there. */
typedef struct {
    int top, bottom, left, right;
    const dk_tflite_op *op;     /* the last PAD, or NULL: none */
    const dk_tflite_tensor *of; /* what it was before the first */
} dk_padding;

/* Adds what the operator pads its input with. DK_EUNSUPPORTED: something else than 0..64 rows and columns of zeros. */
DK_CHECKED dk_status dk_padding_add(dk_padding *padding, const dk_tflite *m, const dk_tflite_op *op,
                                    dk_error *err);

/* Is it what SAME would give this window? h, w: the input's rows and columns. */
typedef struct {
    int kh, kw, stride_y, stride_x, dilation_y, dilation_x;
} dk_window;
bool dk_padding_is_same(const dk_padding *padding, const dk_window *window, int h, int w);

/* TensorFlow's SAME along one axis: output = input / stride rounded up; of an odd number of cells one more is after. */
void dk_padding_same(int in, int window, int stride, int dilation, int *before, int *after);

#endif
