/* Numbers of a keyed stream without the ones before them (rng.h), on the host and on devices. */
#ifndef DK_BASE_RNG_AT_H
#define DK_BASE_RNG_AT_H

#include <stdint.h>

#include "base/host_device.h"

#define DK_RNG_GOLDEN 0x9E3779B97F4A7C15u

/* SplitMix64's finaliser. */
DK_BOTH uint64_t dk_rng_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* The upper 24 bits, which a float holds exactly: 0 ≤ x < 1. */
DK_BOTH float dk_rng_unit(uint64_t bits) {
    return (float)(bits >> 40) * (1 / 16777216.f);
}

/* dk_rng_at. */
DK_BOTH float dk_rng_unit_at(uint64_t key, uint64_t i) {
    return dk_rng_unit(dk_rng_mix(key + (i + 1) * DK_RNG_GOLDEN));
}

#endif
