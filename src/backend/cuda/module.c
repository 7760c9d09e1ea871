/* The engine `cuda`: opens darknet_cuda.so, which makes it. */
#include "backend/cuda/module.h"

#include <unistd.h>

#include "base/module.h"

static const dk_module module = {.file = "darknet_cuda.so",
                                 .symbol = "dk_cuda_module",
                                 .version = DK_CUDA_VERSION,
                                 .size = DK_CUDA_SIZE,
                                 .how = "`make CUDA=1` builds it, where nvcc and cuBLAS are"};

static const dk_cuda_table *table(dk_error *err) {
    return dk_module_find(&module, "engine cuda", err);
}

static dk_status open_card(dk_backend **out, int card, int threads, dk_error *err) {
    const dk_cuda_table *functions = table(err);
    *out = NULL;
    return functions != NULL ? functions->open(out, card, threads, err) : DK_EUNSUPPORTED;
}

static dk_status open(dk_backend **out, int threads, dk_error *err) {
    return open_card(out, 0, threads, err);
}

static dk_status cards(dk_device *list, int room, int *count, dk_error *err) {
    const dk_cuda_table *functions = table(err);
    *count = 0;
    return functions != NULL ? functions->cards(list, room, count, err) : DK_EUNSUPPORTED;
}

/* A driver has made its files, on Linux or for Linux inside Windows: this takes microseconds, the module .1 s. */
static bool likely(void) {
    return access("/dev/nvidiactl", F_OK) == 0 || access("/dev/dxg", F_OK) == 0;
}

const dk_engine dk_engine_cuda = {
    .name = "cuda",
    .most = DK_ISA_BASE,
    .open = open,
    .open_device = open_card,
    .devices = cards,
    .likely = likely,
};
