/* Counting the values of a shape. */
#include <criterion/criterion.h>
#include <limits.h>

#include "tensor/tensor.h"

Test(tensor_shape, counts) {
    const dk_shape s = {.n = 2, .c = 3, .h = 9, .w = 7};
    cr_assert_eq(dk_shape_each(s), 189);
    cr_assert_eq(dk_shape_count(s), 378);
    cr_assert(dk_shape_equal(s, s));
    const dk_shape others[] = {{1, 3, 9, 7}, {2, 1, 9, 7}, {2, 3, 8, 7}, {2, 3, 9, 8}};
    for (int i = 0; i < 4; i++) {
        cr_assert_not(dk_shape_equal(s, others[i]));
    }
    cr_assert_eq(dk_shape_count((dk_shape){0, 3, 9, 7}), 0);
}

Test(tensor_shape, a_monstrous_count_does_not_wrap_round) {
    const dk_shape s = {1 << 16, 1 << 16, 1 << 16, 1 << 16};
    cr_assert_gt(dk_shape_count(s), (size_t)1 << 50);
    cr_assert_gt(dk_shape_count(s) * sizeof(float), (size_t)1 << 50);
    cr_assert_gt(dk_shape_each((dk_shape){1, INT_MAX, INT_MAX, INT_MAX}), (size_t)1 << 50);
}
