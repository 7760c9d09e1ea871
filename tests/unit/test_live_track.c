/* Faces over time, on synthetic boxes: who appears, who stays, who is who. */
#include <criterion/criterion.h>

#include "live/track.h"

#define STEP .1 /* seconds between detections */

static dk_tracker tracker;
static double now;

static void open_with(int hits) {
    now = 0;
    dk_tracker_open(&tracker, hits, .7);
}

static void open(void) {
    open_with(2);
}

TestSuite(live_track, .init = open);

static const dk_track *track_of(int id) {
    for (int i = 0; i < DK_TRACKS; i++) {
        if (tracker.tracks[i].used && tracker.tracks[i].id == id) {
            return &tracker.tracks[i];
        }
    }
    return NULL;
}

static dk_box box(float x, float y, float side) {
    return (dk_box){x, y, side, side};
}

/* One detection, STEP after the last. */
static void detect(const dk_box *boxes, int count) {
    now += STEP;
    dk_found found[DK_TRACKS + 20] = {0};
    for (int i = 0; i < count; i++) {
        found[i].box = boxes[i];
    }
    dk_tracker_move(&tracker, now);
    dk_tracker_found(&tracker, now, found, count);
}

/* Searches so many seconds apart; the rules count searches, too. */
static void detect_after(double seconds, const dk_box *boxes, int count) {
    now += seconds - STEP;
    detect(boxes, count);
}

static int shown(void) {
    int n = 0;
    for (int i = 0; i < DK_TRACKS; i++) {
        n += tracker.tracks[i].used && tracker.tracks[i].id > 0;
    }
    return n;
}

/* The id of the face around the point; 0: none. */
static int id_at(float x, float y) {
    for (int i = 0; i < DK_TRACKS; i++) {
        const dk_track *t = &tracker.tracks[i];
        if (t->used && t->id > 0 && x > t->box.x && x < t->box.x + t->box.w && y > t->box.y &&
            y < t->box.y + t->box.h) {
            return t->id;
        }
    }
    return 0;
}

Test(live_track, a_face_appears_with_its_second_hit) {
    const dk_box a = box(100, 100, 80);
    detect(&a, 1);
    cr_expect_eq(shown(), 0);
    detect(&a, 1);
    cr_expect_eq(shown(), 1);
    cr_expect_eq(id_at(140, 140), 1);
}

Test(live_track, two_hits_in_three_are_enough_and_one_in_three_is_not) {
    const dk_box a = box(100, 100, 80), ghost = box(400, 300, 60);
    const dk_box both[] = {a, ghost};
    detect(both, 2);
    detect(NULL, 0);
    detect(&a, 1);
    cr_expect_eq(shown(), 1);
    detect(&a, 1);
    detect((dk_box[]){a, ghost}, 2); /* a ghost's second hit comes too late */
    cr_expect_eq(shown(), 1);
    cr_expect_eq(tracker.next_id, 2, "ghosts get no id");
}

Test(live_track, stills_show_all_at_once) {
    open_with(1);
    detect((dk_box[]){box(0, 0, 50), box(200, 0, 50), box(400, 0, 50)}, 3);
    cr_expect_eq(shown(), 3);
    dk_tracker_forget(&tracker);
    cr_expect_eq(shown(), 0);
    detect((dk_box[]){box(0, 0, 50)}, 1);
    cr_expect_eq(id_at(25, 25), 4, "the next picture's faces are others");
}

Test(live_track, a_face_coasts_for_the_time_and_no_longer) {
    const dk_box a = box(100, 100, 80);
    detect(&a, 1);
    detect(&a, 1);
    const double seen = now;
    detect(NULL, 0);
    detect(NULL, 0);
    dk_tracker_move(&tracker, seen + .69);
    cr_expect_eq(shown(), 1);
    dk_tracker_move(&tracker, seen + .71);
    cr_expect_eq(shown(), 0);
    cr_expect_null(track_of(1));
}

