/* Metrics against numbers worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "run/metrics.h"

static dk_arena *arena;
static dk_metrics m;

static void open_metrics(void) {
    arena = dk_arena_open();
    cr_assert_eq(dk_metrics_open(&m, 3, 2, arena, NULL), DK_OK);
    /* truth 0: answers 0, 0, 1; truth 1: answers 1, 2; truth 2 does not occur */
    dk_metrics_add(&m, (float[]){.7f, .2f, .1f}, 0, 1);
    dk_metrics_add(&m, (float[]){.6f, .3f, .1f}, 0, 2);
    dk_metrics_add(&m, (float[]){.4f, .5f, .1f}, 0, 3);
    dk_metrics_add(&m, (float[]){.1f, .8f, .1f}, 1, 4);
    dk_metrics_add(&m, (float[]){.4f, .1f, .5f}, 1, 5);
}

static void close_metrics(void) {
    dk_arena_close(arena);
}

TestSuite(run_metrics, .init = open_metrics, .fini = close_metrics);

static void expect(double got, double want) {
    cr_expect(fabs(got - want) < 1e-12, "%.15g instead of %.15g", got, want);
}

Test(run_metrics, counts) {
    const long want[9] = {2, 1, 0, 0, 1, 1, 0, 0, 0};
    cr_expect_arr_eq(m.confusion, want, sizeof want);
    cr_expect_eq(m.images, 5);
    expect(dk_metrics_loss(&m), 3);
    expect(dk_metrics_top1(&m), 3. / 5);
    expect(dk_metrics_topk(&m), 4. / 5); /* the last picture's truth comes third */
}

Test(run_metrics, classes) {
    const dk_class_score zero = dk_metrics_class(&m, 0);
    const dk_class_score one = dk_metrics_class(&m, 1);
    const dk_class_score two = dk_metrics_class(&m, 2);
    expect(zero.precision, 1);
    expect(zero.recall, 2. / 3);
    expect(zero.f1, 4. / 5);
    expect(one.precision, .5);
    expect(one.recall, .5);
    expect(one.f1, .5);
    expect(two.precision, 0);
    expect(two.f1, 0);
    cr_expect(zero.support == 3 && one.support == 2 && two.support == 0);
    expect(dk_metrics_macro_f1(&m), (4. / 5 + .5) / 2); /* class 2 does not occur */
}

Test(run_metrics, reset_and_nothing) {
    dk_metrics_reset(&m);
    cr_expect(m.images == 0 && m.confusion[0] == 0 && m.classes == 3 && m.k == 2);
    expect(dk_metrics_loss(&m), 0);
    expect(dk_metrics_top1(&m), 0);
    expect(dk_metrics_macro_f1(&m), 0);
}

Test(run_metrics, ties_count_for_the_lower_index) {
    dk_metrics_reset(&m);
    dk_metrics_add(&m, (float[]){.5f, .5f, 0}, 0, 0);
    dk_metrics_add(&m, (float[]){.5f, .5f, 0}, 1, 0);
    cr_expect(m.hits == 1 && m.hits_k == 2);
    dk_metrics_add(&m, (float[]){.3f, .3f, .3f}, 1, 0);
    dk_metrics_add(&m, (float[]){.3f, .3f, .3f}, 2, 0); /* two of the same score come before it */
    cr_expect(m.hits == 1 && m.hits_k == 3);
}

Test(run_metrics, k_is_at_most_the_classes) {
    dk_metrics wide;
    cr_assert_eq(dk_metrics_open(&wide, 3, 5, arena, NULL), DK_OK);
    cr_expect_eq(wide.k, 3);
}

Test(run_metrics, top_k) {
    const float scores[] = {.1f, .4f, .2f, .4f, 0};
    const int want[] = {1, 3, 2, 0, 4};
    for (int k = 1; k <= 5; k++) {
        int got[6] = {0, 0, 0, 0, 0, -7};
        dk_top_k(scores, 5, k, got);
        cr_expect_arr_eq(got, want, (size_t)k * sizeof(int));
        cr_expect_eq(got[5], -7);
    }
}

/* Against a search for the next best, with many equal scores. */
Test(run_metrics, top_k_of_many) {
    enum { CLASSES = 200 };
    float scores[CLASSES];
    for (int i = 0; i < CLASSES; i++) {
        scores[i] = (float)(i * 7919 % 37);
    }
    for (int k = 0; k <= CLASSES; k += 20) {
        int got[CLASSES];
        bool taken[CLASSES] = {false};
        dk_top_k(scores, CLASSES, k, got);
        for (int place = 0; place < k; place++) {
            int best = -1;
            for (int i = 0; i < CLASSES; i++) {
                best = !taken[i] && (best < 0 || scores[i] > scores[best]) ? i : best;
            }
            taken[best] = true;
            cr_assert_eq(got[place], best, "place %d of %d", place, k);
        }
    }
}

/* Above DK_TABLE_CLASSES there is no table, and all else is as it is. */
Test(run_metrics, many_classes_have_no_table) {
    enum { CLASSES = DK_TABLE_CLASSES + 1 };
    static float scores[CLASSES];
    dk_metrics many, few;
    cr_assert_lt(dk_metrics_bytes(CLASSES), (size_t)1 << 20);
    cr_assert_eq(dk_metrics_open(&many, CLASSES, 2, arena, NULL), DK_OK);
    cr_assert_eq(dk_metrics_open(&few, DK_TABLE_CLASSES, 2, arena, NULL), DK_OK);
    cr_expect(many.confusion == NULL && few.confusion != NULL);
    scores[7] = .9f;
    dk_metrics_add(&many, scores, 7, 1);
    dk_metrics_add(&many, scores, CLASSES - 1, 3);
    expect(dk_metrics_top1(&many), .5);
    expect(dk_metrics_class(&many, 7).precision, .5);
    expect(dk_metrics_class(&many, 7).recall, 1);
    cr_expect_eq(dk_metrics_class(&many, CLASSES - 1).support, 1);
    dk_metrics_reset(&many);
    cr_expect_eq(dk_metrics_class(&many, 7).support, 0);
}
