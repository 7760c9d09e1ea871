/* What the two halves of the convolution share. Directions: `o` output channels, `c` input channels of the
 * group, `ky kx` the cell of the filter, `i j` rows and columns of the output. */
#ifndef DK_BACKEND_REF_CONV_H
#define DK_BACKEND_REF_CONV_H

#include "backend/ref/epilogue.h"

/* Output positions first ≤ j < end whose input position j·stride + offset lies in 0 … in − 1. */
typedef struct {
    int first, end;
} dk_ref_span;
dk_ref_span dk_ref_inside(int offset, int stride, int in, int out);

/* A row of sums in double: the second part of scratch. */
double *dk_ref_conv_row(const dk_ref_plan *p);

void dk_ref_conv_backward(const dk_ref_plan *p, const dk_args *a);

#endif
