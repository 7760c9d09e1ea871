/* From the run's events to its pictures: nothing is kept here but where the folder is. */
#include "app/results_observer.h"

#include <stdio.h>

#include "app/pictures.h"
#include "app/report.h"

static bool begin(void *user, const dk_run_info *run) {
    dk_results_observer *o = user;
    snprintf(o->folder, sizeof o->folder, "%s", run->folder);
    return true;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    dk_results_observer *o = user;
    dk_results results;
    if (e->valid == NULL) {
        return true;
    }
    dk_status status = dk_results_read(&results, o->folder, &o->failure);
    if (status == DK_OK) {
        status = dk_pictures_draw(&results, false, o->fonts, &o->failure);
    }
    dk_results_close(&results);
    return status == DK_OK;
}

static void end(void *user, const dk_end_event *e) {
    dk_results_observer *o = user;
    dk_results results;
    if (e->epochs == 0 || o->failure.status != DK_OK) {
        return;
    }
    dk_status status = dk_results_read(&results, o->folder, &o->failure);
    if (status == DK_OK) {
        status = dk_report_save(&results, &o->failure);
    }
    o->failure.status = status;
    dk_results_close(&results);
}

dk_observer dk_results_observer_hooks(dk_results_observer *o) {
    return (dk_observer){.user = o, .on_begin = begin, .on_epoch = epoch, .on_end = end};
}
