/* report.html: a run in one file that needs nothing else. Pictures are embedded, there are no scripts and no
 * links, and every text that came from outside is escaped. */
#ifndef DK_APP_REPORT_H
#define DK_APP_REPORT_H

#include "run/results.h"

/* Writes it into the run's folder, with the pictures that are there; aside and renamed. */
DK_CHECKED dk_status dk_report_save(const dk_results *r, dk_error *err);

#endif
