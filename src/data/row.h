/* One row of a batch: which picture it is, read, augmented, with its truth. Rows depend on their ticket and
 * the confs only; the cache and the list of unreadable pictures make them faster, not different. */
#ifndef DK_DATA_ROW_H
#define DK_DATA_ROW_H

#include "data/cache.h"
#include "data/loader.h"
#include "data/order.h"
#include "data/skips.h"
#include "data/truth.h"

typedef struct {
    const dk_dataset *set;
    dk_loader_conf conf;
    dk_input_conf input;
    dk_augment_conf given, augment; /* for conf.augment_width; for conf.width */
    int rank, world;                /* world ≥ 1 */
    size_t floats;                  /* of a row: views·channels·height·width */
    size_t truth;                   /* floats of its truth; 0: the set has none */
    dk_cache *cache;
    dk_skips *skips;
} dk_row_source;

DK_CHECKED dk_status dk_row_source_open(dk_row_source *r, const dk_dataset *set, const dk_loader_conf *conf,
                                        dk_error *err);
/* Rows of another size from now on. No desk may be open. */
void dk_row_source_reshape(dk_row_source *r, int height, int width, dk_shape truth);
void dk_row_source_close(dk_row_source *r);

/* What a thread that fills rows has to itself. */
typedef struct {
    dk_order order;
    float *partner; /* [floats]: the picture that is mixed in; NULL where none ever is */
    float *beside;  /* [truth]: what is true of it */
} dk_row_desk;

DK_CHECKED dk_status dk_row_desk_open(dk_row_desk *desk, const dk_row_source *r, dk_error *err);
void dk_row_desk_close(dk_row_desk *desk); /* a zeroed one too */

/* Fills the pixels[floats] and truth[truth] (or NULL) of a ticket (loader.c) and tells the picture; −1 when
 * the row stays empty. Fails only for what no other picture would mend. */
DK_CHECKED dk_status dk_row_fill(const dk_row_source *r, dk_row_desk *desk, long ticket, float *pixels,
                                 float *truth, int *picture, dk_error *err);

#endif
