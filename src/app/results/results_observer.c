/* From the run's events to its pictures: nothing is kept here but where they go. */
#include "app/results/results_observer.h"

#include <stdio.h>

#include "app/results/report.h"
#include "base/file.h"
#include "base/log.h"

static bool begin(void *user, const dk_run_info *run) {
    dk_results_observer *o = user;
    dk_error why = {0};
    snprintf(o->folder, sizeof o->folder, "%s", run->folder);
    const dk_status status = dk_writer_probe(o->chart, &why);
    dk_pass_over(&o->fonts->log, &o->told.chart, status, &why);
    return true;
}

static void draw_chart(dk_results_observer *o, const dk_results *r) {
    const dk_run_picture *chart = &dk_run_pictures[DK_PICTURE_CHART];
    dk_error why = {0};
    dk_status status = dk_picture_draw(chart, r, o->fonts, NULL, &why);
    dk_pass_over(&o->fonts->log, &o->told.picture[DK_PICTURE_CHART], status, &why);
    status = dk_picture_draw(chart, r, o->fonts, o->chart, &why);
    dk_pass_over(&o->fonts->log, &o->told.chart, status, &why);
}

/* What a validation has left, as pictures. */
static void draw_answers(dk_results_observer *o, const dk_results *r) {
    dk_error why = {0};
    for (int i = DK_PICTURE_CHART + 1; dk_run_pictures[i].file != NULL; i++) {
        const dk_status status = dk_picture_draw(&dk_run_pictures[i], r, o->fonts, NULL, &why);
        dk_pass_over(&o->fonts->log, &o->told.picture[i], status, &why);
    }
}

/* What the folder holds by now: the chart, then with `all` the other pictures, and at the end the report. What cannot be
 * read is left out. */
static void show(dk_results_observer *o, bool all, bool report) {
    const dk_log *log = &o->fonts->log;
    dk_results r;
    dk_error why = {0};
    dk_status status = dk_results_open(&r, o->folder, &why);
    dk_pass_over(log, &o->told.read, status, &why);
    if (status == DK_OK) {
        draw_chart(o, &r);
        status = all || report ? dk_results_add_validation(&r, &why) : DK_OK;
        dk_pass_over(log, &o->told.answers, status, &why);
    }
    if (status == DK_OK && all) {
        draw_answers(o, &r);
    }
    if (status == DK_OK && report) {
        const dk_status saved = dk_report_save(&r, &why);
        dk_pass_over(log, &o->told.report, saved, &why);
    }
    dk_results_close(&r);
}

static bool epoch(void *user, const dk_epoch_event *e) {
    show(user, e->valid != NULL, false);
    return true;
}

static void end(void *user, const dk_end_event *e) {
    if (e->epochs > 0) {
        show(user, false, true);
    }
}

dk_observer dk_results_observer_hooks(dk_results_observer *o) {
    return (dk_observer){.user = o, .on_begin = begin, .on_epoch = epoch, .on_end = end};
}
