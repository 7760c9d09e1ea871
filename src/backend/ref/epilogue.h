/* The epilogue of CONV DENSE NORM ACT ADD MUL, which follows their sums r:
 *   z = norm(r) | r + b | r,  y = act(z).
 * forward: the operation puts r into dk_ref_sums and calls dk_ref_finish. backward: dk_ref_undo turns dy into
 * dr and writes the gradients of biases and scales. */
#ifndef DK_BACKEND_REF_EPILOGUE_H
#define DK_BACKEND_REF_EPILOGUE_H

#include "backend/ref/ref.h"

/* For plan(): sets kept and scratch. */
void dk_ref_epilogue(dk_ref_plan *p, bool norm, bool bias, float momentum);

float *dk_ref_sums(const dk_ref_plan *p, const dk_args *a);
void dk_ref_finish(const dk_ref_plan *p, const dk_args *a);

/* dr, of y's shape, in the first bytes of scratch. */
const float *dk_ref_undo(const dk_ref_plan *p, const dk_args *a);

/* Of a normalisation: two doubles a channel in scratch; values a channel of the whole batch; sums over the ranks that
 * measure it together. */
double *dk_ref_channels(const dk_ref_plan *p);
double dk_ref_values(const dk_ref_plan *p, const dk_args *a);
void dk_ref_total(const dk_args *a, double *values, int n);

/* What one channel does to its sums: z = scale·inverse·(r − centre) + offset, inverse = 1/sqrt(σ² + ε). */
typedef struct {
    float centre, inverse, scale, offset;
} dk_ref_line;
dk_ref_line dk_ref_line_of(const dk_ref_plan *p, const dk_weights *w, int channel);
float dk_ref_line_at(const dk_ref_line *l, float r);

#endif
