/* The arena: zeroed, aligned, never moved; and the failure that tests ask for. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/grow.h"

Test(base_arena, pieces_are_zero_aligned_and_apart) {
    dk_arena *const arena = dk_arena_open();
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = dk_arena_alloc(arena, i * 7);
        cr_assert_not_null(pieces[i]);
        cr_assert_eq((uintptr_t)pieces[i] % 16, 0);
        for (size_t k = 0; k < i * 7; k++) {
            cr_assert_eq(pieces[i][k], 0);
        }
        memset(pieces[i], (int)i + 1, i * 7);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < i * 7; k++) {
            cr_assert_eq(pieces[i][k], (unsigned char)(i + 1));
        }
    }
    dk_arena_close(arena);
    dk_arena_close(NULL);
}

Test(base_arena, large_and_impossible_pieces) {
    dk_arena *const arena = dk_arena_open();
    char *const large = dk_arena_alloc(arena, 3000000);
    cr_assert_not_null(large);
    large[2999999] = 1;
    cr_assert_null(dk_arena_alloc(arena, SIZE_MAX));
    cr_assert_null(dk_arena_alloc(arena, SIZE_MAX / 2));
    cr_assert_not_null(dk_arena_alloc(arena, 10), "a failure must not spoil the arena");
    dk_arena_close(arena);
}

Test(base_arena, texts) {
    dk_arena *const arena = dk_arena_open();
    cr_assert_str_eq(dk_arena_text(arena, "abc"), "abc");
    cr_assert_str_eq(dk_arena_text_n(arena, "abc", 2), "ab");
    cr_assert_str_eq(dk_arena_format(arena, "%s-%.2f", "x", 1.5), "x-1.50");
    dk_arena_close(arena);
}

Test(base_arena, fails_from_the_nth_request_on) {
    dk_arena *const arena = dk_arena_open();
    dk_arena_fail_at(arena, 3);
    cr_assert_not_null(dk_arena_alloc(arena, 1));
    cr_assert_not_null(dk_arena_text(arena, "x"));
    cr_assert_null(dk_arena_format(arena, "x"));
    cr_assert_null(dk_arena_alloc(arena, 1));
    dk_arena_fail_at(arena, 0);
    cr_assert_not_null(dk_arena_alloc(arena, 1));
    dk_arena_close(arena);
}

Test(base_arena, the_error_of_a_failed_allocation) {
    dk_error err = {0};
    cr_assert_eq(dk_no_memory(&err, 96, "the list of pictures"), DK_ENOMEM);
    cr_assert_str_eq(err.text, "out of memory: the list of pictures needs 96 bytes");
}

Test(base_grow, what_is_there_stays) {
    long *items = NULL;
    int room = 0;
    dk_error err = {0};
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(DK_GROW(items, i, room, "numbers", &err), DK_OK);
        cr_assert_gt(room, i);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++) {
        cr_assert_eq(items[i], i);
    }
    long *const before = items;
    cr_expect_eq(dk_grow(&items, room, &room, SIZE_MAX / 4, "numbers", &err), DK_ENOMEM);
    cr_expect_eq(items, before);
    free(items);
}
