/* A model file of any format that is read, as a graph: what `import` opens. */
#ifndef DK_CONVERT_MODEL_FILE_H
#define DK_CONVERT_MODEL_FILE_H

#include "convert/onnx_graph.h"
#include "convert/tflite_graph.h"

typedef struct {
    dk_graph *graph;
    dk_tflite *tflite; /* one of the two */
    dk_onnx *onnx;
} dk_model_file;

/* A TensorFlow-Lite model begins as one, whatever its name; an ONNX model, which has no mark of its own, is called .onnx.
 * Errors: those of both formats. After a failure, dk_model_file_close gives back what there is. */
DK_CHECKED dk_status dk_model_file_open(dk_model_file *out, const char *path, dk_error *err);
void dk_model_file_close(dk_model_file *source); /* accepts a zeroed one */

#endif
