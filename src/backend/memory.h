/* Memory of an engine, seen from the host: pieces that share a block, and spans of plain floats. */
#ifndef DK_BACKEND_MEMORY_H
#define DK_BACKEND_MEMORY_H

#include "backend/backend.h"

/* Adds a piece of `bytes` to a block of *total bytes; its offset, a multiple of 64. */
size_t dk_piece(size_t *total, size_t bytes);

/* base + offset of a piece; NULL where there is no block. */
void *dk_piece_at(void *base, size_t offset);

/* n floats of the engine from and to the host. */
DK_CHECKED dk_status dk_span_write(dk_backend *be, float *to, const float *host, size_t n, dk_error *err);
DK_CHECKED dk_status dk_span_read(dk_backend *be, float *host, const float *from, size_t n, dk_error *err);

/* A walk over a span of any length. It begins as {.backend, .at, .left}; each step, while something is left, brings the
 * next n values to the host. */
typedef struct {
    dk_backend *backend;
    const float *at; /* behind those of the host */
    size_t left, n;
    float host[4096];
} dk_span_walk;
DK_CHECKED dk_status dk_span_next(dk_span_walk *w, dk_error *err);

#endif
