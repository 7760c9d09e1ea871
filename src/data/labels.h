/* Label files, one name a line, and the search for labels in paths. */
#ifndef DK_DATA_LABELS_H
#define DK_DATA_LABELS_H

#include <stdbool.h>

#include "base/names.h"

/* Reads the lines, white space around them cut off, blank lines at the end passed over; only the first `most` count (0:
 * all). *lines: how many there are. unique: no name may stand there twice, in one spelling or two. Errors, with
 * file:line: a blank line before others, a name twice, no names at all. */
DK_CHECKED dk_status dk_labels_read(const char ***out, int *lines, const char *path, int most, bool unique,
                                    dk_arena *arena, dk_error *err);

/* Labels in the spelling in which they are looked for (base/unicode.h). */
typedef struct {
    const char *const *text; /* count, then NULL */
    int count;
    dk_names names;  /* of text */
    size_t *lengths; /* that labels have, rising */
    int length_count;
    const char *odd; /* the first that is no UTF-8, so that no other spelling of it is known; or NULL */
} dk_label_table;

DK_CHECKED dk_status dk_label_table_make(dk_label_table *out, const char *const *labels, int count,
                                         dk_arena *arena, dk_error *err);

/* The label of a path that is spelt as the table is: the folder nearest to the file that equals one, else the one that is a
 * part of the path. Its index, −1 none, −2 several. */
int dk_label_of(const char *path, const dk_label_table *table);

/* The label of a path in any spelling, by the rule of dk_label_of. */
DK_CHECKED dk_status dk_label_find(int *label, const char *path, const dk_label_table *table, dk_error *err);

/* The label that one of the path's folders was probably meant to be, or NULL. */
const char *dk_label_near(const char *path, const dk_label_table *table);

#endif
