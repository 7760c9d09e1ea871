/* The engine `onednn`: float32 on the CPU over Intel's oneDNN 2.6 (C API v2, OpenMP), with kernels of our own
 * where the library has none or a slow one. Outside this folder only dk_engine_onednn is used; dnnl.h stays
 * inside. */
#ifndef DK_BACKEND_ONEDNN_ONEDNN_H
#define DK_BACKEND_ONEDNN_ONEDNN_H

#include "backend/backend.h"

extern const dk_engine dk_engine_onednn;

#endif
