/* The words that kernels are written in (src/backend/cuda/nvcc/launch.h), for a simulated device: g++ compiles the same
 * sources, and every thread of a block is a function that may wait at a barrier. */
#ifndef DK_TESTS_SIM_LAUNCH_H
#define DK_TESTS_SIM_LAUNCH_H

#include <driver_types.h>
#include <vector_types.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <tuple>

extern uint3 blockIdx, threadIdx;
extern dim3 blockDim, gridDim;
void dk_sim_barrier(int line);
void dk_sim_aligned(const void *at, size_t bytes);
void *dk_sim_shared(const void *key, size_t bytes);
void dk_sim_launch(const char *kernel, dim3 grid, dim3 block, cudaStream_t stream,
                   std::function<void()> thread);

#define DK_KERNEL static void
#define DK_DEVICE static inline
#define DK_BARRIER() dk_sim_barrier(__LINE__)
#define DK_ALIGNED(at, bytes) dk_sim_aligned(at, bytes)
#define DK_SHARED(type, name, count)                                                                         \
    static const char name##_key = 0;                                                                        \
    type *const name = (type *)dk_sim_shared(&name##_key, sizeof(type) * (count))
#define DK_LAUNCH(kernel, grid, block, stream, ...)                                                          \
    dk_sim_call(#kernel, kernel, grid, block, stream, __VA_ARGS__)

/* Arguments are copied when the kernel is queued, as a device does. */
template <typename... P, typename... A>
void dk_sim_call(const char *name, void (*kernel)(P...), dim3 grid, dim3 block, cudaStream_t stream,
                 A... arguments) {
    const std::tuple<P...> all(arguments...);
    dk_sim_launch(name, grid, block, stream, [=] { std::apply(kernel, all); });
}

#endif
