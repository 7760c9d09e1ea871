/* The engine `onednn`: float32 on the CPU over Intel's oneDNN 2.6 (C API v2, OpenMP), with kernels of our own
 * where the library has none or a slow one. Outside this folder only dk_onednn_open is used; dnnl.h stays
 * inside. */
#ifndef DK_BACKEND_ONEDNN_ONEDNN_H
#define DK_BACKEND_ONEDNN_ONEDNN_H

#include "backend/backend.h"

dk_status dk_onednn_open(dk_backend **out, int threads, dk_error *err);

#endif
