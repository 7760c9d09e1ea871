/* An observer that draws chart.png after every validation: into the run's folder and to a second place. */
#ifndef DK_APP_CHART_OBSERVER_H
#define DK_APP_CHART_OBSERVER_H

#include "plot/chart.h"
#include "run/observer.h"

typedef struct {
    const char *second; /* "chart.png" in the current folder, as Darknet's */
    dk_fonts *fonts;
    bool told[2];     /* that the first, the second could not be written: the run goes on without */
    char first[4096]; /* in the run's folder */
    char title[256], subtitle[512];
    dk_chart_point *points;
    int count, room, best;
    double epochs;
} dk_chart_observer;

void dk_chart_observer_open(dk_chart_observer *o, const char *second, dk_fonts *fonts);
void dk_chart_observer_close(dk_chart_observer *o);
dk_observer dk_chart_observer_hooks(dk_chart_observer *o);

#endif
