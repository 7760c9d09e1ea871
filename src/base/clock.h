/* Time that only moves forward. */
#ifndef DK_BASE_CLOCK_H
#define DK_BASE_CLOCK_H

double dk_clock_now(void); /* seconds since some fixed moment */

#endif
