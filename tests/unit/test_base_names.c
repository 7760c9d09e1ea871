/* Names in a table: found where a search from the beginning would find them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/names.h"

static int find(const dk_names *names, const char *text) {
    return dk_names_find(names, text, strlen(text));
}

Test(base_names, finds_the_first_of_each_and_nothing_else) {
    static const char *const words[] = {"sad", "happy", "sa", "sad", "", "a\nb"};
    dk_arena *const arena = dk_arena_open();
    dk_names names;
    cr_assert_eq(dk_names_make(&names, words, 6, arena, NULL), DK_OK);
    cr_expect(find(&names, "sad") == 0 && find(&names, "happy") == 1 && find(&names, "sa") == 2);
    cr_expect(find(&names, "") == 4 && find(&names, "a\nb") == 5);
    cr_expect(find(&names, "s") == -1 && find(&names, "sadd") == -1 && find(&names, "HAPPY") == -1);
    cr_expect_eq(dk_names_find(&names, "sadness", 3), 0, "only the bytes that are meant count");
    cr_expect_eq(names.again, 3);
    cr_assert_eq(dk_names_make(&names, words, 3, arena, NULL), DK_OK);
    cr_expect_eq(names.again, -1);
    cr_assert_eq(dk_names_make(&names, words, 0, arena, NULL), DK_OK);
    cr_expect_eq(find(&names, "sad"), -1);
    dk_arena_close(arena);
}

Test(base_names, memory_that_is_out_is_an_error) {
    static const char *const words[] = {"a"};
    dk_arena *const arena = dk_arena_open();
    dk_names names;
    dk_arena_fail_at(arena, 1);
    cr_expect_eq(dk_names_make(&names, words, 1, arena, NULL), DK_ENOMEM);
    dk_arena_close(arena);
}
