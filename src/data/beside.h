/* Files that belong to a picture: where its numbers or its mask lie. As for Darknet's detectors, labels/x.txt for
 * images/x.png; else beside the picture. */
#ifndef DK_DATA_BESIDE_H
#define DK_DATA_BESIDE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

typedef struct {
    const char *folder;        /* in place of the last folder called `images`: "labels" */
    const char *there, *close; /* endings in that folder and beside the picture: ".txt" */
} dk_beside;

/* The first that is there of both; DK_EDATA names what was looked for. The arena keeps the path. */
DK_CHECKED dk_status dk_beside_find(const char **out, const char *picture, const dk_beside *where,
                                    dk_arena *arena, dk_error *err);

/* Whether a path is such a file, by its name: it ends as they do beside a picture, or lies in their folder, which has a
 * folder `images` beside it; a set may lie below one that is called so, too. */
bool dk_beside_is(const char *path, const dk_beside *where);

#endif
