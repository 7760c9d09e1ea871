/* Items of the vector kernels: floats. */
#include "backend/onednn/vector.h"

typedef float item;

INLINE vec get(const item *from) {
    return load(from);
}

INLINE void put(item *to, vec v) {
    store(to, v);
}

#define WIDEN NULL
#define NARROW NULL
#define PACK_INPUTS NULL
#define PACK_OUTPUTS NULL