Test(live_track, in_a_time_lapse_two_hits_in_three_make_a_face_and_two_misses_end_it) {
    const double gaps[] = {1, 10, 60, 3600};
    for (int k = 0; k < 4; k++) {
        const dk_box a = box(100, 100, 80), moved = box(120, 100, 80);
        dk_tracker_forget(&tracker);
        const int id = tracker.next_id;
        detect_after(gaps[k], &a, 1);
        cr_expect_eq(shown(), 0);
        detect_after(gaps[k], NULL, 0);
        detect_after(gaps[k], &a, 1);
        cr_expect_eq(id_at(140, 140), id, "gap %g", gaps[k]);
        detect_after(gaps[k], NULL, 0);
        cr_expect_eq(shown(), 1, "one miss is bridged");
        detect_after(gaps[k], &moved, 1);
        cr_expect_eq(id_at(140, 140), id);
        cr_expect_float_eq(track_of(id)->box.x, 120, 1e-4, "it is where it was found");
        detect_after(gaps[k], NULL, 0);
        detect_after(gaps[k], NULL, 0);
        cr_expect_eq(shown(), 0, "gap %g", gaps[k]);
    }
}

Test(live_track, a_hit_in_three_searches_never_makes_a_face) {
    const double gaps[] = {.04, .12, 1, 60};
    const dk_box a = box(100, 100, 80);
    for (int k = 0; k < 4; k++) {
        dk_tracker_forget(&tracker);
        for (int i = 0; i < 60; i++) {
            detect_after(gaps[k], &a, i % 3 == 0);
            cr_assert_eq(shown(), 0, "gap %g, search %d", gaps[k], i);
        }
    }
}

/* Somebody runs, then the film stands still for 13 s: nothing flies on. */
Test(live_track, a_long_gap_flings_no_box_away) {
    for (int i = 0; i < 12; i++) {
        const dk_box a = box(100 + 40 * (float)i, 100, 80);
        detect(&a, 1);
    }
    const dk_box a = box(540, 100, 80);
    dk_tracker_move(&tracker, now + .2);
    detect_after(13, &a, 1);
    const dk_track *t = track_of(1);
    cr_assert_not_null(t);
    cr_expect_float_eq(t->box.x, 540, 1e-3);
    dk_tracker_move(&tracker, now + .2);
    cr_expect_float_eq(t->box.x, 540, 1e-3);
}

Test(live_track, an_id_comes_back_within_two_seconds_and_never_after_them) {
    const dk_box a = box(100, 100, 80);
    detect(&a, 1);
    detect(&a, 1);
    for (int i = 0; i < 5; i++) {
        detect(NULL, 0);
    }
    detect(&a, 1);
    cr_expect_eq(id_at(140, 140), 1);
    for (int gap = 8; gap <= 21; gap += 3) { /* the second hit is 1, 1.3 … 1.9, 2.2 s after the last */
        const int id = tracker.next_id - 1;
        for (int i = 0; i < gap; i++) {
            detect(NULL, 0);
            cr_assert(i == 6 || shown() == (i < 6), "no box between"); /* 6: .7 s, as rounding has it */
        }
        detect(&a, 1);
        cr_assert_eq(shown(), 0, "and none before its second hit");
        detect(&a, 1);
        cr_expect_eq(id_at(140, 140), gap < 18 ? id : id + 1, "gap %d", gap);
    }
}

Test(live_track, an_old_id_goes_to_who_is_near_and_of_like_size_and_to_one_alone) {
    const dk_box a = box(100, 100, 80);
    const dk_box others[] = {box(160, 100, 80), box(100, 100, 160), box(100, 100, 40)};
    for (int k = 0; k < 3; k++) {
        detect_after(10, &a, 1);
        detect(&a, 1);
        const int id = id_at(140, 140);
        detect_after(.9, NULL, 0);
        detect(NULL, 0);
        detect(&others[k], 1);
        detect(&others[k], 1);
        cr_expect_eq(tracker.next_id, id + 2, "%d", k);
        dk_tracker_forget(&tracker);
    }
    detect(&a, 1);
    detect(&a, 1);
    const int id = id_at(140, 140);
    cr_expect_eq(id, 7, "what was forgotten does not come back");
    detect_after(.9, NULL, 0);
    detect(NULL, 0);
    detect((dk_box[]){box(60, 100, 80), box(130, 100, 80)}, 2);
    detect((dk_box[]){box(60, 100, 80), box(130, 100, 80)}, 2);
    cr_expect_eq(id_at(205, 140) + id_at(65, 140), id + id + 1, "one of two");
}

