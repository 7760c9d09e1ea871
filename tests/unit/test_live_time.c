/* Smoothing, labels that do not flicker, and on which frames faces are looked for. */
#include <criterion/criterion.h>
#include <math.h>

#include "live/cadence.h"
#include "live/mood.h"
#include "live/reel.h"
#include "live/stamps.h"

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
    dk_cadence c = dk_cadence_begin(4, false);
    for (int i = 0; i < 20; i++) {
        cr_expect_eq(dk_cadence_due(&c, i, i / 30.0, 0) != DK_SEARCH_NONE, i % 4 == 0, "frame %d", i);
    }
    c = dk_cadence_begin(4, true);
    cr_expect_eq(count(&c, 20, 30), 5);
}

Test(live_time, frames_that_were_dropped_count) {
    dk_cadence c = dk_cadence_begin(3, true);
    cr_expect(dk_cadence_due(&c, 0, 0, 0));
    cr_expect(dk_cadence_due(&c, 7, .2, 0));
    cr_expect(!dk_cadence_due(&c, 9, .3, 0));
    cr_expect(dk_cadence_due(&c, 10, .33, 0));
}

Test(live_time, films_are_searched_eight_times_a_second_whatever_it_costs) {
    const double rates[] = {10, 24, 25, 30, 60, 120};
    const int wanted[] = {1, 3, 3, 4, 8, 15};
    for (int k = 0; k < 6; k++) {
        dk_cadence c = dk_cadence_begin(0, false);
        dk_cadence_took(&c, 5);
        cr_expect_eq(count(&c, 60, rates[k]), (60 + wanted[k] - 1) / wanted[k]);
    }
}

/* At a camera: half of the time, hence 10 a second at .05 s each; never less than two a second. */
Test(live_time, cameras_are_searched_as_often_as_half_of_the_time_allows) {
    dk_cadence cheap = dk_cadence_begin(0, true), middle = cheap, costly = cheap;
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
    dk_cadence c = dk_cadence_begin(1, false), nobody = c;
    for (int i = 0; i < 20; i++) {
        const dk_search wanted = i % 4 == 0 ? DK_SEARCH_EVERYWHERE : DK_SEARCH_NEAR;
        cr_expect_eq(dk_cadence_due(&c, i, i * .04, 2), wanted, "frame %d", i);
        cr_expect_eq(dk_cadence_due(&nobody, i, i * .04, 0), DK_SEARCH_EVERYWHERE, "frame %d", i);
    }
}

Test(live_time, the_cost_of_a_search_is_a_running_mean) {
    dk_cadence c = dk_cadence_begin(0, true);
    dk_cadence_took(&c, .1);
    cr_expect_float_eq(c.cost, .1, 1e-9);
    dk_cadence_took(&c, .2);
    cr_expect_float_eq(c.cost, .12, 1e-9);
}

/* Half a second of 60 frames a second, then one every 2 s, then 60 again. */
Test(live_time, films_are_searched_by_their_times_and_not_by_their_frames) {
    dk_cadence c = dk_cadence_begin(0, false);
    int n = 0;
    for (int i = 0; i < 30; i++) {
        n += dk_cadence_due(&c, i, i / 60.0, 0) != DK_SEARCH_NONE;
    }
    cr_expect_eq(n, 4);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(dk_cadence_due(&c, 30 + i, 2.0 * (i + 1), 0), DK_SEARCH_EVERYWHERE, "%d", i);
    }
    cr_expect_eq(dk_cadence_due(&c, 35, 10 + 1 / 60.0, 0), DK_SEARCH_NONE);
}

/* ---- stamps ---- */

static void expect_times(double fps, const double *stamps, const double *times, int count, bool mended) {
    dk_stamps s = {.fps = fps};
    for (int i = 0; i < count; i++) {
        const double time = dk_stamps_time(&s, stamps[i]);
        cr_expect_float_eq(time, times[i], 1e-9, "frame %d of %d", i, count);
    }
    cr_expect_eq(s.mended, mended);
}

Test(live_time, stamps_count_from_the_first_frame) {
    expect_times(1000, (double[]){3, 3.04, 3.5, 16.5}, (double[]){0, .04, .5, 13.5}, 4, false);
    expect_times(0, (double[]){-.08, 0, .08}, (double[]){0, .08, .16}, 3, false);
}

Test(live_time, without_stamps_time_goes_on_by_the_rate_else_by_the_last_distance) {
    expect_times(50, (double[]){NAN, NAN, NAN}, (double[]){0, .02, .04}, 3, true);
    expect_times(0, (double[]){NAN, NAN, NAN}, (double[]){0, .04, .08}, 3, true);
    expect_times(0, (double[]){1, 1.5, NAN, 2.5}, (double[]){0, .5, 1, 1.5}, 4, true);
    expect_times(10, (double[]){NAN, 7, 7.2}, (double[]){0, .1, .3}, 3, true);
    expect_times(20, (double[]){0, .04, .04, .08, .08}, (double[]){0, .04, .09, .14, .19}, 5, true);
}

Test(live_time, stamps_that_go_back_never_take_time_with_them) {
    /* one that is out of order, and two films put together, the second with a pause */
    expect_times(25, (double[]){0, .04, .08, .06, .16}, (double[]){0, .04, .08, .12, .16}, 5, true);
    expect_times(25, (double[]){0, .04, .08, 0, .04, 1.04}, (double[]){0, .04, .08, .12, .16, 1.16}, 6, true);
}

Test(live_time, films_that_end_too_early) {
    const dk_capture_length counted = {75, 3}, timed = {0, 100}, brief = {0, 10}, unknown = {0, 0};
    cr_expect(dk_reel_is_short(&counted, 74, 3) && !dk_reel_is_short(&counted, 75, 1));
    cr_expect(!dk_reel_is_short(&counted, 76, 3), "more is no fault");
    cr_expect(dk_reel_is_short(&timed, 9, 97.9) && !dk_reel_is_short(&timed, 9, 98.1));
    cr_expect(dk_reel_is_short(&brief, 9, 8.9) && !dk_reel_is_short(&brief, 9, 9.1));
    cr_expect(!dk_reel_is_short(&unknown, 1, 0));
}
