/* An observer that draws the pictures of a run after every validation and writes report.html at its end, all
 * from the files in the run's folder. */
#ifndef DK_APP_RESULTS_OBSERVER_H
#define DK_APP_RESULTS_OBSERVER_H

#include "plot/fonts.h"
#include "run/observer.h"

typedef struct {
    dk_fonts *fonts;
    bool told_pictures, told_report; /* what was wrong with them: the run goes on without */
    char folder[4096];
} dk_results_observer;

/* Its hooks come after those of the chart, so that the report shows the last one. */
dk_observer dk_results_observer_hooks(dk_results_observer *o);

#endif
