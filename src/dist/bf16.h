/* bf16, the upper half of a float, as ranks send it. */
#ifndef DK_DIST_BF16_H
#define DK_DIST_BF16_H

#include <stdint.h>
#include <string.h>

/* To the nearest, of two to the even one; NaN stays NaN. */
static inline uint16_t dk_bf16_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
    return (uint16_t)((value != value ? bits | 0x400000 : rounded) >> 16);
}

static inline float dk_bf16_value(uint16_t half) {
    const uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float dk_bf16_round(float value) {
    return dk_bf16_value(dk_bf16_of(value));
}

#endif
