/* Random numbers keyed by what they are for: dk_rng_key(seed, epoch, sample, purpose) always starts the same
 * stream, whichever thread or rank asks. The generator is SplitMix64 (Steele, Lea & Flood 2014); the key is
 * mixed with its finaliser. Not for secrets. */
#ifndef DK_BASE_RNG_H
#define DK_BASE_RNG_H

#include <stdint.h>

typedef struct {
    uint64_t state;
} dk_rng;

/* What a stream is for: two purposes with equal keys give independent streams. */
typedef enum {
    DK_RNG_INIT,
    DK_RNG_ORDER,
    DK_RNG_AUGMENT,
    DK_RNG_DROPOUT,
    DK_RNG_POLICY,
    DK_RNG_TEST,
    DK_RNG_BOOTSTRAP,
    DK_RNG_MIX
} dk_rng_purpose;

dk_rng dk_rng_key(uint64_t seed, uint64_t a, uint64_t b, dk_rng_purpose purpose);

uint64_t dk_rng_next(dk_rng *rng);                        /* all 64 bits */
float dk_rng_uniform(dk_rng *rng, float low, float high); /* low ≤ x < high */
uint32_t dk_rng_below(dk_rng *rng, uint32_t n);           /* 0 … n−1 without bias; n ≥ 1 */
float dk_rng_normal(dk_rng *rng);                         /* mean 0, variance 1 (Box–Muller) */
float dk_rng_beta(dk_rng *rng, float a, float b);         /* 0 … 1, mean a ÷ (a + b); a, b > 0 */
float dk_rng_scale(dk_rng *rng, float s); /* Darknet's rand_scale: U(1, s), inverted half the time */

/* The i-th number of a stream without the ones before it, 0 ≤ x < 1: what parallel loops use (dropout masks).
 */
float dk_rng_at(uint64_t key, uint64_t i);

/* Puts 0 … n−1 into order[] in random order (Fisher–Yates). */
void dk_rng_shuffle(dk_rng *rng, uint32_t *order, uint32_t n);

#endif
