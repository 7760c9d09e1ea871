/* confusion.png: which truths get which answers, as counts and as shares of their row. */
#ifndef DK_PLOT_MATRIX_H
#define DK_PLOT_MATRIX_H

#include "base/status.h"
#include "plot/fonts.h"

enum { DK_MATRIX_MOST = 4000 }; /* classes */

typedef struct {
    const char *title, *subtitle;
    int classes;
    const char *const *names;
    const long *counts; /* [truth·classes + answer] */
} dk_matrix;

/* Writes a PNG as large as the classes need; aside and renamed. Numbers stand in the cells up to 32 classes,
 * beyond there are colours alone. DK_EUSAGE for fewer than 1 or more than DK_MATRIX_MOST classes. */
DK_CHECKED dk_status dk_matrix_save(const dk_matrix *matrix, dk_fonts *fonts, const char *path,
                                    dk_error *err);

#endif
