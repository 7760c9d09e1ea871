/* Decoded pictures kept in memory, up to a number of bytes. A picture that was put stays until the end and
 * never changes, so who got it may read it without a lock. Nothing is thrown out to make room: every epoch
 * visits every picture once, and then the part that stays is the part that is found again. */
#ifndef DK_DATA_CACHE_H
#define DK_DATA_CACHE_H

#include <stdbool.h>

#include "base/status.h"

typedef struct dk_cache dk_cache;

DK_CHECKED dk_status dk_cache_open(dk_cache **out, int pictures, size_t limit, dk_error *err);
void dk_cache_close(dk_cache *cache); /* accepts NULL */

/* The picture, or NULL. */
const dk_image *dk_cache_get(dk_cache *cache, int picture);

/* True: the cache has taken the picture. False: no room, or another thread was first; it stays the caller's.
 */
bool dk_cache_put(dk_cache *cache, int picture, dk_image *image);

#endif
