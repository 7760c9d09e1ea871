#include "support/spans.h"

#include <stdlib.h>

#include "backend/memory.h"

static void must(bool done) {
    if (!done) {
        abort();
    }
}

const float *span_copy(dk_backend *be, const float *at, size_t n) {
    static float *copies[5];
    static int next;
    float **const copy = &copies[next++ % 5];
    *copy = realloc(*copy, (n + 1) * sizeof **copy);
    must(*copy != NULL && (n == 0 || dk_span_read(be, *copy, at, n, NULL) == DK_OK));
    return *copy;
}

void span_put(dk_backend *be, float *at, const float *values, size_t n) {
    must(dk_span_write(be, at, values, n, NULL) == DK_OK);
}

void span_fill(dk_backend *be, float *at, float value, size_t n) {
    float *const values = malloc(n * sizeof *values);
    must(values != NULL);
    for (size_t i = 0; i < n; i++) {
        values[i] = value;
    }
    span_put(be, at, values, n);
    free(values);
}

const float *params_copy(const dk_net *net, const dk_params *params) {
    return span_copy(net->backend, params->values, params->count);
}
