/* The shuffled order of each epoch: Fisher–Yates with a stream keyed by (seed, epoch).
 *
 * Balanced, with K classes and N positions in an epoch: before epoch e class r has had ⌊(e·N + r)/K⌋ turns, so
 * that each epoch is full (Hermite: Σ_r ⌊(x + r)/K⌋ = ⌊x⌋ for whole x) and shares differ by one at most. Turn g
 * of a class of n pictures is place g mod n of its own order number g ÷ n, keyed by (seed, g ÷ n, class).
 *
 * In a window of W, place i is filled with one of the places i … i + W − 1 of the archives' order, and that one takes what
 * was at place i: Fisher–Yates with a bounded reach, and the same as drawing from a buffer of W that is filled up again. */
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

static dk_status make_groups(dk_order *order, size_t count, size_t groups, dk_error *err) {
    const size_t turns = count > groups ? count : groups;
    order->members = malloc(count * sizeof *order->members);
    order->turns = malloc(turns * sizeof *order->turns);
    order->begin = malloc((groups + 1) * sizeof *order->begin);
    return order->members != NULL && order->turns != NULL && order->begin != NULL
               ? DK_OK
               : dk_no_memory(err, 2 * turns * sizeof *order->members, "the order of the pictures");
}

dk_status dk_order_balance(dk_order *order, const dk_dataset *set, dk_error *err) {
    DK_TRY(make_groups(order, (size_t)set->count, (size_t)set->classes, err));
    int filled = 0;
    for (int label = 0; label < set->classes; label++) {
        const int before = filled;
        for (int i = 0; i < set->count; i++) {
            if (set->samples[i].label == label) {
                order->members[filled++] = (uint32_t)i;
            }
        }
        if (filled > before) {
            order->begin[order->groups++] = before;
        }
    }
    order->begin[order->groups] = filled;
    return DK_OK;
}

static int by_place(const void *one, const void *other, void *user) {
    const dk_sample *const samples = user;
    const uint32_t a = samples[*(const uint32_t *)one].place, b = samples[*(const uint32_t *)other].place;
    return (a > b) - (a < b);
}

dk_status dk_order_window(dk_order *order, const dk_dataset *set, int window, dk_error *err) {
    const int archives = set->archive_count;
    if (archives == 0 || window <= 0 || window >= set->count) {
        return DK_OK;
    }
    DK_TRY(make_groups(order, (size_t)set->count, (size_t)archives, err));
    for (int i = 0; i < set->count; i++) {
        order->members[i] = (uint32_t)i;
    }
    qsort_r(order->members, (size_t)set->count, sizeof *order->members, by_place, set->samples);
    int filled = 0;
    for (int a = 0; a < archives; a++) { /* pictures may have been left out since */
        order->begin[a] = filled;
        while (filled < set->count && set->samples[order->members[filled]].place < set->archive_ends[a]) {
            filled++;
        }
    }
    order->begin[archives] = filled;
    order->groups = archives;
    order->window = window;
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
    const int classes = order->groups;
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

static void swap(uint32_t *a, uint32_t *b) {
    const uint32_t was = *a;
    *a = *b;
    *b = was;
}

static void fill_window(dk_order *order, long epoch) {
    dk_rng rng = dk_rng_key(order->seed, (uint64_t)epoch, 0, DK_RNG_ORDER);
    uint32_t *out = order->pictures;
    dk_rng_shuffle(&rng, order->turns, (uint32_t)order->groups);
    for (int g = 0; g < order->groups; g++) {
        const int *const begin = order->begin + order->turns[g];
        for (int i = begin[0]; i < begin[1]; i++) {
            *out++ = order->members[i];
        }
    }
    for (int i = 0; i < order->count; i++) {
        const int left = order->count - i, reach = left < order->window ? left : order->window;
        swap(&order->pictures[i], &order->pictures[i + (int)dk_rng_below(&rng, (uint32_t)reach)]);
    }
}

static void fill(dk_order *order, long epoch) {
    if (order->window > 0) {
        fill_window(order, epoch);
    } else if (order->groups > 0) {
        fill_balanced(order, epoch);
    } else {
        dk_rng rng = dk_rng_key(order->seed, (uint64_t)epoch, 0, DK_RNG_ORDER);
        dk_rng_shuffle(&rng, order->pictures, (uint32_t)order->count);
    }
}

int dk_order_at(dk_order *order, long epoch, int i) {
    if (order->pictures == NULL) {
        return i;
    }
    if (epoch != order->epoch) {
        fill(order, epoch);
    }
    order->epoch = epoch;
    return (int)order->pictures[i];
}
