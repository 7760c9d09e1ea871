/* An ONNX model as a graph: channels, rows and columns are dims 1 to 3, weights stand as OIHW. Dims of all values follow
 * from those of the input. Runs of nodes that work on each value by itself become what they compute together: x·sigmoid(x)
 * is swish, however it is written (onnx_function.c). */
#ifndef DK_CONVERT_ONNX_GRAPH_H
#define DK_CONVERT_ONNX_GRAPH_H

#include "convert/graph.h"
#include "convert/onnx.h"

/* Keys of a model's metadata that our own exports have: what the network itself takes, behind its preprocessing, and how
 * [net] says that. */
#define DK_ONNX_NETWORK_INPUT "darknet.network_input"
#define DK_ONNX_INPUT_MEAN "darknet.input_mean"
#define DK_ONNX_INPUT_SCALE "darknet.input_scale"
#define DK_ONNX_GREY "darknet.grey"
#define DK_ONNX_BGR "darknet.bgr"

/* The model must outlive the graph, which lives in its arena. DK_ENOMEM; DK_EUNSUPPORTED: the input has no fixed size. */
DK_CHECKED dk_status dk_onnx_graph(dk_graph **out, const dk_onnx *model, dk_error *err);

#endif
