/* The order of pictures: position p of a run is picture order(epoch)[p mod count], epoch = p ÷ count. Every
 * thread has an order of its own, so nothing is shared and nothing locked. */
#ifndef DK_DATA_ORDER_H
#define DK_DATA_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef struct {
    int count;
    uint64_t seed;
    long epoch;         /* that pictures[] is of; −1: none yet */
    uint32_t *pictures; /* NULL: not shuffled */
} dk_order;

DK_CHECKED dk_status dk_order_open(dk_order *order, int count, bool shuffle, uint64_t seed, dk_error *err);
void dk_order_close(dk_order *order); /* a zeroed one too */

/* The picture at place i of an epoch; fast while the epoch stays. */
int dk_order_at(dk_order *order, long epoch, int i);

#endif
