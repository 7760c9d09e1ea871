/* classes.csv: F1 of every class after each validation. Columns: epoch, then one per class under its name. */
#ifndef DK_RUN_CLASS_LOG_H
#define DK_RUN_CLASS_LOG_H

#include "run/metrics.h"

/* Appends a row to folder/classes.csv, and the head first when the file is new or empty. */
DK_CHECKED dk_status dk_class_log_add(const char *folder, const char *const *names, int epoch,
                                      const dk_metrics *m, dk_error *err);

/* For a resumed run: keeps the whole rows up to an epoch. Fine without the file. */
DK_CHECKED dk_status dk_class_log_resume(const char *folder, int epoch, dk_error *err);

/* The file as columns of numbers. */
typedef struct {
    int classes, count;
    const char *const *names; /* classes */
    double *epochs;           /* count, ascending */
    double *f1;               /* [class·count + i], 0…1 */
} dk_class_log;

/* The arena keeps it all. Where an epoch stands there again, the later row counts. */
DK_CHECKED dk_status dk_class_log_read(dk_class_log *out, const char *path, dk_arena *arena, dk_error *err);

#endif
