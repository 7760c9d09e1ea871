/* SplitMix64: the state counts up by the golden ratio · 2^64, and each number is the state put through a
 * finaliser that mixes all 64 bits (Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014, fig. 16). That the state is a plain count is what makes dk_rng_at possible. */
#include "base/rng.h"

#include <assert.h>
#include <math.h>

#include "base/rng_at.h"

dk_rng dk_rng_key(uint64_t seed, uint64_t a, uint64_t b, dk_rng_purpose purpose) {
    const uint64_t parts[] = {seed, a, b, (uint64_t)purpose};
    uint64_t state = 0;
    for (int i = 0; i < 4; i++) {
        state = dk_rng_mix(state + parts[i] + DK_RNG_GOLDEN);
    }
    return (dk_rng){.state = state};
}

uint64_t dk_rng_next(dk_rng *rng) {
    rng->state += DK_RNG_GOLDEN;
    return dk_rng_mix(rng->state);
}

float dk_rng_uniform(dk_rng *rng, float low, float high) {
    const float x = low + (high - low) * dk_rng_unit(dk_rng_next(rng));
    return x < high || low >= high ? x : nextafterf(high, low); /* the sum may round up to high */
}

/* Lemire, "Fast random integer generation in an interval" (2019): the upper half of r·n is the number; the
 * 2^32 mod n lowest lower halves are drawn again, so that each number has equally many r. */
uint32_t dk_rng_below(dk_rng *rng, uint32_t n) {
    assert(n >= 1);
    const uint32_t uneven = (0u - n) % n;
    uint64_t product;
    do {
        product = (dk_rng_next(rng) >> 32) * n;
    } while ((uint32_t)product < uneven);
    return (uint32_t)(product >> 32);
}

/* 53 bits: 0 < x ≤ 1, for logarithms. */
static double unit_above_0(dk_rng *rng) {
    return (double)((dk_rng_next(rng) >> 11) + 1) * 0x1p-53;
}

/* Box & Muller 1958: sqrt(−2 ln u) · cos(2π v), 0 < u ≤ 1. */
float dk_rng_normal(dk_rng *rng) {
    const double u = unit_above_0(rng);
    const double v = (double)(dk_rng_next(rng) >> 11) * 0x1p-53;
    return (float)(sqrt(-2 * log(u)) * cos(2 * M_PI * v));
}

/* The logarithm of a gamma variate of shape a: Marsaglia & Tsang, "A simple method for generating gamma
 * variables" (2000). For a ≥ 1: d·v with d = a − ⅓, v = (1 + x ÷ sqrt(9d))³, x normal, is kept when
 * ln u < x²/2 + d − d·v + d·ln v; for a < 1: that of a + 1 times u^(1/a). The logarithm, because the variate
 * of a small shape is itself too small for a number. */
static double log_gamma_variate(dk_rng *rng, double a) {
    const double boost = a < 1 ? log(unit_above_0(rng)) / a : 0;
    const double d = (a < 1 ? a + 1 : a) - 1 / 3.0;
    for (;;) {
        const double x = (double)dk_rng_normal(rng);
        const double root = 1 + x / sqrt(9 * d), v = root * root * root;
        if (root > 0 && log(unit_above_0(rng)) < x * x / 2 + d - d * v + d * log(v)) {
            return log(d * v) + boost;
        }
    }
}

/* X ÷ (X + Y) of two gamma variates. */
float dk_rng_beta(dk_rng *rng, float a, float b) {
    assert(a > 0 && b > 0);
    const double x = log_gamma_variate(rng, (double)a), y = log_gamma_variate(rng, (double)b);
    return (float)(1 / (1 + exp(y - x)));
}

float dk_rng_scale(dk_rng *rng, float s) {
    assert(s > 0);
    const float x = dk_rng_uniform(rng, fminf(1, s), fmaxf(1, s));
    return dk_rng_next(rng) >> 63 ? x : 1 / x;
}

float dk_rng_at(uint64_t key, uint64_t i) {
    return dk_rng_unit_at(key, i);
}

void dk_rng_shuffle(dk_rng *rng, uint32_t *order, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t j = dk_rng_below(rng, i + 1);
        order[i] = order[j]; /* the inside-out form: place j moves here, and i takes it */
        order[j] = i;
    }
}
