/* `classifier test`: Darknet's dump of all scores: for each picture of the `test` list a line PATH, then
 * every score after a tab. Labels are not needed. */
#include <stdio.h>

#include "app/process.h"
#include "app/say.h"
#include "app/setup.h"
#include "base/log.h"
#include "run/evaluate.h"

typedef struct {
    int dont_show;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag_table tables[] = {
    {.rows = dk_flags_model, .at = AT(model)}, {.rows = dk_flags_window, .at = AT(dont_show)}, {0}};

typedef struct {
    dk_data *data;
    dk_model model;
    dk_dataset *set;
    dk_stream *loader;
} work;

static dk_status print_scores(void *user, int picture, int truth, const float *scores, dk_error *err) {
    const work *w = user;
    (void)truth;
    dk_say("%s", w->set->samples[picture].path);
    for (int i = 0; i < w->data->conf.classes; i++) {
        dk_say("\t%g", (double)scores[i]);
    }
    dk_say("\n");
    return ferror(stdout) ? dk_stdout_flush(err) : DK_OK;
}

static dk_status report_skipped(const work *w, const dk_call *call, dk_error *err) {
    const int skipped = dk_stream_skipped(w->loader);
    for (int i = 0; i < skipped; i++) {
        int picture = 0;
        const char *reason = dk_stream_skip(w->loader, i, &picture);
        dk_warn(&call->log, "%s", reason);
    }
    if (skipped > 0) {
        return dk_fail(err, DK_EIO, "%d of %d pictures could not be read", skipped, w->set->count);
    }
    return DK_OK;
}

static dk_status score(work *w, const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    dk_model_options options = dk_setup_model(call, &f->model, call->args[1], call->args[2]);
    DK_TRY(dk_setup_data(&w->data, call, &f->model, call->args[0], err));
    DK_TRY(dk_model_read(&w->model, &options, err));
    options.build.n = w->model.settings.net.batch / w->model.settings.net.subdivisions;
    DK_TRY(dk_model_build(&w->model, &options, err));
    DK_TRY(dk_data_fits(w->data, w->model.net, err));
    const char *source = call->count > 3 ? call->args[3] : w->data->conf.test;
    DK_TRY(dk_data_open(&w->set, w->data, source, NULL, err));
    dk_unread_warn(&w->set->unread, source, &call->log);
    dk_loader_conf conf = dk_setup_loader(&w->model, f->model.threads);
    conf.max_bad = 1; /* each is reported, the others go on */
    DK_TRY(dk_loader_open(&w->loader, w->set, &conf, err));
    dk_metrics metrics;
    DK_TRY(dk_metrics_open(&metrics, w->data->conf.classes, 1, call->arena, err));
    DK_TRY(dk_evaluate_set(w->model.net, w->loader, w->set, &metrics, print_scores, w, err));
    return report_skipped(w, call, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {0};
    const dk_status status = score(&w, call, err);
    dk_stream_close(w.loader);
    dk_dataset_close(w.set);
    dk_model_close(&w.model);
    dk_data_close(w.data);
    return status;
}

const dk_action dk_action_test = {
    .name = "test",
    .args = "DATA CFG WEIGHTS [LIST_OR_FOLDER]",
    .help = "print every score of the `test` pictures of DATA: PATH, then scores after tabs",
    .min = 3,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
