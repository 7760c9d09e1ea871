/* log.csv: one row per epoch with the numbers of the chart. Every row is added in one piece, so that a crash
 * or a full disk leaves whole lines. */
#ifndef DK_RUN_CSV_LOG_H
#define DK_RUN_CSV_LOG_H

#include "base/arena.h"
#include "run/observer.h"

typedef struct {
    char *path;
    const dk_figure_kind *kinds; /* of the task: its columns */
    dk_buffer text;              /* all of it, for a file that is gone */
} dk_csv_log;

/* Makes folder/log.csv with its head. */
DK_CHECKED dk_status dk_csv_log_open(dk_csv_log *log, const char *folder, const dk_figure_kind *kinds,
                                     dk_error *err);
/* Opens the one that is there; rows after `step`, and one that a crash cut short, go. */
DK_CHECKED dk_status dk_csv_log_resume(dk_csv_log *log, const char *folder, const dk_figure_kind *kinds,
                                       long step, dk_error *err);
/* Adds a row, or makes the file again with all rows; columns of a validation are empty when there was none. */
DK_CHECKED dk_status dk_csv_log_add(dk_csv_log *log, const dk_epoch_event *e, dk_error *err);
void dk_csv_log_close(dk_csv_log *log); /* accepts a zeroed one */

#endif
