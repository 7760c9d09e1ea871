/* Boxes: how far two are one, and which of many stay. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/box.h"

Test(base_box, overlap_is_what_is_shared_over_both) {
    const dk_box a = {0, 0, 10, 10}, half = {5, 0, 10, 10}, within = {2, 2, 5, 4}, far = {20, 0, 10, 10};
    const dk_box beside = {10, 0, 10, 10}, none = {5, 5, 0, 0}, turned = {5, 5, -3, -3};
    cr_expect_float_eq(dk_box_overlap(&a, &a), 1, 1e-6);
    cr_expect_float_eq(dk_box_overlap(&a, &half), 1.0 / 3, 1e-6);
    cr_expect_float_eq(dk_box_overlap(&within, &a), .2, 1e-6);
    cr_expect_eq(dk_box_overlap(&a, &far), 0);
    cr_expect_eq(dk_box_overlap(&a, &beside), 0);
    cr_expect_eq(dk_box_overlap(&none, &none), 0);
    cr_expect_eq(dk_box_overlap(&a, &turned), 0);
}

static dk_found at(float x, int label, float score) {
    return (dk_found){.box = {x, 0, 10, 10}, .label = label, .score = score};
}

/* Overlaps: neighbours 2 apart 2/3, 4 apart 3/7, 6 apart 1/4. */
Test(base_box, of_boxes_over_each_other_the_surest_stays) {
    dk_found f[] = {at(0, 0, .5F), at(2, 0, .9F), at(50, 0, .1F), at(8, 0, .8F), at(6, 0, .3F)};
    const int n = dk_box_thin(f, 5, .4F);
    cr_assert_eq(n, 3);
    cr_expect(f[0].box.x == 2 && f[1].box.x == 8 && f[2].box.x == 50, "the surest first");
}

Test(base_box, a_box_hides_none_once_it_is_hidden_itself) {
    dk_found f[] = {at(0, 0, .9F), at(4, 0, .8F), at(8, 0, .7F)};
    cr_assert_eq(dk_box_thin(f, 3, .4F), 2);
    cr_expect(f[0].box.x == 0 && f[1].box.x == 8);
}

Test(base_box, classes_are_thinned_apart_and_equal_scores_keep_their_order) {
    dk_found f[] = {at(0, 1, .5F), at(0, 2, .5F), at(30, 0, .5F), at(1, 1, .5F)};
    cr_assert_eq(dk_box_thin(f, 4, .4F), 3);
    cr_expect(f[0].label == 1 && f[0].box.x == 0 && f[1].label == 2 && f[2].label == 0);
    cr_expect_eq(dk_box_thin(f, 0, .4F), 0);
}

Test(base_box, an_overlap_of_just_the_limit_is_none) {
    dk_found f[] = {at(0, 0, .9F), at(5, 0, .8F)}; /* 1/3 */
    cr_expect_eq(dk_box_thin(f, 2, .34F), 2);
    cr_expect_eq(dk_box_thin(f, 2, .33F), 1);
}
