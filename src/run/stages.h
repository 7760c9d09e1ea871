/* Stages of a run: the size that the network learns at, over shares of the run. Small pictures first are cheap
 * (progressive resizing); validation and what is saved keep the cfg's own size. */
#ifndef DK_RUN_STAGES_H
#define DK_RUN_STAGES_H

#include "cfg/cfg.h"

enum { DK_STAGES = 16 };

typedef struct {
    struct {
        int size;     /* width of the input, in pixels */
        double until; /* share of the run at which it ends: rises to 1 */
    } stage[DK_STAGES];
    int count; /* 0: the cfg's size all along */
} dk_stages;

/* Reads "64:.2, 96:.65, 112:.15": size and share. text NULL: none. DK_EPARSE names the line: no such list, more
 * than DK_STAGES, shares that do not add up to 1. */
DK_CHECKED dk_status dk_stages_read(dk_stages *out, const char *text, const dk_section *s, dk_error *err);

/* The width at step `step` (0, 1, …) of `steps`; `width` where there are no stages. */
int dk_stages_width(const dk_stages *stages, long step, long steps, int width);

/* What the first `step` of `steps` steps cost, in input pixels of a square picture: the time they take grows with it. */
double dk_stages_cost(const dk_stages *stages, long step, long steps, int width);

#endif
