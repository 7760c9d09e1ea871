/* Writing ONNX models: nodes, constants and inputs one after the other, then the file's bytes. Fields as in onnx.h. What
 * fails for want of memory is told once, by dk_onnx_writer_model. */
#ifndef DK_CONVERT_ONNX_WRITER_H
#define DK_CONVERT_ONNX_WRITER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

enum { DK_ONNX_WRITER_OPSET = 13 };

/* Zero-initialised is empty. */
typedef struct {
    dk_buffer graph, node, notes;
    int nodes;
    int opset; /* 0: DK_ONNX_WRITER_OPSET */
} dk_onnx_writer;

/* A node: begin, then inputs ("" leaves one out), outputs and attributes in any order, then end. */
void dk_onnx_begin(dk_onnx_writer *w, const char *op, const char *name);
void dk_onnx_in(dk_onnx_writer *w, const char *value);
void dk_onnx_out(dk_onnx_writer *w, const char *value);
void dk_onnx_attribute_int(dk_onnx_writer *w, const char *name, int64_t v);
void dk_onnx_attribute_float(dk_onnx_writer *w, const char *name, float v);
void dk_onnx_attribute_text(dk_onnx_writer *w, const char *name, const char *v);
void dk_onnx_attribute_ints(dk_onnx_writer *w, const char *name, const int *v, int count);
void dk_onnx_end(dk_onnx_writer *w);

/* A constant. rank 0: one number. */
void dk_onnx_floats(dk_onnx_writer *w, const char *name, const int *dims, int rank, const float *values);
void dk_onnx_int64s(dk_onnx_writer *w, const char *name, const int64_t *values, int count);

/* An input or output of float32; dims −1: N, any number. */
void dk_onnx_model_input(dk_onnx_writer *w, const char *name, const int *dims, int rank);
void dk_onnx_model_output(dk_onnx_writer *w, const char *name, const int *dims, int rank);

/* Metadata. */
void dk_onnx_write_note(dk_onnx_writer *w, const char *key, const char *value);

/* The file into out, which the caller frees. DK_ENOMEM. */
DK_CHECKED dk_status dk_onnx_writer_model(dk_onnx_writer *w, const char *name, dk_buffer *out, dk_error *err);
void dk_onnx_writer_free(dk_onnx_writer *w);

#endif
