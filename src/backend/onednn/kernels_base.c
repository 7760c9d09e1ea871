/* The plain kernels for floats, and the choice among the sets. */
#define KERNELS dk_dnn_base
#define NAME "C"
#define LEVEL DK_ISA_BASE
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

/* The widest set of each type; each leads to the narrower ones. */
static const dk_dnn_kernels *const widest[DK_PRECISIONS] = {
    [DK_F32] = &dk_dnn_avx512, [DK_BF16] = &dk_dnn_avx512bf16};

const dk_dnn_kernels *dk_dnn_kernels_pick(dk_precision precision, dk_isa most) {
    const dk_dnn_kernels *k = widest[precision];
    while (k != NULL && k->isa > most) {
        k = k->narrower;
    }
    /* plain C could do bf16, but neither the library nor gradient.c would go with it */
    return k == &dk_dnn_base_bf16 ? NULL : k;
}

const dk_dnn_kernels *dk_dnn_kernels_for(const dk_dnn_kernels *best, int lanes, dk_act act) {
    const bool simple =
        act == DK_ACT_LINEAR || act == DK_ACT_RELU || act == DK_ACT_RELU6 || act == DK_ACT_LEAKY;
    while (best->narrower != NULL && (!simple || lanes % best->width != 0)) {
        best = best->narrower;
    }
    return best;
}
