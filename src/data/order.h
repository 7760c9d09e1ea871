/* The order of pictures: position p of a run is picture order(epoch)[p mod count], epoch = p ÷ count. Every
 * thread has an order of its own, so nothing is shared and nothing locked.
 *
 * Balanced, every class has the same share of the positions of an epoch, whatever its number of pictures: those
 * of a small class come several times, those of a large one take turns over the epochs, and no picture comes
 * again before all others of its class have been.
 *
 * In a window, archives are read one behind the other, in an order of the epoch, so that a disk reads on without seeking:
 * a picture comes at most window − 1 places before its place in them, and stays behind it for as long as chance will have
 * it, `window` places in the mean. A window of the whole set is no window, but the order of any other set. */
#ifndef DK_DATA_ORDER_H
#define DK_DATA_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"

typedef struct {
    int count;
    uint64_t seed;
    long epoch;         /* that pictures[] is of; −1: none yet */
    uint32_t *pictures; /* NULL: not shuffled */
    int window;         /* 0: none */
    int groups;         /* classes that have pictures, or archives; 0: neither balanced nor in a window */
    uint32_t *members;  /* the pictures, group by group */
    uint32_t *turns;    /* the order within one class; of the archives */
    int *begin;         /* groups + 1 indices of members[] */
} dk_order;

DK_CHECKED dk_status dk_order_open(dk_order *order, int count, bool shuffle, uint64_t seed, dk_error *err);

/* After open with shuffle, for a set with labels. */
DK_CHECKED dk_status dk_order_balance(dk_order *order, const dk_dataset *set, dk_error *err);

/* After open with shuffle, for a set that lies in archives; for others, and for a window of 0 or of the whole set, it
 * changes nothing. */
DK_CHECKED dk_status dk_order_window(dk_order *order, const dk_dataset *set, int window, dk_error *err);

void dk_order_close(dk_order *order); /* a zeroed one too */

/* The picture at place i of an epoch; fast while the epoch stays. */
int dk_order_at(dk_order *order, long epoch, int i);

#endif
