/* The plain kernels for floats, and the choice among the sets. */
#define KERNELS dk_dnn_base
#define NAME "C"
#define WIDEN NULL
#define NARROW NULL

typedef float item;

static inline float get(item x) {
    return x;
}

static inline item put(float x) {
    return x;
}

#include "backend/onednn/kernels_plain.h"

static bool avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

const dk_dnn_kernels *dk_dnn_kernels_pick(dk_precision precision) {
    __builtin_cpu_init();
    if (precision == DK_BF16) {
        return avx512() && __builtin_cpu_supports("avx512bf16") ? &dk_dnn_avx512bf16 : NULL;
    }
    if (avx512()) {
        return &dk_dnn_avx512;
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &dk_dnn_avx2 : &dk_dnn_base;
}

const dk_dnn_kernels *dk_dnn_kernels_for(const dk_dnn_kernels *best, int lanes, dk_act act) {
    const bool simple =
        act == DK_ACT_LINEAR || act == DK_ACT_RELU || act == DK_ACT_RELU6 || act == DK_ACT_LEAKY;
    while (best->narrower != NULL && (!simple || lanes % best->width != 0)) {
        best = best->narrower;
    }
    return best;
}
