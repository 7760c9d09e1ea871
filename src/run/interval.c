/* The percentile bootstrap (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3): the
 * pictures are drawn anew with replacement 1000 times, and the middle 95 % of the shares that come out are
 * the interval. Only the number of hits matters, so a picture drawn is a hit when its index is below that
 * number. */
#include "run/interval.h"

#include <assert.h>
#include <stdlib.h>

#include "base/rng.h"

enum { RESAMPLES = 1000 };

static long resample(long hits, long count, uint64_t seed, uint64_t number) {
    dk_rng rng = dk_rng_key(seed, number, 0, DK_RNG_BOOTSTRAP);
    long found = 0;
    for (long i = 0; i < count; i++) {
        found += (long)dk_rng_below(&rng, (uint32_t)count) < hits;
    }
    return found;
}

static int compare(const void *a, const void *b) {
    const long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

dk_interval dk_interval_share(long hits, long count, uint64_t seed) {
    long found[RESAMPLES];
    assert(hits >= 0 && hits <= count && count <= INT32_MAX);
    if (count == 0) {
        return (dk_interval){0, 0};
    }
    for (int i = 0; i < RESAMPLES; i++) {
        found[i] = resample(hits, count, seed, (uint64_t)i);
    }
    qsort(found, RESAMPLES, sizeof *found, compare);
    const int tail = RESAMPLES / 40; /* 2.5 % on each side */
    return (dk_interval){(double)found[tail] / (double)count,
                         (double)found[RESAMPLES - 1 - tail] / (double)count};
}
