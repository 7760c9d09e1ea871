/* Activations as nodes of ONNX (opset 13). */
#ifndef DK_CONVERT_ONNX_ACT_H
#define DK_CONVERT_ONNX_ACT_H

#include "backend/activation.h"
#include "convert/onnx_writer.h"

/* Nodes for y = act(x); their names begin with `name`. Every activation can be said. */
void dk_onnx_write_act(dk_onnx_writer *w, dk_act act, const char *x, const char *y, const char *name);

#endif
