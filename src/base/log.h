/* Messages for people go through a callback that the caller brings: the library itself never prints.
 * A zeroed dk_log drops everything. */
#ifndef DK_BASE_LOG_H
#define DK_BASE_LOG_H

#include <stdbool.h>

#include "base/status.h"

void dk_note(const dk_log *log, const char *format, ...) DK_PRINTF(2, 3); /* something worth knowing */
void dk_warn(const dk_log *log, const char *format, ...) DK_PRINTF(2, 3); /* something to look at */

/* What a run shows beside what it needs (a chart, a report) never ends it: that it failed is told once, and not again. */
void dk_pass_over(const dk_log *log, bool *told, dk_status status, const dk_error *why);

#endif
