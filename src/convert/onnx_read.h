/* Between the files that read an ONNX model: texts and values. */
#ifndef DK_CONVERT_ONNX_READ_H
#define DK_CONVERT_ONNX_READ_H

#include "convert/onnx.h"

/* A copy without control characters, cut where it is very long; NULL when memory is out. */
const char *dk_onnx_printable(const dk_onnx *m, const dk_pb *text);

/* The last field of this number in a message, which must be a text or a message; empty when there is none. */
DK_CHECKED dk_status dk_onnx_find_text(dk_pb message, int number, dk_pb *out, dk_error *err);

/* A value of a new name; room for it was counted before. */
DK_CHECKED dk_status dk_onnx_add_value(dk_onnx *m, const dk_pb *name, dk_onnx_value **out, dk_error *err);

/* One more dim; DK_ONNX_UNKNOWN is one. */
DK_CHECKED dk_status dk_onnx_add_dim(const dk_onnx *m, dk_onnx_value *v, int64_t dim, dk_error *err);

/* Dims, type and place of a tensor's values (TensorProto); dims of an input (TensorShapeProto). */
DK_CHECKED dk_status dk_onnx_read_tensor(const dk_onnx *m, dk_pb tensor, dk_onnx_value *v, dk_error *err);
DK_CHECKED dk_status dk_onnx_read_shape(const dk_onnx *m, dk_pb shape, dk_onnx_value *v, dk_error *err);

/* ---- onnx_tell.c: both return `status` ---- */

/* Appends " (node 3 Conv gives it)" to the error, or what else the node does. */
dk_status dk_onnx_tell_node(const dk_onnx *m, int index, const dk_pb *op, const char *does, dk_status status,
                            dk_error *err);

/* The same of the first node that reads the value of this name, if one does. */
dk_status dk_onnx_tell_reader(const dk_onnx *m, const dk_pb *name, dk_status status, dk_error *err);

#endif
