/* How much memory a run may take when nobody said so. */
#ifndef DK_RUN_MEMORY_H
#define DK_RUN_MEMORY_H

#include <stddef.h>

/* Bytes that the machine can give now without swapping: MemAvailable of /proc/meminfo, or less when a control
 * group (container, systemd slice) sets a lower limit. 0: nobody knows. */
size_t dk_memory_free(void);
/* The same as the files below a folder say it, which has a proc/ and a sys/ as / has: for tests. */
size_t dk_memory_free_below(const char *root);

/* The limit of a run: what was asked for, or for 0 what is free; 0, "no limit", only when nobody knows that. */
size_t dk_memory_limit(size_t asked);

/* What is left of a limit, at least 1, when so much is used; 0 stays "no limit". */
size_t dk_memory_rest(size_t limit, size_t used);

#endif
