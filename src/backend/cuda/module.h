/* What the program and darknet_cuda.so (device/) know of each other. NVIDIA's libraries take .1 s to be loaded, hence only
 * who opens the engine opens the module (module.c), which shows the one symbol below. */
#ifndef DK_BACKEND_CUDA_MODULE_H
#define DK_BACKEND_CUDA_MODULE_H

#include "backend/backend.h"

/* Counted up when what backend.h says changes its meaning; sizes tell the rest. */
enum { DK_CUDA_VERSION = 1 };

typedef struct {
    size_t version, size; /* DK_CUDA_VERSION, DK_CUDA_SIZE */
    dk_status (*open)(dk_backend **out, int card, int threads, dk_error *err);
    dk_status (*cards)(dk_device *list, int room, int *count, dk_error *err);
} dk_cuda_table;

/* Bytes of all that both sides read and write. */
#define DK_CUDA_SIZE                                                                                         \
    (sizeof(dk_cuda_table) + sizeof(dk_backend) + sizeof(dk_plan_desc) + sizeof(dk_args) + sizeof(dk_plan) + \
     sizeof(dk_update) + sizeof(dk_device))

extern DK_API const dk_cuda_table dk_cuda_module;

#endif
