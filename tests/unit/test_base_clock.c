/* Time moves forward, in seconds. */
#include <criterion/criterion.h>
#include <time.h>

#include "base/clock.h"

Test(base_clock, counts_seconds) {
    const double before = dk_clock_now();
    const struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
    const double passed = dk_clock_now() - before;
    cr_assert(passed >= 0.02 && passed < 2, "%g", passed);
}
