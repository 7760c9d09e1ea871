/* Label files: one name a line. */
#ifndef DK_DATA_LABELS_H
#define DK_DATA_LABELS_H

#include <stdbool.h>

#include "base/arena.h"

/* Reads the lines, white space around them cut off, blank lines at the end passed over. unique: no name may
 * stand there twice. Errors, with file:line: a blank line before others, a name twice, no names at all. */
DK_CHECKED dk_status dk_labels_read(const char ***out, int *count, const char *path, bool unique,
                                    dk_arena *arena, dk_error *err);

#endif
