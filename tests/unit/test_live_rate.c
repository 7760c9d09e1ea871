/* The rate that a film is written with. */
#include <criterion/criterion.h>

#include "live/rate.h"

static void expect_rate(double fps, int frames, int seconds) {
    const dk_rate rate = dk_rate_of(fps);
    cr_expect(rate.frames == frames && rate.seconds == seconds, "%g: %d in %d", fps, rate.frames,
              rate.seconds);
}

Test(live_rate, rounded_numbers_stand_for_exact_ones) {
    expect_rate(25, 25, 1);
    expect_rate(29.97, 30000, 1001);
    expect_rate(30000. / 1001, 30000, 1001);
    expect_rate(23.976, 24000, 1001);
    expect_rate(23.98, 24000, 1001);
    expect_rate(59.94, 60000, 1001);
    expect_rate(14.985, 15000, 1001);
    expect_rate(29.999999, 30, 1);
    expect_rate(12.5, 1250, 100);
    expect_rate(1, 1, 1);
}

Test(live_rate, slow_ones_become_a_multiple_of_at_least_one) {
    expect_rate(.5, 1, 1);
    expect_rate(.2, 1, 1);
    expect_rate(.3, 120, 100);
    expect_rate(1. / 30, 1, 1);
}

enum { TIMES = 30 };

/* Every frame so many ms after the one before, the distances taken in turn. */
static double choose(dk_source_info source, const int *apart, int distances, int count) {
    double times[TIMES] = {0};
    for (int i = 1; i < count; i++) {
        times[i] = times[i - 1] + .001 * apart[(i - 1) % distances];
    }
    return dk_rate_choose(&source, times, count);
}
#define CHOOSE(source, count, ...)                                                                           \
    choose((dk_source_info)source, (const int[]){__VA_ARGS__},                                               \
           sizeof(const int[]){__VA_ARGS__} / sizeof(int), count)
#define SAYS(...)                                                                                            \
    { __VA_ARGS__ }

Test(live_rate, what_the_source_says_is_kept) {
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 29.97), TIMES, 33, 34, 33), 29.97, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 24), TIMES, 42, 41, 42), 24, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 25), TIMES, 40, 3000, 40), 25, 1e-9); /* with stills */
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 1), TIMES, 1000), 1, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 240), TIMES, 4, 4, 5), 240, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 25), 1, 0), 25, 1e-9);
}

Test(live_rate, where_it_says_nothing_that_can_be_meant_the_distance_of_frames_does) {
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 33, 34, 33), 30, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 1000), TIMES, 33, 34, 33), 30, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 17, 16, 17), 60, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 40, 31, 45, 37, 27, 41, 33, 21, 35, 23), 30,
                       1e-9); /* as browsers record */
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 28.57), TIMES, 40, 31, 45, 37, 27, 41, 33, 21, 35, 23), 30, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 80), 12.5, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 91), 11, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 5000), 1, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 1), 60, 1e-9); /* not a thousand a second */
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), TIMES, 0), 25, 1e-9); /* times that stand still */
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 0), 2, 33), 25, 1e-9);    /* too few to tell */
}

/* A lecture of ten frames a second with a slide of 13 s is announced with its mean, 1.27. */
Test(live_rate, frames_that_come_faster_than_the_mean_keep_their_distance) {
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 19 / 15.), TIMES, 100, 100, 100, 100, 13000), 10, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.fps = 27.4), TIMES, 33, 33, 34), 30, 1e-9);
}

Test(live_rate, a_camera_is_believed_and_else_its_mean_counts) {
    cr_expect_float_eq(CHOOSE(SAYS(.live = true, .fps = 30), TIMES, 1, 65), 30, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.live = true, .fps = 0), TIMES, 1, 131, 66), 15, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.live = true, .fps = 0), TIMES, 120, 130), 8, 1e-9);
}

Test(live_rate, pictures_last_a_second_each) {
    cr_expect_float_eq(CHOOSE(SAYS(.stills = true), TIMES, 1000), 1, 1e-9);
    cr_expect_float_eq(CHOOSE(SAYS(.stills = true), 1, 0), 1, 1e-9);
}
