/* Memory of the engine is the host's memory, and its tensors are plain floats: ways in and out are copies.
 * Blocks come from calloc, which leaves fresh pages of the kernel alone until they are used, and large ones ask for
 * pages of 2 MB: what a network touches in its first step would else be a quarter of a million faults. */
#include "backend/ref/ref.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"

enum { LINE = 64, LARGE = 1 << 22 };

/* A hint, for whole pages (4 KB; of some arm64 kernels 16 or 64): that the kernel does not follow it changes nothing but
 * the speed. */
static void ask_for_large_pages(char *memory, size_t bytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), before = (page - (uintptr_t)memory % page) % page;
    if (bytes >= LARGE) {
        (void)madvise(memory + before, (bytes - before) / page * page, MADV_HUGEPAGE);
    }
}

/* What calloc gave stands right before the memory, which begins at the next multiple of LINE. */
dk_status dk_ref_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    (void)be;
    const size_t room = bytes + 2 * (size_t)LINE;
    char *const block = room < bytes ? NULL : calloc(1, room);
    if (block == NULL) {
        *out = NULL;
        return dk_no_memory(err, bytes, "the network");
    }
    char *const memory = block + 2 * (size_t)LINE - (uintptr_t)block % LINE;
    memcpy(memory - sizeof block, &block, sizeof block);
    ask_for_large_pages(memory, bytes);
    *out = memory;
    return DK_OK;
}

void dk_ref_free(dk_backend *be, void *memory) {
    (void)be;
    if (memory != NULL) {
        void *block;
        memcpy(&block, (char *)memory - sizeof block, sizeof block);
        free(block);
    }
}

size_t dk_ref_bytes(dk_backend *be, const dk_tensor *t) {
    (void)be;
    return dk_shape_count(t->shape) * sizeof(float);
}

dk_status dk_ref_write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err) {
    (void)err;
    memcpy(to->data, host, dk_ref_bytes(be, to));
    return DK_OK;
}

dk_status dk_ref_read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err) {
    (void)err;
    memcpy(host, from->data, dk_ref_bytes(be, from));
    return DK_OK;
}

dk_status dk_ref_sum(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err) {
    (void)be;
    (void)err;
    assert(dk_shape_equal(into->shape, from->shape));
    float *sum = into->data;
    const float *x = from->data;
    for (size_t i = 0; i < dk_shape_count(into->shape); i++) {
        sum[i] += x[i];
    }
    return DK_OK;
}
