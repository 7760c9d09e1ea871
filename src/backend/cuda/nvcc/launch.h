/* The words that kernels are written in, for nvcc. tests/sim/launch.h has the same ones for a simulated device; -I
 * picks. */
#ifndef DK_BACKEND_CUDA_LAUNCH_H
#define DK_BACKEND_CUDA_LAUNCH_H

#include <cuda_runtime.h>

#define DK_KERNEL static __global__ void
#define DK_DEVICE static __device__ __forceinline__
#define DK_BARRIER() __syncthreads()
/* An access to `bytes` at once: a simulated device checks it. */
#define DK_ALIGNED(at, bytes) ((void)0)
/* `name` points to `count` values that the threads of a block share. */
#define DK_SHARED(type, name, count) __shared__ type name[count]
/* Queues a kernel; a failure is told by cudaGetLastError, or comes out of a later wait. */
#define DK_LAUNCH(kernel, grid, block, stream, ...) (kernel)<<<grid, block, 0, stream>>>(__VA_ARGS__)

#endif
