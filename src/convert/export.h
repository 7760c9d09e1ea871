/* A network as an ONNX model (opset 13) that gives the same answers: docs/onnx.md lists what each layer becomes. */
#ifndef DK_CONVERT_EXPORT_H
#define DK_CONVERT_EXPORT_H

#include "base/text.h"
#include "image/warp.h"
#include "net/net.h"

typedef struct {
    bool folds;               /* batch normalisations become part of weights and biases */
    bool plain;               /* without preprocessing: the input is what the network takes */
    const char *const *names; /* of classes, for the metadata: `count` */
    int count;
} dk_export_options;

/* The file into *out, which the caller frees. The input is float32 N,channels,h,w: pixels of 0..255, red, green and blue;
 * N is open. A net that was built for predicting. DK_EUNSUPPORTED: a layer that ONNX is not told by (its line in the cfg
 * is named); preprocessing of an input that is no picture; more than protobuf's 2 GB. */
DK_CHECKED dk_status dk_export_onnx(const dk_net *net, const dk_input_conf *input,
                                    const dk_export_options *options, dk_buffer *out, dk_error *err);

#endif
