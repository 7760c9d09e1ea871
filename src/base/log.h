/* Messages for people go through a callback that the caller brings: the library itself never prints.
 * A zeroed dk_log drops everything. */
#ifndef DK_BASE_LOG_H
#define DK_BASE_LOG_H

#include "base/status.h"

void dk_note(const dk_log *log, const char *format, ...) DK_PRINTF(2, 3); /* something worth knowing */
void dk_warn(const dk_log *log, const char *format, ...) DK_PRINTF(2, 3); /* something to look at */

#endif
