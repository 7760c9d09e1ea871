/* `classifier test`: Darknet's dump of all scores: for each picture of the `test` list a line PATH, then
 * every score after a tab. Labels are not needed. */
#include <stdio.h>

#include "app/process.h"
#include "app/say.h"
#include "app/setup.h"
#include "base/log.h"
#include "run/evaluate.h"
#include "run/measuring.h"

static const dk_flag_table tables[] = {{.rows = dk_flags_task}, {0}};

static dk_status print_scores(void *user, int picture, int truth, const float *scores, dk_error *err) {
    const dk_measuring *m = user;
    (void)truth;
    dk_say("%s", m->set->samples[picture].path);
    for (int i = 0; i < m->data->conf.classes; i++) {
        dk_say("\t%g", (double)scores[i]);
    }
    dk_say("\n");
    return ferror(stdout) ? dk_stdout_flush(err) : DK_OK;
}

static dk_status report_skipped(const dk_measuring *m, const dk_call *call, dk_error *err) {
    const int skipped = dk_stream_skipped(m->stream);
    for (int i = 0; i < skipped; i++) {
        int picture = 0;
        const char *reason = dk_stream_skip(m->stream, i, &picture);
        dk_warn(&call->log, "%s", reason);
    }
    if (skipped > 0) {
        return dk_fail(err, DK_EIO, "%d of %d pictures could not be read", skipped, m->set->count);
    }
    return DK_OK;
}

static dk_status score(dk_measuring *m, const dk_call *call, dk_error *err) {
    dk_measuring_options options = dk_setup_measuring(call, call->flags, offsetof(dk_data_conf, test));
    dk_metrics metrics;
    options.max_bad = 1; /* each is reported, the others go on */
    DK_TRY(dk_measuring_open(m, &options, err));
    DK_TRY(dk_measuring_start(m, err));
    DK_TRY(dk_metrics_open(&metrics, m->data->conf.classes, 1, call->arena, err));
    DK_TRY(dk_evaluate_set(m->model->net, m->stream, m->set, &metrics, print_scores, m, err));
    return report_skipped(m, call, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    dk_measuring m = {0};
    const dk_status status = score(&m, call, err);
    dk_measuring_close(&m);
    return status;
}

const dk_action dk_action_test = {
    .name = "test",
    .args = "DATA CFG WEIGHTS [LIST_OR_FOLDER]",
    .help = "print every score of the `test` pictures of DATA: PATH, then scores after tabs",
    .min = 3,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(dk_model_flags),
    .run = run,
};
