/* What faces show, while they are there. */
#include <criterion/criterion.h>

#include "live/moods.h"

static dk_arena *arena;
static dk_moods moods;

static void open(void) {
    arena = dk_arena_open();
    cr_assert_eq(dk_moods_open(&moods, 2, arena, NULL), DK_OK);
}

static void close(void) {
    dk_arena_close(arena);
}

TestSuite(live_moods, .init = open, .fini = close);

static void keep(int first, int second) {
    dk_moods_keep(&moods, (dk_face[]){{.id = first}, {.id = second}}, second > 0 ? 2 : 1);
}

Test(live_moods, each_face_has_its_own) {
    keep(7, 3);
    dk_mood_add(dk_moods_find(&moods, 3), (float[]){.1f, .9f}, 0, 0);
    dk_mood_add(dk_moods_find(&moods, 7), (float[]){.8f, .2f}, 0, 0);
    keep(3, 7);
    cr_expect_eq(dk_moods_find(&moods, 3)->label, 1);
    cr_expect_eq(dk_moods_find(&moods, 7)->label, 0);
    cr_expect_null(dk_moods_find(&moods, 1));
    cr_expect_null(dk_moods_find(&moods, 0), "a free place is nobody's");
}

Test(live_moods, a_face_that_left_takes_its_label_with_it) {
    keep(1, 2);
    dk_mood_add(dk_moods_find(&moods, 1), (float[]){0, 1}, 0, 0);
    keep(2, 0);
    cr_expect_null(dk_moods_find(&moods, 1));
    keep(2, 1);
    cr_expect(!dk_moods_find(&moods, 1)->any && dk_moods_find(&moods, 1)->label == -1);
}

Test(live_moods, a_note_forgets_what_was_shown) {
    keep(1, 0);
    dk_mood_add(dk_moods_find(&moods, 1), (float[]){0, 1}, 0, 0);
    dk_moods_keep(&moods, &(dk_face){.id = 1, .note = "too dark"}, 1);
    cr_expect(!dk_moods_find(&moods, 1)->any);
}

Test(live_moods, there_is_room_for_all_that_are_followed_again_and_again) {
    dk_face faces[DK_TRACKS] = {0};
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < DK_TRACKS; i++) {
            faces[i].id = 1 + i + round * DK_TRACKS;
        }
        dk_moods_keep(&moods, faces, DK_TRACKS);
        cr_expect_not_null(dk_moods_find(&moods, faces[0].id));
        cr_expect_not_null(dk_moods_find(&moods, faces[DK_TRACKS - 1].id));
    }
}
