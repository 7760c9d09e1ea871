/* The shuffled order of each epoch: Fisher–Yates with a stream keyed by (seed, epoch).
 *
 * Balanced, with K classes and N positions in an epoch: before epoch e class r has had ⌊(e·N + r)/K⌋ turns, so
 * that each epoch is full (Hermite: Σ_r ⌊(x + r)/K⌋ = ⌊x⌋ for whole x) and shares differ by one at most. Turn g
 * of a class of n pictures is place g mod n of its own order number g ÷ n, keyed by (seed, g ÷ n, class). */
#include "data/order.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"

dk_status dk_order_open(dk_order *order, int count, bool shuffle, uint64_t seed, dk_error *err) {
    *order = (dk_order){.count = count, .seed = seed, .epoch = -1};
    if (shuffle) {
        const size_t bytes = (size_t)count * sizeof *order->pictures;
        order->pictures = malloc(bytes);
        if (order->pictures == NULL) {
            return dk_no_memory(err, bytes, "the order of the pictures");
        }
    }
    return DK_OK;
}

dk_status dk_order_balance(dk_order *order, const dk_dataset *set, dk_error *err) {
    const size_t count = (size_t)set->count, classes = (size_t)set->classes;
    order->members = malloc(count * sizeof *order->members);
    order->turns = malloc(count * sizeof *order->turns);
    order->begin = malloc((classes + 1) * sizeof *order->begin);
    if (order->members == NULL || order->turns == NULL || order->begin == NULL) {
        return dk_no_memory(err, 2 * count * sizeof *order->members, "the order of the pictures");
    }
    int filled = 0;
    for (int label = 0; label < set->classes; label++) {
        const int before = filled;
        for (int i = 0; i < set->count; i++) {
            if (set->samples[i].label == label) {
                order->members[filled++] = (uint32_t)i;
            }
        }
        if (filled > before) {
            order->begin[order->classes++] = before;
        }
    }
    order->begin[order->classes] = filled;
    return DK_OK;
}

void dk_order_close(dk_order *order) {
    free(order->pictures);
    free(order->members);
    free(order->turns);
    free(order->begin);
    *order = (dk_order){0};
}

/* Puts the turns first … last−1 of a class to out. */
static void take_turns(dk_order *order, int class_index, long first, long last, uint32_t *out) {
    const uint32_t *const members = order->members + order->begin[class_index];
    const long n = order->begin[class_index + 1] - order->begin[class_index];
    for (long turn = first; turn < last; turn++) {
        if (turn == first || turn % n == 0) {
            dk_rng rng =
                dk_rng_key(order->seed, (uint64_t)(turn / n), (uint64_t)class_index + 1, DK_RNG_ORDER);
            dk_rng_shuffle(&rng, order->turns, (uint32_t)n);
        }
        *out++ = members[order->turns[turn % n]];
    }
}

static void fill_balanced(dk_order *order, long epoch) {
    const int classes = order->classes;
    uint32_t *out = order->pictures;
    for (int r = 0; r < classes; r++) {
        const long first = (epoch * order->count + r) / classes;
        const long last = ((epoch + 1) * order->count + r) / classes;
        take_turns(order, r, first, last, out);
        out += last - first;
    }
    dk_rng rng = dk_rng_key(order->seed, (uint64_t)epoch, 0, DK_RNG_ORDER);
    for (uint32_t i = (uint32_t)order->count; i > 1; i--) {
        const uint32_t k = dk_rng_below(&rng, i), other = order->pictures[k];
        order->pictures[k] = order->pictures[i - 1];
        order->pictures[i - 1] = other;
    }
}

int dk_order_at(dk_order *order, long epoch, int i) {
    if (order->pictures == NULL) {
        return i;
    }
    if (epoch != order->epoch && order->classes > 0) {
        fill_balanced(order, epoch);
    } else if (epoch != order->epoch) {
        dk_rng rng = dk_rng_key(order->seed, (uint64_t)epoch, 0, DK_RNG_ORDER);
        dk_rng_shuffle(&rng, order->pictures, (uint32_t)order->count);
    }
    order->epoch = epoch;
    return (int)order->pictures[i];
}
