/* Memory of the engine is the host's memory, and its tensors are plain floats: ways in and out are copies. */
#include "backend/ref/ref.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

dk_status dk_ref_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    (void)be;
    const size_t line = 64, size = (bytes + line) / line * line; /* never 0 */
    *out = size < bytes ? NULL : aligned_alloc(line, size);
    if (*out == NULL) {
        return dk_no_memory(err, bytes, "the network");
    }
    memset(*out, 0, size);
    return DK_OK;
}

void dk_ref_free(dk_backend *be, void *memory) {
    (void)be;
    free(memory);
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
