/* The skin as a lit surface: an ellipsoid with bells on it (nose, cheeks, folds …), and spots that are darker
 * or redder. */
#ifndef RELIEF_H
#define RELIEF_H

#include "anatomy.h"

/* Paints the head's skin into cairo's clip; scale is device pixels per face unit. */
void relief_paint(const struct pen *pen, const struct face *face, const struct anatomy *a, double scale);

#endif
