/* The early-stop state machine: what is a best, what is progress, when it is over. */
#include <criterion/criterion.h>
#include <math.h>

#include "run/early_stop.h"

static dk_early_stop e;

Test(run_early_stop, loss_falls_then_rests) {
    dk_early_stop_begin(&e, -1, 2, 0);
    cr_expect(dk_early_stop_tell(&e, 1, 2.0));
    cr_expect(dk_early_stop_tell(&e, 2, 1.5));
    cr_expect(!dk_early_stop_tell(&e, 3, 1.5)); /* equal is not better */
    cr_expect(!dk_early_stop_over(&e));
    cr_expect(!dk_early_stop_tell(&e, 4, 1.9));
    cr_expect(dk_early_stop_over(&e));
    cr_expect(e.best_epoch == 2 && e.best == 1.5 && e.waiting == 2);
}

Test(run_early_stop, accuracy_rises) {
    dk_early_stop_begin(&e, 1, 1, 0);
    cr_expect(dk_early_stop_tell(&e, 1, 0.0)); /* the first is the best there is, 0 or not */
    cr_expect(dk_early_stop_tell(&e, 2, 0.4));
    cr_expect(!dk_early_stop_over(&e));
    cr_expect(!dk_early_stop_tell(&e, 3, 0.3));
    cr_expect(dk_early_stop_over(&e));
}

Test(run_early_stop, creeping_is_best_but_no_progress) {
    dk_early_stop_begin(&e, -1, 3, 0.1);
    dk_early_stop_tell(&e, 1, 1.00);
    cr_expect(dk_early_stop_tell(&e, 2, 0.96));
    cr_expect(dk_early_stop_tell(&e, 3, 0.92));
    cr_expect_eq(e.waiting, 2);
    cr_expect(dk_early_stop_tell(&e, 4, 0.88)); /* .12 below the mark: patience begins again */
    cr_expect(e.waiting == 0 && e.progress_epoch == 4 && !dk_early_stop_over(&e));
}

Test(run_early_stop, nan_never_is_best) {
    dk_early_stop_begin(&e, -1, 2, 0);
    cr_expect(!dk_early_stop_tell(&e, 1, (double)NAN));
    cr_expect(dk_early_stop_tell(&e, 2, 5.0));
    cr_expect(!dk_early_stop_tell(&e, 3, (double)NAN));
    cr_expect_eq(e.best_epoch, 2);
}

Test(run_early_stop, patience_zero_never_ends) {
    dk_early_stop_begin(&e, -1, 0, 0);
    for (int i = 1; i < 100; i++) {
        dk_early_stop_tell(&e, i, i);
    }
    cr_expect(!dk_early_stop_over(&e));
}
