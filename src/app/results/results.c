/* `results`: draws the pictures of a run again, and writes its report; or shows runs on a page. */

#include "app/results/pictures.h"
#include "app/results/report.h"
#include "app/results/results_page.h"
#include "app/say.h"
#include "app/setup.h"
#include "app/stop.h"

static const dk_flag_table tables[] = {{.rows = dk_flags_http}, {0}};

static dk_status draw(const dk_call *call, dk_results *r, dk_error *err) {
    DK_TRY(dk_results_read(r, call->args[0], err));
    if (r->count == 0) {
        return dk_fail(err, DK_EDATA, "%s/log.csv: holds no epoch yet; there is nothing to draw", r->folder);
    }
    dk_fonts fonts = {.log = call->log};
    DK_TRY(dk_pictures_draw(r, &fonts, err));
    DK_TRY(dk_report_save(r, err));
    if (r->predictions.count == 0 && r->task->truth == &dk_truth_class) {
        dk_note(&call->log,
                "%s: holds no predictions.csv, so that only curves can be drawn: the run was not validated, "
                "or has more than "
                "4,096 classes",
                r->folder);
    }
    dk_say("%s/report.html\n", r->folder);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const dk_serve_conf *http = call->flags;
    dk_results results;
    if (http->address != NULL) {
        return dk_results_page(call->args, call->count, http, dk_stop_on_signals(), &call->log, err);
    }
    if (call->count > 1) {
        return dk_fail(err, DK_EUSAGE,
                       "the pictures of one RUN are drawn at a time; -http PORT shows several on a page, and "
                       "`compare` draws their curves");
    }
    const dk_status status = draw(call, &results, err);
    dk_results_close(&results);
    return status;
}

const dk_action dk_action_results = {
    .name = "results",
    .args = "RUN [RUN ...]",
    .help = "draw the pictures of a run again and write its report.html, or show runs on a page",
    .more =
        "RUN is a folder that a training has left, as results/mobilenet-1. From log.csv, classes.csv "
        "and\n"
        "predictions.csv are drawn chart.png, confusion.png, classes.png (F1 over epochs), reliability.png\n"
        "(calibration) and worst.png (the surest mistakes); report.html holds all of them in one file.\n"
        "With -http nothing is drawn: the curves of one or several runs of one task, over one another, and\n"
        "their pictures are shown in a browser until Ctrl-C.\n",
    .min = 1,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(dk_serve_conf),
    .run = run,
};
