/* The loader: threads decode, augment and fill batches ahead of the network. Sample number s of a run is
 * picture order(epoch)[s mod count] with epoch = s / count, so every epoch visits every picture once and a
 * batch may span two epochs; random numbers are keyed by (seed, epoch, place in its order) and do not depend
 * on the threads. A picture's partner in mixup and cutmix is the next one of the epoch's order.
 *
 * A picture that cannot be read is never replaced by black: training takes the next picture of the order
 * instead, validation leaves it out; both count and remember it. More than max_bad of the set is DK_EDATA. */
#ifndef DK_DATA_LOADER_H
#define DK_DATA_LOADER_H

#include "data/augment.h"
#include "data/dataset.h"
#include "data/stream.h"
#include "image/view.h"
#include "tensor/tensor.h"

/* Where batches lie; alloc NULL: where malloc puts them. It need not be zeroed, and is freed by who took it. */
typedef struct {
    dk_status (*alloc)(void *user, size_t bytes, void **out, dk_error *err);
    void (*free)(void *user, void *memory);
    void *user;
} dk_loader_memory;

typedef struct {
    int batch, channels, height, width;
    dk_shape truth; /* of the answer, for truths that are planes */
    const dk_input_conf *input;
    const dk_augment_conf *augment; /* NULL: none (validation) */
    int augment_width; /* that the augmentation counts its pixels for, scaled when it is not `width`; 0: width */
    const dk_view *views; /* without augment: what a row holds, view after view; NULL: one, the whole */
    int view_count;
    bool shuffle;  /* and go round for ever; false: once through, in order */
    bool balanced; /* with shuffle: as many pictures of every class (order.h) */
    int window;    /* with shuffle, of a set in archives: within so many (order.h); 0: all */
    long first;    /* with shuffle: the batch to begin with, as if those before it had been given */
    uint64_t seed;
    float label_smooth;     /* hit 1−ε, miss ε/(k−1) as Darknet */
    const int *flip_values; /* of values: factors of a mirrored picture, 1 or −1 each; NULL: 1 */
    long samples;           /* of the whole run, all ranks together, for augment_until; 0: nobody knows */
    int threads;            /* ≥ 1 */
    size_t cache;           /* bytes of decoded pictures to keep */
    dk_loader_memory memory;
    float max_bad;   /* share of unreadable pictures that is still tolerated */
    int rank, world; /* world 0 or 1: alone; else this rank takes samples rank, rank+world … of each batch */
} dk_loader_conf;

/* A stream of the pictures of a set. Rewinding and reshaping keep the cache and the list of unreadable pictures; closing
 * stops the threads. */
DK_CHECKED dk_status dk_loader_open(dk_stream **out, const dk_dataset *set, const dk_loader_conf *conf,
                                    dk_error *err);

#endif
