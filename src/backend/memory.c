/* Engines know tensors; a span is one of shape 1,1,1,n. */
#include "backend/memory.h"

#include <stdint.h>

size_t dk_piece(size_t *total, size_t bytes) {
    const size_t at = *total;
    *total += (bytes + 63) / 64 * 64;
    return at;
}

void *dk_piece_at(void *base, size_t offset) {
    return base == NULL ? NULL : (char *)base + offset;
}

static dk_tensor tensor_of(const float *span, size_t n) {
    return (dk_tensor){.data = (void *)(uintptr_t)span, .shape = {1, 1, 1, (int)n}};
}

dk_status dk_span_write(dk_backend *be, float *to, const float *host, size_t n, dk_error *err) {
    dk_tensor t = tensor_of(to, n);
    return be->write(be, &t, host, err);
}

dk_status dk_span_read(dk_backend *be, float *host, const float *from, size_t n, dk_error *err) {
    const dk_tensor t = tensor_of(from, n);
    return be->read(be, host, &t, err);
}

dk_status dk_span_next(dk_span_walk *w, dk_error *err) {
    const size_t most = sizeof w->host / sizeof *w->host;
    w->n = w->left < most ? w->left : most;
    DK_TRY(dk_span_read(w->backend, w->host, w->at, w->n, err));
    w->at += w->n;
    w->left -= w->n;
    return DK_OK;
}
