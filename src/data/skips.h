/* The pictures that could not be read, each once, with the reason. All functions lock. */
#ifndef DK_DATA_SKIPS_H
#define DK_DATA_SKIPS_H

#include <stdbool.h>

#include "base/status.h"

typedef struct dk_skips dk_skips;

DK_CHECKED dk_status dk_skips_open(dk_skips **out, int pictures, dk_error *err);
void dk_skips_close(dk_skips *skips); /* accepts NULL */

bool dk_skips_has(dk_skips *skips, int picture);
DK_CHECKED dk_status dk_skips_add(dk_skips *skips, int picture, const char *reason, dk_error *err);

int dk_skips_count(dk_skips *skips);
const char *dk_skips_at(dk_skips *skips, int i, int *picture); /* the text stays where it is */

/* DK_EDATA, naming the number and the first of them, when they are more than this share of all. */
DK_CHECKED dk_status dk_skips_check(dk_skips *skips, float max_bad, dk_error *err);

#endif
