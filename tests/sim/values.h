/* Values that products are of: float, or bf16 as its bits. */
#ifndef DK_TESTS_SIM_VALUES_H
#define DK_TESTS_SIM_VALUES_H

#include <cstddef>
#include <cstdint>
#include <cstring>

static inline size_t dk_sim_size(bool bf16) {
    return bf16 ? 2 : 4;
}

static inline float dk_sim_get(const void *at, size_t i, bool bf16) {
    if (!bf16) {
        return ((const float *)at)[i];
    }
    const uint32_t bits = (uint32_t)((const uint16_t *)at)[i] << 16;
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static inline void dk_sim_put(void *at, size_t i, bool bf16, float v) {
    if (!bf16) {
        ((float *)at)[i] = v;
        return;
    }
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    ((uint16_t *)at)[i] = v != v ? 0x7fc0 : (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
