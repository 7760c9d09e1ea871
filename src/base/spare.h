/* Memory for those who cannot do without. Some libraries end the process when they get none (oneDNN, while it makes code):
 * so one asks first, and can say so. */
#ifndef DK_BASE_SPARE_H
#define DK_BASE_SPARE_H

#include <stddef.h>

#include "base/status.h"

/* Could these bytes be had now? They are asked for and given back, untouched: some microseconds. DK_ENOMEM names `what`, and
 * the limits of the process that may be the reason (`ulimit -v`, `ulimit -d`). */
DK_CHECKED dk_status dk_spare_check(size_t bytes, const char *what, dk_error *err);

#endif
