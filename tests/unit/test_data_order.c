/* The order of an epoch: every picture once; balanced, every class as often, and pictures take turns. */
#include <criterion/criterion.h>

#include "data/order.h"

enum { COUNT = 20, CLASSES = 4 };
static const int sizes[CLASSES] = {13, 4, 0, 3}; /* pictures of each class */
static dk_sample samples[COUNT];
static const dk_dataset set = {.samples = samples, .count = COUNT, .classes = CLASSES};

static void enter(void) {
    int at = 0;
    for (int label = 0; label < CLASSES; label++) {
        for (int i = 0; i < sizes[label]; i++) {
            samples[at++].label = label;
        }
    }
}

TestSuite(data_order, .init = enter);

static void open_order(dk_order *order, bool balanced, uint64_t seed) {
    dk_error err = {0};
    cr_assert_eq(dk_order_open(order, COUNT, true, seed, &err), DK_OK, "%s", err.text);
    if (balanced) {
        cr_assert_eq(dk_order_balance(order, &set, &err), DK_OK, "%s", err.text);
    }
}

Test(data_order, every_picture_once) {
    dk_order order;
    open_order(&order, false, 1);
    for (long epoch = 0; epoch < 3; epoch++) {
        int seen[COUNT] = {0};
        for (int i = 0; i < COUNT; i++) {
            seen[dk_order_at(&order, epoch, i)]++;
        }
        for (int i = 0; i < COUNT; i++) {
            cr_expect_eq(seen[i], 1);
        }
    }
    dk_order_close(&order);
}

Test(data_order, balanced_shares_differ_by_one_at_most) {
    dk_order order;
    open_order(&order, true, 1);
    int all[CLASSES] = {0};
    for (long epoch = 0; epoch < 30; epoch++) {
        int each[CLASSES] = {0};
        for (int i = 0; i < COUNT; i++) {
            each[samples[dk_order_at(&order, epoch, i)].label]++;
        }
        for (int c = 0; c < CLASSES; c++) {
            cr_expect(c == 2 ? each[c] == 0 : each[c] == 6 || each[c] == 7, "class %d: %d", c, each[c]);
            all[c] += each[c];
        }
    }
    cr_expect(all[0] == 200 && all[1] == 200 && all[3] == 200);
    dk_order_close(&order);
}

/* After a whole number of turns each picture of a class has come equally often, give or take one. */
Test(data_order, balanced_pictures_take_turns) {
    dk_order order;
    open_order(&order, true, 1);
    int seen[COUNT] = {0};
    for (long epoch = 0; epoch < 13; epoch++) {
        for (int i = 0; i < COUNT; i++) {
            seen[dk_order_at(&order, epoch, i)]++;
        }
    }
    for (int i = 0; i < COUNT; i++) {
        const int n = sizes[samples[i].label], turns = 13 * COUNT / 3;
        cr_expect(seen[i] >= turns / n && seen[i] <= turns / n + 1, "picture %d: %d times", i, seen[i]);
    }
    dk_order_close(&order);
}

Test(data_order, balanced_epochs_do_not_depend_on_the_way_there) {
    dk_order one, two, other;
    int same = 0, first_class = 0;
    open_order(&one, true, 5);
    open_order(&two, true, 5);
    open_order(&other, true, 6);
    dk_order_at(&two, 2, 0);
    for (int i = 0; i < COUNT; i++) {
        const int picture = dk_order_at(&one, 7, i);
        cr_expect_eq(dk_order_at(&two, 7, i), picture);
        same += dk_order_at(&other, 7, i) == picture;
        first_class += i < 7 && samples[picture].label == 0;
    }
    cr_expect(same < COUNT);
    cr_expect(first_class < 6); /* classes are mixed */
    dk_order_close(&one);
    dk_order_close(&two);
    dk_order_close(&other);
}
