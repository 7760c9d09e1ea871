/* A list of blocks; a piece is cut off the newest one. A piece too large for what is left gets a new block
 * (of its own size when it is large), and the rest of the old block stays unused. Blocks come from calloc,
 * hence every piece is zero. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ALIGN = 16, BLOCK = 16 * 1024 };

typedef struct block {
    struct block *next;
    size_t used, room; /* of the bytes that follow this header */
} block;

struct dk_arena {
    block *newest;
    long until_failure; /* 0: never; 1: the next request fails */
};

/* The header's size in whole units, so that what follows it is aligned as malloc's result is. */
static const size_t head = (sizeof(block) + ALIGN - 1) / ALIGN * ALIGN;

dk_arena *dk_arena_open(void) {
    return calloc(1, sizeof(dk_arena));
}

void dk_arena_close(dk_arena *arena) {
    if (arena == NULL) {
        return;
    }
    for (block *b = arena->newest; b != NULL;) {
        block *const next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

void dk_arena_fail_at(dk_arena *arena, long n) {
    arena->until_failure = n;
}

static bool fails(dk_arena *arena) {
    if (arena->until_failure > 1) {
        arena->until_failure--;
        return false;
    }
    return arena->until_failure == 1;
}

static block *block_for(dk_arena *arena, size_t bytes) {
    block *const newest = arena->newest;
    if (newest != NULL && bytes <= newest->room - newest->used) {
        return newest;
    }
    const size_t room = bytes > BLOCK ? bytes : BLOCK;
    block *const b = calloc(1, head + room);
    if (b == NULL) {
        return NULL;
    }
    b->room = room;
    b->next = newest;
    arena->newest = b;
    return b;
}

void *dk_arena_alloc(dk_arena *arena, size_t bytes) {
    if (fails(arena) || bytes > PTRDIFF_MAX - head - ALIGN) {
        return NULL;
    }
    const size_t whole = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    block *const b = block_for(arena, whole);
    if (b == NULL) {
        return NULL;
    }
    void *const piece = (char *)b + head + b->used;
    b->used += whole;
    return piece;
}

char *dk_arena_text(dk_arena *arena, const char *text) {
    return dk_arena_text_n(arena, text, strlen(text));
}

char *dk_arena_text_n(dk_arena *arena, const char *text, size_t n) {
    char *const copy = n < SIZE_MAX ? dk_arena_alloc(arena, n + 1) : NULL;
    if (copy != NULL) {
        memcpy(copy, text, n);
    }
    return copy;
}

char *dk_arena_format(dk_arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = dk_text_format(NULL, 0, format, args);
    char *const text = length < 0 ? NULL : dk_arena_alloc(arena, (size_t)length + 1);
    if (text != NULL) {
        dk_text_format(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    va_end(args);
    return text;
}

dk_status dk_no_memory(dk_error *err, size_t bytes, const char *what) {
    return dk_fail(err, DK_ENOMEM, "out of memory: %s needs %zu bytes", what, bytes);
}
