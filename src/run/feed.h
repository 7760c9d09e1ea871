/* How an engine is fed with batches: where they lie, and how many threads make them when nobody said so. */
#ifndef DK_RUN_FEED_H
#define DK_RUN_FEED_H

#include "backend/backend.h"
#include "data/loader.h"

/* What the engine takes its inputs from fastest. The loader must be closed before the engine. */
dk_loader_memory dk_feed_memory(dk_backend *be);

/* One beside an engine that computes on the host's cores itself; beside a device all cores but that of its caller. */
int dk_feed_threads(const dk_backend *be);

#endif
