/* An observer that draws the pictures of a run after every epoch and writes report.html at its end, all from the files in
 * the run's folder, as `results` does afterwards. */
#ifndef DK_APP_RESULTS_OBSERVER_H
#define DK_APP_RESULTS_OBSERVER_H

#include "app/results/pictures.h"
#include "run/observer.h"

typedef struct {
    dk_fonts *fonts;
    const char *chart; /* where a second chart goes: "chart.png" of the current folder, as Darknet's */
    char folder[4096];
    struct {
        bool read, answers, chart, report, picture[DK_RUN_PICTURES];
    } told; /* what was wrong: the run goes on without */
} dk_results_observer;

dk_observer dk_results_observer_hooks(dk_results_observer *o);

#endif
