/* Lists of pictures whose paths lead nowhere: what is probably wrong with them. */
#ifndef DK_DATA_LIST_PATHS_H
#define DK_DATA_LIST_PATHS_H

#include "base/text.h"
#include "data/dataset.h"

/* Bytes of a list that is read: ten million paths. */
#define DK_LIST_MOST ((size_t)1 << 30)

/* Looks for the first pictures of a list. When none of them is there, but would be if their paths were written
 * otherwise, DK_EDATA says how: paths in quotes, with a label behind them, relative to the list, of Windows … Otherwise
 * all is well: that pictures are missing is found when they are read. */
DK_CHECKED dk_status dk_list_check_paths(const char *list, const dk_sample *samples, int count,
                                         dk_error *err);

/* Appends a path as a line of a list. DK_EDATA when no list can hold it: line breaks end a line, and readers cut off white
 * space at its ends. */
DK_CHECKED dk_status dk_list_put(dk_buffer *list, const char *path, dk_error *err);

#endif
