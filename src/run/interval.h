/* How sure an accuracy is: its bootstrap interval. */
#ifndef DK_RUN_INTERVAL_H
#define DK_RUN_INTERVAL_H

#include <stdint.h>

typedef struct {
    double low, high; /* 0…1 */
} dk_interval;

/* The 95 % interval of the share hits / count: same seed, same answer. Without pictures, 0…0. */
dk_interval dk_interval_share(long hits, long count, uint64_t seed);

#endif
