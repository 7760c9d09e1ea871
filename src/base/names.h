/* Where a name stands in a list, found in a time that does not grow with the list. */
#ifndef DK_BASE_NAMES_H
#define DK_BASE_NAMES_H

#include <stdint.h>

#include "base/arena.h"

typedef struct {
    const char *const *text; /* count names, which stay the caller's */
    int count;
    int again;      /* the first name that an earlier one equals; −1: each stands once */
    int32_t *slots; /* a power of 2, at least twice the count: an index, or −1 */
    size_t room;
} dk_names;

DK_CHECKED dk_status dk_names_make(dk_names *out, const char *const *names, int count, dk_arena *arena,
                                   dk_error *err);

/* The first name that is these n bytes; −1: there is none. */
int dk_names_find(const dk_names *names, const char *text, size_t n);

#endif
