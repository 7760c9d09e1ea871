/* A 64-bit hash of bytes: to find what may be equal and to notice what has changed. Not against attackers. */
#ifndef DK_BASE_HASH_H
#define DK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The same on every machine that is little-endian. */
uint64_t dk_hash(const void *bytes, size_t size, uint64_t seed);

#endif
