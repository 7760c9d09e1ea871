/* A pointer is read and written by memcpy, since that to an array of any type is no void *. */
#include "base/grow.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

dk_status dk_grow(void *items, int count, int *room, size_t each, const char *what, dk_error *err) {
    void *array = NULL;
    if (count < *room) {
        return DK_OK;
    }
    const int more = *room == 0 ? 16 : *room > INT_MAX / 2 ? INT_MAX : 2 * *room;
    memcpy(&array, items, sizeof array);
    array = count < more ? reallocarray(array, (size_t)more, each) : NULL;
    if (array == NULL) {
        return dk_no_memory(err, (size_t)more * each, what);
    }
    memcpy(items, &array, sizeof array);
    *room = more;
    return DK_OK;
}
