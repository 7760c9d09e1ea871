/* Second half of a check: who is identical to whom, and what that makes of each picture. */
#ifndef DK_DATA_CHECK_GROUPS_H
#define DK_DATA_CHECK_GROUPS_H

#include "data/check.h"

/* Fills members, groups, and group and fault of each picture, whose hashes are there. */
DK_CHECKED dk_status dk_check_group_all(dk_check *check, dk_error *err);

#endif
