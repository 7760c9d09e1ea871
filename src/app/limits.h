/* Limits of the process (`ulimit`) under which nothing works, told at the start instead of by a crash later. */
#ifndef DK_APP_LIMITS_H
#define DK_APP_LIMITS_H

#include "base/status.h"

DK_CHECKED dk_status dk_limits_check(dk_error *err);

#endif
