/* Where pieces of memory are placed: never two alive ones in one place, none higher than it must be, and fast for as many
 * as a network can have. */
#include <criterion/criterion.h>

#include "base/rng.h"
#include "net/memory.h"

enum { MOST = 10001 };

static dk_life lives[MOST];

static bool collide(const dk_life *a, size_t at, const dk_life *b) {
    return a->first <= b->last && b->first <= a->last && at < b->at + (b->bytes + 63) / 64 * 64 &&
           b->at < at + (a->bytes + 63) / 64 * 64;
}

static size_t place(int count) {
    dk_arena *const arena = dk_arena_open();
    const size_t total = dk_lives_place(lives, count, arena);
    dk_arena_close(arena);
    return total;
}

Test(net_lives, random_lives_are_apart_and_low) {
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    for (int round = 0; round < 50; round++) {
        const int count = 1 + (int)dk_rng_below(&rng, 60);
        for (int i = 0; i < count; i++) {
            const int first = (int)dk_rng_below(&rng, 30);
            lives[i] = (dk_life){.bytes = dk_rng_below(&rng, 5) * 50,
                                 .first = first,
                                 .last = first + (int)dk_rng_below(&rng, 10)};
        }
        const size_t total = place(count);
        size_t top = 0;
        for (int i = 0; i < count; i++) {
            const dk_life *const a = &lives[i];
            top = a->at + (a->bytes + 63) / 64 * 64 > top ? a->at + (a->bytes + 63) / 64 * 64 : top;
            bool held = a->at == 0; /* by one that is at least as large and ends where this begins */
            for (int j = 0; j < count; j++) {
                cr_assert(i == j || !collide(a, a->at, &lives[j]), "%d and %d of round %d", i, j, round);
                held |= i != j && lives[j].at + (lives[j].bytes + 63) / 64 * 64 == a->at &&
                        lives[j].bytes >= a->bytes;
            }
            cr_assert(held, "%d of round %d hangs in the air", i, round);
        }
        cr_assert_eq(total, top);
    }
}

Test(net_lives, all_layers_of_the_largest_network, .timeout = 20) {
    for (int i = 0; i < MOST; i++) {
        lives[i] = (dk_life){.bytes = (size_t)(i % 100) * 64, .first = 0, .last = MOST};
    }
    cr_assert_gt(place(MOST), (size_t)MOST * 48 * 64);
}
