/* The shuffled order of each epoch: Fisher–Yates with a stream keyed by (seed, epoch). */
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

void dk_order_close(dk_order *order) {
    free(order->pictures);
    order->pictures = NULL;
}

int dk_order_at(dk_order *order, long epoch, int i) {
    if (order->pictures == NULL) {
        return i;
    }
    if (epoch != order->epoch) {
        dk_rng rng = dk_rng_key(order->seed, (uint64_t)epoch, 0, DK_RNG_ORDER);
        dk_rng_shuffle(&rng, order->pictures, (uint32_t)order->count);
        order->epoch = epoch;
    }
    return (int)order->pictures[i];
}
