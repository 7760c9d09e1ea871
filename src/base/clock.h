/* Time that only moves forward. */
#ifndef DK_BASE_CLOCK_H
#define DK_BASE_CLOCK_H

#include <pthread.h>

double dk_clock_now(void); /* seconds since some fixed moment */

/* A condition that can be waited for by this clock, and the wait: at most so many seconds. */
void dk_clock_condition(pthread_cond_t *condition);
void dk_clock_wait(pthread_cond_t *condition, pthread_mutex_t *locked, double seconds);

#endif