/* Two people walk towards each other and pass at different heights; a third stands still. */
Test(live_track, ids_stay_with_people_who_move) {
    int first = 0, second = 0, third = 0;
    for (int i = 0; i <= 40; i++) {
        const float x = 10 * (float)i;
        detect((dk_box[]){box(x, 50, 80), box(400 - x, 150, 80), box(200, 300, 70)}, 3);
        if (i == 2) {
            first = id_at(x + 40, 60);
            second = id_at(440 - x, 220);
            third = id_at(235, 360);
        } else if (i > 2) {
            cr_assert_eq(shown(), 3, "step %d", i);
            cr_assert_eq(id_at(x + 40, 60), first, "step %d", i);
            cr_assert_eq(id_at(440 - x, 220), second, "step %d", i);
            cr_assert_eq(id_at(235, 360), third, "step %d", i);
        }
    }
    cr_expect_eq(first * second * third, 6);
    cr_expect_eq(tracker.next_id, 4);
}

Test(live_track, boxes_follow_between_detections) {
    for (int i = 0; i < 12; i++) {
        const dk_box a = box(100 + 20 * (float)i, 100, 80); /* 200 pixels a second */
        detect(&a, 1);
    }
    const dk_track *t = track_of(1);
    const float before = t->box.x;
    dk_tracker_move(&tracker, now + STEP / 2);
    cr_expect_float_eq(t->box.x - before, 10, 2.5f);
    dk_tracker_move(&tracker, now + .6);
    cr_expect_leq(t->box.x - before, 200 * .3f, "a face that is not found does not run away");
}

Test(live_track, a_face_found_twice_is_one) {
    for (int i = 0; i < 4; i++) {
        detect((dk_box[]){box(100, 100, 80), box(108, 104, 70)}, 2);
    }
    cr_expect_eq(shown(), 1);
    cr_expect_eq(tracker.next_id, 2);
}

Test(live_track, a_box_far_from_all_or_of_another_size_is_somebody_else) {
    for (int i = 0; i < 2; i++) {
        detect((dk_box[]){box(100, 100, 80)}, 1);
    }
    for (int i = 0; i < 2; i++) {
        detect((dk_box[]){box(180, 100, 80)}, 1); /* a whole side away */
    }
    cr_expect_eq(id_at(250, 140), 2);
    for (int i = 0; i < 2; i++) {
        detect((dk_box[]){box(200, 120, 20)}, 1);
    }
    cr_expect_eq(tracker.next_id, 4);
}

Test(live_track, more_faces_than_places_are_passed_over) {
    static dk_box many[DK_TRACKS + 20];
    for (int i = 0; i < DK_TRACKS + 20; i++) {
        many[i] = box(100 * (float)(i % 10), 100 * (float)(i / 10), 50);
    }
    detect(many, DK_TRACKS + 20);
    detect(many, DK_TRACKS + 20);
    cr_expect_eq(shown(), DK_TRACKS);
}

Test(live_track, boxes_are_of_those_confirmed_and_it_is_settled_when_all_are_and_none_is_missed) {
    dk_box boxes[DK_TRACKS];
    const dk_box both[] = {box(100, 100, 80), box(300, 100, 60)};
    cr_expect(dk_tracker_boxes(&tracker, boxes) == 0 && dk_tracker_settled(&tracker));
    detect(both, 1);
    detect(both, 2);
    cr_expect_eq(shown(), 1);
    cr_expect(dk_tracker_boxes(&tracker, boxes) == 1 && !dk_tracker_settled(&tracker));
    detect(both, 2);
    cr_expect(dk_tracker_boxes(&tracker, boxes) == 2 && dk_tracker_settled(&tracker));
    cr_expect_eq(boxes[0].w + boxes[1].w, 140);
    detect(both, 1);
    cr_expect(dk_tracker_boxes(&tracker, boxes) == 2 && !dk_tracker_settled(&tracker),
              "a missed one is known");
}
