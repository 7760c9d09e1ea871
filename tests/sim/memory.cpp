/* The device's memory. A block is a mapping of its own that ends at a page nobody may touch, and is full of what no number
 * is until somebody writes (its beginning, at least). Host memory "of the runtime" is the host's. */
#include "sim.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

struct block {
    char *map, *at;
    size_t length; /* without the closed page */
};
static std::vector<block> blocks;
static size_t used;
static const size_t POISON =
    1 << 16; /* bytes of a block: to fill large ones would take longer than the tests */
static int depth;

static size_t page() {
    return (size_t)sysconf(_SC_PAGESIZE);
}

size_t dk_sim_used() {
    return used;
}

static size_t room() {
    return (size_t)dk_sim_number("DK_SIM_MEMORY", 2048) << 20;
}

void dk_sim_door(bool open) {
    if ((open ? depth++ : --depth) != 0) {
        return;
    }
    for (const block &b : blocks) {
        mprotect(b.map, b.length, open ? PROT_READ | PROT_WRITE : PROT_NONE);
    }
}

extern "C" {

cudaError_t cudaMalloc(void **out, size_t bytes) {
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    const size_t body = (bytes + 63) / 64 * 64, length = (body + page() - 1) / page() * page();
    if (dk_sim_broken() != cudaSuccess) {
        return dk_sim_broken();
    }
    if (body < bytes || length > room() || used > room() - length) {
        return dk_sim_answer(cudaErrorMemoryAllocation);
    }
    void *map = mmap(nullptr, length + page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) {
        return dk_sim_answer(cudaErrorMemoryAllocation);
    }
    memset(map, 0xff, length < POISON ? length : POISON);
    mprotect((char *)map + length, page(), PROT_NONE);
    mprotect(map, length, depth > 0 ? PROT_READ | PROT_WRITE : PROT_NONE);
    const size_t off = dk_sim_fault("align") && bytes < ((size_t)1 << 20) && body + 4 <= length ? 4 : 0;
    blocks.push_back({(char *)map, (char *)map + length - body - off, length});
    used += length;
    *out = blocks.back().at;
    return cudaSuccess;
}

cudaError_t cudaFree(void *memory) {
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    dk_sim_drain();
    for (size_t i = 0; i < blocks.size(); i++) {
        if (blocks[i].at == memory) {
            munmap(blocks[i].map, blocks[i].length + page());
            used -= blocks[i].length;
            blocks.erase(blocks.begin() + (long)i);
            return dk_sim_broken();
        }
    }
    return memory == nullptr ? dk_sim_broken() : dk_sim_answer(cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void **out, size_t bytes) {
    *out = bytes > room() ? nullptr : aligned_alloc(64, (bytes + 64) / 64 * 64);
    return *out != nullptr ? dk_sim_broken() : dk_sim_answer(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void *memory) {
    const std::lock_guard<std::recursive_mutex> hold(dk_sim_lock());
    dk_sim_drain(); /* copies of it may be on their way */
    free(memory);
    return dk_sim_broken();
}

cudaError_t cudaMemGetInfo(size_t *left, size_t *all) {
    *all = room();
    *left = room() - used;
    return dk_sim_broken();
}
}
