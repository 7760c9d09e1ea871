/* CLOCK_MONOTONIC in seconds: setting the machine's time does not move it. */
#include "base/clock.h"

#include <math.h>
#include <time.h>

double dk_clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void dk_clock_condition(pthread_cond_t *condition) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void dk_clock_wait(pthread_cond_t *condition, pthread_mutex_t *locked, double seconds) {
    const double at = dk_clock_now() + seconds;
    const struct timespec until = {(time_t)floor(at), (long)(1e9 * (at - floor(at)))};
    pthread_cond_timedwait(condition, locked, &until);
}
