/* timeline.png: what each face of a video showed, second by second, as stacked areas of probabilities. */
#ifndef DK_PLOT_TIMELINE_H
#define DK_PLOT_TIMELINE_H

#include "base/status.h"
#include "plot/fonts.h"

/* One visit: from its first point to its last. */
typedef struct {
    int id;
    int points;
    const double *times;   /* points, seconds, ascending */
    const float *values;   /* [point·classes + class], 0…1 */
    const double *seconds; /* [classes]: that it was named so; the longest is what the face was most */
} dk_timeline_face;

typedef struct {
    const char *title, *subtitle; /* subtitle NULL: none */
    const char *const *names;     /* of the classes */
    int classes;
    double seconds; /* right end of the axis; 0: the last point */
    const dk_timeline_face *faces;
    int count;
} dk_timeline;

enum { DK_TIMELINE_ROWS = 16, DK_TIMELINE_CLASSES = 10 };

/* Writes a PNG, 1200 pixels wide, a row for each face that has points; aside and renamed. Of more than
 * DK_TIMELINE_ROWS faces those that were seen longest are shown, of more than DK_TIMELINE_CLASSES classes the
 * most frequent; both is said in the picture. Without any face the picture says that. */
DK_CHECKED dk_status dk_timeline_save(const dk_timeline *timeline, dk_fonts *fonts, const char *path,
                                      dk_error *err);

#endif
