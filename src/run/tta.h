/* Test-time augmentation: the mean of the answers to several views of a picture. */
#ifndef DK_RUN_TTA_H
#define DK_RUN_TTA_H

#include "base/status.h"
#include "image/view.h"

typedef struct {
    const char *name;
    const dk_view *views; /* what the loader is given; the first is the whole picture, as it is */
    int count;
    int first; /* the views from here on are averaged: 0, or 1 where the whole picture is not among them */
} dk_tta;

extern const dk_tta dk_tta_none; /* the whole picture alone */
extern const dk_tta dk_tta_flip; /* it and its mirror image */

/* none, flip, ten or all; another name is DK_EUSAGE. */
DK_CHECKED dk_status dk_tta_find(const dk_tta **out, const char *name, dk_error *err);

/* mean[outputs] of answers[count·outputs]. */
void dk_tta_average(const dk_tta *tta, const float *answers, size_t outputs, float *mean);

#endif
