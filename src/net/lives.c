/* Places pieces of memory by their lives; see memory.h. */
#include <stdint.h>
#include <stdlib.h>

#include "net/memory.h"

enum { ALIGN = 64 };

static size_t aligned(size_t bytes) {
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static bool together(const dk_life *a, const dk_life *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest place where `life` meets none of the placed ones that are alive with it; those are in the order of their
 * places. */
static size_t lowest(const dk_life *life, dk_life *const *placed, int count) {
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        const dk_life *p = placed[i];
        if (together(life, p)) {
            if (p->at >= at + aligned(life->bytes)) {
                break;
            }
            const size_t end = p->at + aligned(p->bytes);
            at = end > at ? end : at;
        }
    }
    return at;
}

/* Puts a life that has its place among the placed ones. */
static void insert(dk_life *life, dk_life **placed, int count) {
    int i = count;
    for (; i > 0 && placed[i - 1]->at > life->at; i--) {
        placed[i] = placed[i - 1];
    }
    placed[i] = life;
}

/* Largest first; of equal ones in the order of the list. */
static int by_size(const void *a, const void *b) {
    const dk_life *const one = *(dk_life *const *)a, *const other = *(dk_life *const *)b;
    return one->bytes != other->bytes ? (one->bytes < other->bytes) - (one->bytes > other->bytes)
                                      : (one > other) - (one < other);
}

/* count² steps at most, short ones. */
size_t dk_lives_place(dk_life *lives, int count, dk_arena *arena) {
    const size_t n = (size_t)count;
    dk_life **order = dk_arena_alloc(arena, 2 * n * sizeof *order), **placed = order + n;
    size_t total = 0;
    if (!order) {
        return SIZE_MAX;
    }
    for (int i = 0; i < count; i++) {
        order[i] = &lives[i];
    }
    qsort(order, n, sizeof *order, by_size);
    for (int i = 0; i < count; i++) {
        dk_life *const life = order[i];
        life->at = lowest(life, placed, i);
        insert(life, placed, i);
        const size_t end = life->at + aligned(life->bytes);
        total = end > total ? end : total;
    }
    return total;
}
