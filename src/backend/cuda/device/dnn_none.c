/* In the place of dnn.c in an engine that is built without cuDNN: it takes nothing. */
#include "backend/cuda/device/conv.h"

static bool takes(dk_cuda_plan *p) {
    (void)p;
    return false;
}

const dk_cuda_way dk_cuda_way_dnn = {.name = "dnn", .takes = takes};
