/* The plain kernels for bf16: what the vector kernels leave over. */
#include "backend/onednn/kernels.h"

#define KERNELS dk_dnn_base_bf16
#define NAME "C bf16"
#define LEVEL DK_ISA_BASE
#define WIDEN widen
#define NARROW narrow

typedef dk_bf16 item;

static inline float get(item x) {
    return dk_bf16_value(x);
}

static inline item put(float x) {
    return dk_bf16_of(x);
}

static void widen(const void *from, float *to, size_t n) {
    const item *items = from;
    for (size_t i = 0; i < n; i++) {
        to[i] = get(items[i]);
    }
}

static void narrow(const float *from, void *to, size_t n) {
    item *items = to;
    for (size_t i = 0; i < n; i++) {
        items[i] = put(from[i]);
    }
}

#include "backend/onednn/kernels_plain.h"
