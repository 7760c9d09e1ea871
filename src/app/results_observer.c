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
    const dk_results_observer *o = user;
    dk_results results;
    dk_error err = {0};
    if (e->valid == NULL) {
        return true;
    }
    dk_status status = dk_results_read(&results, o->folder, &err);
    if (status == DK_OK) {
        status = dk_pictures_draw(&results, false, &o->log, &err);
    }
    if (status != DK_OK) {
        dk_warn(&o->log, "the pictures of the run were not drawn: %s", err.text);
    }
    dk_results_close(&results);
    return true;
}

static void end(void *user, const dk_end_event *e) {
    const dk_results_observer *o = user;
    dk_results results;
    dk_error err = {0};
    if (e->epochs == 0) {
        return;
    }
    dk_status status = dk_results_read(&results, o->folder, &err);
    if (status == DK_OK) {
        status = dk_report_save(&results, &err);
    }
    if (status != DK_OK) {
        dk_warn(&o->log, "report.html was not written: %s", err.text);
    }
    dk_results_close(&results);
}

dk_observer dk_results_observer_hooks(dk_results_observer *o) {
    return (dk_observer){.user = o, .on_begin = begin, .on_epoch = epoch, .on_end = end};
}
