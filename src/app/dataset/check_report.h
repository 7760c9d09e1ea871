/* What `dataset check` found, as text and as JSON. */
#ifndef DK_APP_CHECK_REPORT_H
#define DK_APP_CHECK_REPORT_H

#include "data/check.h"

void dk_check_report_text(const dk_check *check, const dk_data *data);
DK_CHECKED dk_status dk_check_report_json(const dk_check *check, const dk_data *data, dk_error *err);

#endif
