/* From the run's events to its pictures: nothing is kept here but where the folder is. */
#include "app/results/results_observer.h"

#include <stdio.h>

#include "app/results/pictures.h"
#include "app/results/report.h"
#include "base/log.h"

static bool begin(void *user, const dk_run_info *run) {
    dk_results_observer *o = user;
    snprintf(o->folder, sizeof o->folder, "%s", run->folder);
    return true;
}

/* What the folder holds by now, as pictures or as the report. */
static dk_status show(const dk_results_observer *o, bool report, dk_error *err) {
    dk_results results;
    dk_status status = dk_results_read(&results, o->folder, err);
    if (status == DK_OK) {
        status = report ? dk_report_save(&results, err) : dk_pictures_draw(&results, false, o->fonts, err);
    }
    dk_results_close(&results);
    return status;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    dk_results_observer *o = user;
    dk_error why = {0};
    const dk_status status = e->valid != NULL ? show(o, false, &why) : DK_OK;
    dk_pass_over(&o->fonts->log, &o->told_pictures, status, &why);
    return true;
}

static void end(void *user, const dk_end_event *e) {
    dk_results_observer *o = user;
    dk_error why = {0};
    const dk_status status = e->epochs > 0 ? show(o, true, &why) : DK_OK;
    dk_pass_over(&o->fonts->log, &o->told_report, status, &why);
}

dk_observer dk_results_observer_hooks(dk_results_observer *o) {
    return (dk_observer){.user = o, .on_begin = begin, .on_epoch = epoch, .on_end = end};
}
