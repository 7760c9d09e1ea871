/* How much memory a run may take when nobody said so. */
#ifndef DK_RUN_MEMORY_H
#define DK_RUN_MEMORY_H

#include <stddef.h>

#include "backend/backend.h"

/* Bytes that the machine can give now without swapping: MemAvailable of /proc/meminfo, or less when a control
 * group (container, systemd slice) sets a lower limit. 0: nobody knows. */
size_t dk_memory_free(void);
/* The same as the files below a folder say it, which has a proc/ and a sys/ as / has: for tests. */
size_t dk_memory_free_below(const char *root);

/* The limit of an engine's nets: what was asked for, or for 0 what is free where they will lie; 0, "no limit", only when
 * nobody knows that. */
size_t dk_memory_limit(dk_backend *be, size_t asked);

/* What is left of a limit, at least 1, when so much is used; 0 stays "no limit". */
size_t dk_memory_rest(size_t limit, size_t used);

/* Host memory for what is no net: the limit, and what nets of so many bytes, which have a limit, take of it; all that is
 * free, and nothing, where they lie elsewhere. */
typedef struct {
    size_t limit, used;
} dk_memory_beside;
dk_memory_beside dk_memory_beside_nets(const dk_backend *be, size_t limit, size_t bytes);

#endif
