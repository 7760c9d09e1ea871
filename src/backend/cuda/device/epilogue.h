/* What follows the sums r of CONV DENSE NORM ACT ADD MUL: z = norm(r) | r + b | r, y = act(z). forward: the operation puts r
 * into dk_cuda_sums and calls dk_cuda_tail_finish. backward: dk_cuda_tail_undo turns dy into dr and writes the gradients of
 * biases and scales. kept (where norm or act needs it for backward): r, then the lines of the normalisation. */
#ifndef DK_BACKEND_CUDA_EPILOGUE_H
#define DK_BACKEND_CUDA_EPILOGUE_H

#include "backend/cuda/device/engine.h"

void dk_cuda_tail_plan(dk_cuda_plan *p, bool norm, bool bias, float momentum);
void *dk_cuda_sums(const dk_cuda_plan *p, const dk_args *a);
void dk_cuda_tail_finish(const dk_cuda_plan *p, const dk_args *a);
const void *dk_cuda_tail_undo(const dk_cuda_plan *p,
                              const dk_args *a); /* dr, of y's shape and the plan's form */

#endif
