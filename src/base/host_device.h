/* Functions that the host has and, where nvcc compiles them, a device, too. */
#ifndef DK_BASE_HOST_DEVICE_H
#define DK_BASE_HOST_DEVICE_H

#ifdef __CUDACC__
#define DK_BOTH static __host__ __device__ __forceinline__
#else
#define DK_BOTH static inline
#endif

#endif
