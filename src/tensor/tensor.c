/* Counting the values of a shape. A count too large for any machine saturates instead of wrapping round, so
 * that sums of bytes over a net stay larger than any limit they are compared with. */
#include "tensor/tensor.h"

#include <stdint.h>

static size_t times(size_t a, int b) {
    const size_t most = SIZE_MAX / 64;
    size_t product;
    return __builtin_mul_overflow(a, (size_t)b, &product) || product > most ? most : product;
}

size_t dk_shape_count(dk_shape s) {
    return times(dk_shape_each(s), s.n);
}

size_t dk_shape_each(dk_shape s) {
    return times(times((size_t)s.c, s.h), s.w);
}

bool dk_shape_equal(dk_shape a, dk_shape b) {
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}
