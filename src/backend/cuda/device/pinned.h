/* Host memory that the card reaches by itself: copies from it run beside everything else. */
#ifndef DK_BACKEND_CUDA_PINNED_H
#define DK_BACKEND_CUDA_PINNED_H

#include "backend/cuda/device/engine.h"

typedef struct dk_cuda_pinned {
    void *memory;
    size_t bytes;
    struct dk_cuda_pinned *next;
} dk_cuda_pinned;

/* Whether these bytes are of a block of dk_cuda_host_alloc. */
bool dk_cuda_is_pinned(const dk_cuda *e, const void *memory, size_t bytes);

#endif
