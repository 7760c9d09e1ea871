/* The one symbol that darknet_cuda.so shows. */
#include "backend/cuda/device/engine.h"
#include "backend/cuda/module.h"

const dk_cuda_table dk_cuda_module = {
    .version = DK_CUDA_VERSION,
    .size = DK_CUDA_SIZE,
    .open = dk_cuda_open,
    .cards = dk_cuda_cards,
};
