/* Leaving pictures out of a set by a list of their paths. */
#ifndef DK_DATA_EXCLUDE_H
#define DK_DATA_EXCLUDE_H

#include "data/dataset.h"

typedef struct {
    int listed, matched; /* paths of the list, each counted once; those that the set has */
    int left_out;        /* pictures */
} dk_excluded;

/* Takes the pictures that a list file names (one path a line, as in a data set's list) out of the set. Paths
 * are compared as text, but for "./" in front and doubled slashes. An empty list takes nothing; a list of
 * which no path is in the set is DK_EDATA, and so is one that leaves nothing. */
DK_CHECKED dk_status dk_dataset_exclude(dk_dataset *set, const char *list, dk_excluded *out, dk_error *err);

#endif
