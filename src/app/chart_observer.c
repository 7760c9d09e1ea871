/* Collects one point per epoch and has plot/chart.h draw them. */
#include "app/chart_observer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/log.h"
#include "run/results.h"

static void save(dk_chart_observer *o, int stopped) {
    const dk_chart chart = {.title = o->title,
                            .subtitle = o->subtitle,
                            .points = o->points,
                            .count = o->count,
                            .best = o->best,
                            .stopped = stopped,
                            .epochs = o->epochs};
    const char *const paths[] = {o->first, o->second};
    for (int i = 0; i < 2; i++) {
        dk_error why = {0};
        const dk_status status = dk_chart_save(&chart, o->fonts, paths[i], &why);
        dk_pass_over(&o->fonts->log, &o->told[i], status, &why);
    }
}

static bool add(dk_chart_observer *o, const dk_chart_point *point) {
    if (DK_GROW(o->points, o->count, o->room, "the chart", NULL) != DK_OK) {
        return false;
    }
    o->points[o->count++] = *point;
    return true;
}

/* The points of a resumed run's log.csv. */
static void take_up(dk_chart_observer *o, const dk_run_info *run) {
    dk_results results;
    dk_error err = {0};
    const bool read = dk_results_read(&results, run->folder, &err) == DK_OK;
    if (!read) {
        dk_warn(&o->fonts->log, "the chart begins at epoch %d: %s", run->done + 1, err.text);
    }
    for (int i = 0; read && i < results.count; i++) {
        const dk_log_row *r = &results.rows[i];
        const dk_chart_point point = {.epoch = r->epoch,
                                      .train_loss = r->train_loss,
                                      .train_accuracy = r->train_accuracy,
                                      .val_loss = r->val_loss,
                                      .val_accuracy = r->val_accuracy,
                                      .rate = (double)(float)r->rate}; /* as the steps tell it */
        if (add(o, &point)) {
            o->best = r->best ? o->count - 1 : o->best;
        }
    }
    dk_results_close(&results);
}

static bool begin(void *user, const dk_run_info *run) {
    dk_chart_observer *o = user;
    dk_net_info info;
    dk_error why = {0};
    dk_net_describe(run->net, &info);
    snprintf(o->first, sizeof o->first, "%s/chart.png", run->folder);
    snprintf(o->title, sizeof o->title, "%s", run->name);
    snprintf(o->subtitle, sizeof o->subtitle,
             "%d training and %d validation pictures, %zu parameters, batch %ld", run->train->count,
             run->valid ? run->valid->count : 0, info.parameters, run->batch);
    o->epochs = run->epochs;
    const dk_status writable = dk_writer_probe(o->second, &why);
    dk_pass_over(&o->fonts->log, &o->told[1], writable, &why);
    if (run->done > 0) {
        take_up(o, run);
    }
    return true;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    dk_chart_observer *o = user;
    const dk_chart_point point = {.epoch = e->epoch,
                                  .train_loss = e->train_loss,
                                  .train_accuracy = e->train_accuracy,
                                  .val_loss = e->valid ? dk_metrics_loss(e->valid) : NAN,
                                  .val_accuracy = e->valid ? dk_metrics_top1(e->valid) : NAN,
                                  .rate = e->rate};
    if (add(o, &point)) { /* without memory for a point, the chart lacks one */
        o->best = e->best ? o->count - 1 : o->best;
    }
    save(o, -1);
    return true;
}

static void end(void *user, const dk_end_event *e) {
    dk_chart_observer *o = user;
    if (e->early_stop && o->count > 0) {
        save(o, o->count - 1);
    }
}

void dk_chart_observer_open(dk_chart_observer *o, const char *second, dk_fonts *fonts) {
    *o = (dk_chart_observer){.second = second, .fonts = fonts, .best = -1};
}

void dk_chart_observer_close(dk_chart_observer *o) {
    free(o->points);
}

dk_observer dk_chart_observer_hooks(dk_chart_observer *o) {
    return (dk_observer){.user = o, .on_begin = begin, .on_epoch = epoch, .on_end = end};
}
