/* What activations, their gradients and an engine's copies of weights are held in. A bf16 is the upper half of
 * a float32: the same range, 8 bits of precision instead of 24. Sums are taken in float32 either way, and
 * parameters, their gradients, statistics and losses stay float32. */
#ifndef DK_BACKEND_PRECISION_H
#define DK_BACKEND_PRECISION_H

#include <stdint.h>
#include <string.h>

#include "base/host_device.h"

typedef enum { DK_F32, DK_BF16, DK_PRECISIONS } dk_precision;

typedef uint16_t dk_bf16;

/* "f32", "bf16". */
const char *dk_precision_name(dk_precision precision);

DK_BOTH float dk_bf16_value(dk_bf16 b) {
    const uint32_t bits = (uint32_t)b << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The nearest; of two equally near the even one. NaN stays NaN. */
DK_BOTH dk_bf16 dk_bf16_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        return (dk_bf16)(bits >> 16 | 0x40); /* quiet, whatever the lower half was */
    }
    return (dk_bf16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
