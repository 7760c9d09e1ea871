/* Blocks of the card's memory, and of the host's that the card reaches by itself. */
#include "backend/cuda/device/engine.h"

#include <stdlib.h>

#include "base/arena.h"
#include "backend/cuda/device/pinned.h"

dk_status dk_cuda_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    const size_t room = bytes > 0 ? bytes : 1;
    *out = NULL;
    DK_TRY(dk_cuda_enter(e, err));
    if (cudaMalloc(out, room) != cudaSuccess) {
        const cudaError_t error = cudaGetLastError(); /* taken back, so that nobody else finds it */
        *out = NULL;
        return error == cudaErrorMemoryAllocation ? dk_no_memory(err, bytes, "the network, on the card")
                                                  : dk_cuda_check(error, "memory", err);
    }
    return dk_cuda_check(cudaMemsetAsync(*out, 0, room, e->stream), "memory", err);
}

/* Waits for what is queued, as cudaFree does. */
void dk_cuda_free(dk_backend *be, void *memory) {
    if (memory != NULL && dk_cuda_enter((dk_cuda *)be, NULL) == DK_OK) {
        (void)cudaFree(memory);
    }
}

dk_status dk_cuda_host_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    dk_cuda_pinned *block = malloc(sizeof *block);
    *out = NULL;
    if (block == NULL) {
        return dk_no_memory(err, sizeof *block, "a batch");
    }
    dk_status status = dk_cuda_enter(e, err);
    if (status == DK_OK && cudaMallocHost(out, bytes > 0 ? bytes : 1) != cudaSuccess) {
        (void)cudaGetLastError();
        *out = NULL;
        status = dk_no_memory(err, bytes, "a batch that the card can reach");
    }
    if (status != DK_OK) {
        free(block);
        return status;
    }
    *block = (dk_cuda_pinned){*out, bytes, e->pinned};
    e->pinned = block;
    return DK_OK;
}

void dk_cuda_host_free(dk_backend *be, void *memory) {
    dk_cuda *e = (dk_cuda *)be;
    for (dk_cuda_pinned **at = &e->pinned; *at != NULL; at = &(*at)->next) {
        dk_cuda_pinned *block = *at;
        if (block->memory == memory) {
            *at = block->next;
            (void)cudaFreeHost(memory);
            free(block);
            return;
        }
    }
}

bool dk_cuda_is_pinned(const dk_cuda *e, const void *memory, size_t bytes) {
    const uintptr_t at = (uintptr_t)memory;
    for (const dk_cuda_pinned *p = e->pinned; p != NULL; p = p->next) {
        const uintptr_t begin = (uintptr_t)p->memory;
        if (at >= begin && at - begin <= p->bytes && bytes <= p->bytes - (at - begin)) {
            return true;
        }
    }
    return false;
}

size_t dk_cuda_room(dk_backend *be) {
    size_t left = 0, all = 0;
    const bool known =
        dk_cuda_enter((dk_cuda *)be, NULL) == DK_OK && cudaMemGetInfo(&left, &all) == cudaSuccess;
    return known ? left : 0;
}
