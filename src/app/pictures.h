/* The pictures of a run, drawn from what its folder holds: one row each in the table of pictures.c. */
#ifndef DK_APP_PICTURES_H
#define DK_APP_PICTURES_H

#include "base/log.h"
#include "run/results.h"

typedef struct {
    const char *file;                      /* in the run's folder */
    const char *about;                     /* what it shows, for the report */
    bool (*possible)(const dk_results *r); /* after a validation, with what it left; NULL: needs none */
    dk_status (*draw)(const dk_results *r, const char *path, const dk_log *log, dk_error *err);
} dk_run_picture;

/* Ends with a row without a file. */
extern const dk_run_picture dk_run_pictures[];

/* Draws those that a validation made possible, or all that are. */
DK_CHECKED dk_status dk_pictures_draw(const dk_results *r, bool all, const dk_log *log, dk_error *err);

/* worst.png (worst.c): the surest mistakes. */
DK_CHECKED dk_status dk_worst_draw(const dk_results *r, const char *path, const dk_log *log, dk_error *err);

#endif
