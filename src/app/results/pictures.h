/* The pictures of a run, drawn from what its folder holds: one row each in the table of pictures.c. */
#ifndef DK_APP_PICTURES_H
#define DK_APP_PICTURES_H

#include "plot/fonts.h"
#include "run/results.h"

typedef struct {
    const char *file;                      /* in the run's folder */
    const char *about;                     /* what it shows, for the report */
    bool (*possible)(const dk_results *r); /* after a validation, with what it left; NULL: needs none */
    dk_status (*draw)(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err);
} dk_run_picture;

/* The chart first; ends with a row without a file. */
enum { DK_PICTURE_CHART, DK_RUN_PICTURES = 8 }; /* rows at most */
extern const dk_run_picture dk_run_pictures[DK_RUN_PICTURES + 1];

/* Draws one where it is possible, to path or (NULL) into the folder of the run. fonts: its log is told what is wrong. */
DK_CHECKED dk_status dk_picture_draw(const dk_run_picture *picture, const dk_results *r, dk_fonts *fonts,
                                     const char *path, dk_error *err);

/* All of them. One that cannot be drawn does not keep the others back; the first failure is told. */
DK_CHECKED dk_status dk_pictures_draw(const dk_results *r, dk_fonts *fonts, dk_error *err);

/* worst.png (worst.c): the surest mistakes. */
DK_CHECKED dk_status dk_worst_draw(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err);

#endif
