/* Engines as a device is: their memory is open while one of the seam's calls runs that computes or copies, and closed to
 * everybody in between, so that a test which makes others touch it ends there. A block ends at a page that is never open,
 * up to the 63 bytes that its alignment wants, which must stay as they are. When an engine is closed, all must have been
 * given back.
 *
 * Programs of this folder are linked so that dk_backend_open opens such an engine. */
#ifndef TESTS_GUARD_GUARD_H
#define TESTS_GUARD_GUARD_H

#include "backend/backend.h"

extern size_t guard_room;  /* bytes that the memory of an engine opened from now on has free */
extern int guard_fed_most; /* blocks of host memory that one engine had given out at a time */

#endif
