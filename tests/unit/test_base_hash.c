/* The hash: a function of bytes, length and seed, with few collisions. */
#include <criterion/criterion.h>

#include "base/hash.h"

static int compare(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

Test(base_hash, equal_bytes_are_equal_wherever_they_lie) {
    char room[64] = "xa picture of 23 bytes.";
    cr_assert_eq(dk_hash(room + 1, 22, 5), dk_hash("a picture of 23 bytes.", 22, 5));
}

Test(base_hash, every_bit_every_length_and_the_seed_count) {
    enum { BYTES = 19, CASES = BYTES * 8 + BYTES + 2 };
    uint8_t bytes[BYTES] = {0};
    uint64_t seen[CASES];
    int n = 0;
    for (int bit = 0; bit < BYTES * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        seen[n++] = dk_hash(bytes, BYTES, 0);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size <= BYTES; size++) {
        seen[n++] = dk_hash(bytes, size, 0);
    }
    seen[n++] = dk_hash(bytes, BYTES, 1);
    cr_assert_eq(n, CASES);
    qsort(seen, CASES, sizeof *seen, compare);
    for (int i = 1; i < CASES; i++) {
        cr_expect_neq(seen[i], seen[i - 1]);
    }
}
