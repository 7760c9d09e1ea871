/* Arrays that grow: room for items of one size, from malloc, which doubles when it is used up. */
#ifndef DK_BASE_GROW_H
#define DK_BASE_GROW_H

#include <stddef.h>

#include "base/status.h"

/* Room for one more item behind the `count` that `items`, NULL at first, holds; `what` names them for DK_ENOMEM. The
 * caller frees the items, also after a failure. */
#define DK_GROW(items, count, room, what, err) dk_grow(&(items), count, &(room), sizeof *(items), what, err)

/* items: the address of the pointer to the array. */
DK_CHECKED dk_status dk_grow(void *items, int count, int *room, size_t each, const char *what, dk_error *err);

#endif
