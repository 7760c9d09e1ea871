/* Smoothing, labels that do not flicker, and on which frames faces are looked for. */
#include <criterion/criterion.h>
#include <math.h>

#include "live/cadence.h"
#include "live/mood.h"

static float room[2];

static dk_mood fresh(void) {
    return (dk_mood){.scores = room, .classes = 2, .label = -1};
}

Test(live_time, the_first_scores_are_taken_as_they_are) {
    dk_mood m = fresh();
    dk_mood_add(&m, (float[]){.2f, .8f}, 5, .35);
    cr_expect_float_eq(m.scores[0], .2f, 1e-7);
    cr_expect_eq(m.label, 1);
}

/* After one time constant 1/e of the old is left, whatever the number of frames in it. */
Test(live_time, the_time_constant_is_one_of_seconds_and_not_of_frames) {
    const int frames[] = {1, 5, 50};
    for (int k = 0; k < 3; k++) {
        dk_mood m = fresh();
        dk_mood_add(&m, (float[]){1, 0}, 0, .35);
        for (int i = 1; i <= frames[k]; i++) {
            dk_mood_add(&m, (float[]){0, 1}, .35 * i / frames[k], .35);
        }
        cr_expect_float_eq(m.scores[0], expf(-1), 1e-4, "%d frames", frames[k]);
        cr_expect_float_eq(m.scores[0] + m.scores[1], 1, 1e-5);
    }
}

Test(live_time, without_a_constant_there_is_no_memory) {
    dk_mood m = fresh();
    dk_mood_add(&m, (float[]){1, 0}, 0, 0);
    dk_mood_add(&m, (float[]){0, 1}, .01, 0);
    cr_expect_eq(m.scores[1], 1);
}

Test(live_time, a_label_changes_only_when_another_is_clearly_ahead) {
    dk_mood m = fresh();
    dk_mood_add(&m, (float[]){.6f, .4f}, 0, 0);
    dk_mood_add(&m, (float[]){.46f, .54f}, 1, 0);
    cr_expect_eq(m.label, 0, ".08 ahead is not enough");
    dk_mood_add(&m, (float[]){.44f, .56f}, 2, 0);
    cr_expect_eq(m.label, 1, ".12 ahead is");
    dk_mood_add(&m, (float[]){.54f, .46f}, 3, 0);
    cr_expect_eq(m.label, 1, "and the way back is as long");
}

Test(live_time, a_flicker_does_not_reach_the_label) {
    dk_mood m = fresh();
    dk_mood_add(&m, (float[]){1, 0}, 0, .35);
    for (int i = 1; i < 300; i++) {
        const bool odd = i % 3 == 0; /* one frame in three says something else */
        dk_mood_add(&m, odd ? (float[]){0, 1} : (float[]){1, 0}, i / 30.0, .35);
        cr_assert_eq(m.label, 0, "frame %d", i);
    }
}

Test(live_time, forgotten_is_forgotten) {
    dk_mood m = fresh();
    dk_mood_add(&m, (float[]){1, 0}, 0, .35);
    dk_mood_clear(&m);
    cr_expect(!m.any && m.label == -1);
    dk_mood_add(&m, (float[]){0, 1}, .01, .35);
    cr_expect_eq(m.scores[1], 1);
}

/* ---- cadence ---- */

static int count(dk_cadence *c, int frames, double fps) {
    int n = 0;
    for (int i = 0; i < frames; i++) {
        n += dk_cadence_due(c, i, i / fps, 0) != DK_SEARCH_NONE;
    }
    return n;
}

Test(live_time, every_nth_frame_beginning_with_the_first) {
    dk_cadence c = dk_cadence_begin(4, false, 30);
    for (int i = 0; i < 20; i++) {
        cr_expect_eq(dk_cadence_due(&c, i, i / 30.0, 0) != DK_SEARCH_NONE, i % 4 == 0, "frame %d", i);
    }
    c = dk_cadence_begin(4, true, 0);
    cr_expect_eq(count(&c, 20, 30), 5);
}

Test(live_time, frames_that_were_dropped_count) {
    dk_cadence c = dk_cadence_begin(3, true, 0);
    cr_expect(dk_cadence_due(&c, 0, 0, 0));
    cr_expect(dk_cadence_due(&c, 7, .2, 0));
    cr_expect(!dk_cadence_due(&c, 9, .3, 0));
    cr_expect(dk_cadence_due(&c, 10, .33, 0));
}

Test(live_time, films_are_searched_eight_times_a_second_whatever_it_costs) {
    const double rates[] = {10, 24, 25, 30, 60, 120};
    const int wanted[] = {1, 3, 3, 4, 8, 15};
    for (int k = 0; k < 6; k++) {
        dk_cadence c = dk_cadence_begin(0, false, rates[k]);
        dk_cadence_took(&c, 5);
        cr_expect_eq(c.every, wanted[k], "%g", rates[k]);
        cr_expect_eq(count(&c, 60, rates[k]), (60 + wanted[k] - 1) / wanted[k]);
    }
}

/* At a camera: half of the time, hence 10 a second at .05 s each; never less than two a second. */
Test(live_time, cameras_are_searched_as_often_as_half_of_the_time_allows) {
    dk_cadence cheap = dk_cadence_begin(0, true, 0), middle = cheap, costly = cheap;
    dk_cadence_took(&cheap, .001);
    dk_cadence_took(&middle, .05);
    dk_cadence_took(&costly, 9);
    cr_expect_eq(count(&cheap, 60, 30), 60);
    const int n = count(&middle, 60, 30), least = count(&costly, 60, 30);
    cr_expect(n >= 15 && n <= 20, "%d in two seconds", n);
    cr_expect(least >= 4 && least <= 5, "%d in two seconds", least);
}

/* Everywhere at 0, .16, .32 ... s, and on every frame while nobody is known. */
Test(live_time, known_faces_are_looked_for_near_and_six_times_a_second_everywhere) {
    dk_cadence c = dk_cadence_begin(1, false, 25), nobody = c;
    for (int i = 0; i < 20; i++) {
        const dk_search wanted = i % 4 == 0 ? DK_SEARCH_EVERYWHERE : DK_SEARCH_NEAR;
        cr_expect_eq(dk_cadence_due(&c, i, i * .04, 2), wanted, "frame %d", i);
        cr_expect_eq(dk_cadence_due(&nobody, i, i * .04, 0), DK_SEARCH_EVERYWHERE, "frame %d", i);
    }
}

Test(live_time, the_cost_of_a_search_is_a_running_mean) {
    dk_cadence c = dk_cadence_begin(0, true, 0);
    dk_cadence_took(&c, .1);
    cr_expect_float_eq(c.cost, .1, 1e-9);
    dk_cadence_took(&c, .2);
    cr_expect_float_eq(c.cost, .12, 1e-9);
}
