/* A device that is not there: the entry points of the CUDA runtime, of cuBLAS and of cuDNN that the engine uses, on the host.
 *   memory.cpp  the device's memory, closed to the host but while simulated work runs; every block ends at a closed page
 *   stream.cpp  work waits in queues until somebody waits for it: a buffer that is reused too early shows
 *   blocks.cpp  the threads of a block, in changing orders: a missing barrier shows
 *   blas.cpp    products, in loops; what the manual refuses is refused
 *   dnn.cpp     convolutions, likewise
 *   card.cpp    what cards there are, and errors
 * The environment says what the device is like:
 *   DK_SIM_CARDS=1        how many; 0: none
 *   DK_SIM_DRIVER=new     old: too old for the runtime
 *   DK_SIM_CAPABILITY=90  times ten
 *   DK_SIM_MEMORY=2048    MB
 *   DK_SIM_SEED=1         of the orders of threads and blocks
 *   DK_SIM_FAIL=0         the kernel that fails, counted from 1
 *   DK_SIM_DNN=           missing: cuDNN does not start; refuses: every convolution; large: wants to work in too much
 *   DK_SIM_FAULT=         wait, order, barrier, index, align: a mistake to be found, as if the engine had made it */
#ifndef DK_TESTS_SIM_SIM_H
#define DK_TESTS_SIM_SIM_H

#include <cuda_runtime_api.h>

#include <functional>
#include <mutex>

long dk_sim_number(const char *name, long usual); /* of the environment */
bool dk_sim_fault(const char *kind);

/* Everything is done under this lock. */
std::recursive_mutex &dk_sim_lock();

/* What a mistake that no device would survive ends with. */
[[noreturn]] void dk_sim_stop(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The error that every call answers from now on; cudaSuccess: none. */
cudaError_t dk_sim_broken();
void dk_sim_break(cudaError_t error);
cudaError_t dk_sim_answer(cudaError_t error); /* remembers it for cudaGetLastError */

void dk_sim_door(bool open); /* the device's memory, to this process */
size_t dk_sim_used();
void dk_sim_queue(cudaStream_t stream, std::function<void()> work);
void dk_sim_drain(); /* all streams */

#endif
