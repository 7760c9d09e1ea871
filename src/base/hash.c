/* Eight bytes at a time: each word is multiplied, rotated into the state and multiplied again by odd constants;
 * the end mixes with SplitMix64's finaliser (rng.c has its source). The length goes into the start, so that
 * zeros at the end count. */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const uint64_t one = 0x9E3779B97F4A7C15u, other = 0xD6E8FEB86659FD93u; /* odd, bits well spread */

static uint64_t turn(uint64_t x) {
    return x << 29 | x >> 35;
}

static uint64_t finish(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t dk_hash(const void *bytes, size_t size, uint64_t seed) {
    const uint8_t *at = bytes;
    uint64_t state = finish(seed + one * ((uint64_t)size + 1));
    for (size_t left = size; left > 0;) {
        const size_t n = left < 8 ? left : 8;
        uint64_t word = 0;
        memcpy(&word, at, n);
        state = turn(state ^ word * one) * other;
        at += n;
        left -= n;
    }
    return finish(state);
}

dk_status dk_hash_file(uint64_t *hash, const char *path, size_t limit, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(path, limit, &bytes, &size, err));
    *hash = dk_hash(bytes, size, 0);
    free(bytes);
    return DK_OK;
}
