/* Places pieces of memory by their lives; see memory.h. */
#include <stdint.h>

#include "net/memory.h"

enum { ALIGN = 64 };

static size_t aligned(size_t bytes) {
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static bool together(const dk_life *a, const dk_life *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest place where `life` meets none of the placed ones that are alive with it. */
static size_t lowest(const dk_life *life, dk_life *const *placed, int count) {
    size_t at = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < count; i++) {
            const dk_life *p = placed[i];
            if (together(life, p) && at < p->at + aligned(p->bytes) && p->at < at + aligned(life->bytes)) {
                at = p->at + aligned(p->bytes);
                moved = true;
            }
        }
    }
    return at;
}

size_t dk_lives_place(dk_life *lives, int count, dk_arena *arena) {
    dk_life **order = dk_arena_alloc(arena, (size_t)count * sizeof *order);
    size_t total = 0;
    if (!order) {
        return SIZE_MAX;
    }
    for (int i = 0; i < count; i++) { /* insertion by size: some hundred pieces at most */
        int k = i;
        for (; k > 0 && order[k - 1]->bytes < lives[i].bytes; k--) {
            order[k] = order[k - 1];
        }
        order[k] = &lives[i];
    }
    for (int i = 0; i < count; i++) {
        order[i]->at = lowest(order[i], order, i);
        const size_t end = order[i]->at + aligned(order[i]->bytes);
        total = end > total ? end : total;
    }
    return total;
}
