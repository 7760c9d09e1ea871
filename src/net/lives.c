/* Places pieces of memory by their lives; see memory.h. */
#include <stdint.h>
#include <stdlib.h>

#include "net/memory.h"

static size_t end_of(const dk_life *life) {
    size_t end = life->at;
    (void)dk_piece(&end, life->bytes);
    return end;
}

static bool together(const dk_life *a, const dk_life *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* To the lowest place where `life` meets none of the placed ones that are alive with it; those are in the order of their
 * places. */
static void lower(dk_life *life, dk_life *const *placed, int count) {
    life->at = 0;
    for (int i = 0; i < count; i++) {
        const dk_life *p = placed[i];
        if (together(life, p)) {
            if (p->at >= end_of(life)) {
                break;
            }
            life->at = end_of(p) > life->at ? end_of(p) : life->at;
        }
    }
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
        lower(life, placed, i);
        insert(life, placed, i);
        total = end_of(life) > total ? end_of(life) : total;
    }
    return total;
}
