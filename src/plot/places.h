/* Where a plate with text may stand: of a few places around a face the one that hides least, and rather where it stood
 * on the frame before. */
#ifndef DK_PLOT_PLACES_H
#define DK_PLOT_PLACES_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/bgr.h"

enum { DK_PLACES_MOST = 8 };

/* What must not be hidden: faces and plates. */
typedef struct {
    int w, h; /* of the frame */
    dk_area *taken;
    int count, room;
} dk_places;

/* Begins a frame without faces. */
void dk_places_clear(dk_places *places, int w, int h);
DK_CHECKED dk_status dk_places_add(dk_places *places, dk_area area, dk_error *err);
void dk_places_free(dk_places *places);

/* Around a box, in order of preference. Both fill out[] with places of a plate of w×h pixels, `gap` off the box, and
 * return how many there are. */
int dk_places_label(dk_area box, int w, int h, int gap, dk_area out[DK_PLACES_MOST]);
int dk_places_chart(dk_area box, int w, int h, int gap, dk_area out[DK_PLACES_MOST]);

typedef struct {
    int which;    /* of the candidates */
    dk_area area; /* moved into the frame */
    double hides; /* share of it that lies on other faces and plates, 0 … (more than 1: on several) */
    double self;  /* share of it that lies on its own face, 0…1 */
} dk_place;

/* own: index of the plate's own face among taken; kept: the candidate taken on the frame before, −1: none. */
dk_place dk_places_choose(const dk_places *places, const dk_area *candidates, int count, int own, int kept);

#endif
