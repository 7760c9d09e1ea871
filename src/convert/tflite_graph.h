/* A TensorFlow-Lite model as a graph: rows, columns and channels are dims 1 to 3, weights stand as OHWI. */
#ifndef DK_CONVERT_TFLITE_GRAPH_H
#define DK_CONVERT_TFLITE_GRAPH_H

#include "convert/graph.h"
#include "convert/tflite.h"

/* The model must outlive the graph, which lives in its arena. DK_ENOMEM. */
DK_CHECKED dk_status dk_tflite_graph(dk_graph **out, const dk_tflite *model, dk_error *err);

#endif
