/* reliability.png: how often answers are right, against how sure they were. */
#ifndef DK_PLOT_CALIBRATION_H
#define DK_PLOT_CALIBRATION_H

#include "base/status.h"
#include "plot/fonts.h"

/* Bin b of `bins` equal ones holds probabilities b/bins … (b+1)/bins. */
typedef struct {
    const char *title, *subtitle;
    int bins;
    const long *count;
    const double *accuracy, *probability; /* means of a bin, 0…1; not read where count is 0 */
} dk_calibration_chart;

/* Writes a PNG (760×900): accuracy over probability above, how many answers below; aside and renamed. */
DK_CHECKED dk_status dk_calibration_chart_save(const dk_calibration_chart *c, dk_fonts *fonts,
                                               const char *path, dk_error *err);

#endif
