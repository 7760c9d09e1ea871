/* A 64-bit hash of bytes: to find what may be equal and to notice what has changed. Not against attackers. */
#ifndef DK_BASE_HASH_H
#define DK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* The same on every machine that is little-endian. */
uint64_t dk_hash(const void *bytes, size_t size, uint64_t seed);

/* Of all bytes of a regular file, with seed 0. Errors: those of dk_file_read. */
DK_CHECKED dk_status dk_hash_file(uint64_t *hash, const char *path, size_t limit, dk_error *err);

#endif
