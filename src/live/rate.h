/* The fixed rate of a film that is written, from what its source says and from when the first frames came. */
#ifndef DK_LIVE_RATE_H
#define DK_LIVE_RATE_H

#include "live/source.h"

/* The exact rate that a rounded number stands for: 29.97 is 30000 in 1001 seconds. At least one frame a second: a multiple
 * of what is slower. */
dk_rate dk_rate_of(double fps);
double dk_rate_value(dk_rate rate); /* frames a second */

/* That of the source; where it says none or one that cannot be meant, or its first frames come faster (films of a rate
 * that changes announce a mean), one that keeps these apart; of pictures 1, where nothing is known 25. times: of the
 * first frames, seconds, rising. */
double dk_rate_choose(const dk_source_info *source, const double *times, int count);

#endif
