/* Memory that is given back all at once: names, sections, confs, tables of a net. Blocks grow as needed and
 * never move; there is no free of a single piece. Every piece is zeroed and aligned to 16 bytes.
 * Numbers (weights, activations) do not live here but in a backend's memory. */
#ifndef DK_BASE_ARENA_H
#define DK_BASE_ARENA_H

#include <stddef.h>

#include "base/status.h"

typedef struct dk_arena dk_arena;

/* NULL when memory is out. */
dk_arena *dk_arena_open(void);
void dk_arena_close(dk_arena *arena); /* accepts NULL */

/* A zeroed piece of `bytes` (0 gives a valid pointer); NULL when memory is out. */
void *dk_arena_alloc(dk_arena *arena, size_t bytes);

/* A copy of the text, or of its first n bytes with a closing 0. NULL when memory is out. */
char *dk_arena_text(dk_arena *arena, const char *text);
char *dk_arena_text_n(dk_arena *arena, const char *text, size_t n);

/* A formatted text. NULL when memory is out. */
char *dk_arena_format(dk_arena *arena, const char *format, ...) DK_PRINTF(2, 3);

/* For tests: the request number n from now (1 is the next) and all after it fail; 0 switches this off. */
void dk_arena_fail_at(dk_arena *arena, long n);

/* The error that a NULL from any allocation becomes. `what` names the thing, as in "the list of pictures". */
dk_status dk_no_memory(dk_error *err, size_t bytes, const char *what);

#endif
