/* `classifier valid`: loss, top-1 with its interval, top-k, macro F1, per-class scores and the confusion
 * matrix of a network on a list or folder; on request averaged over views, every answer as a file, and a
 * temperature. What is printed is valid_report.c. */
#include <stdio.h>
#include <string.h>

#include "app/setup.h"
#include "app/classifier/valid_report.h"
#include "base/log.h"
#include "run/answers.h"
#include "run/calibrate.h"
#include "run/evaluate.h"
#include "run/measuring.h"
#include "run/memory.h"
#include "run/predictions.h"
#include "run/run_folder.h"

typedef struct {
    const char *tta, *out, *exclude;
    int calibrate, json, top;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const char *const tta_names[] = {"none", "flip", "ten", "all", NULL}; /* of run/tta.h */
static const dk_flag own[] = {
    {"tta", DK_FLAG_WORD, AT(tta), .words = tta_names,
     .help = "average the answers to several views: mirrored, ten crops, or all of these and the whole"},
    {"calibrate", DK_FLAG_SWITCH, AT(calibrate),
     .help = "fit a temperature on these pictures; WEIGHTS.json keeps it for predict"},
    {"out", DK_FLAG_FILE, AT(out), .value = "FILE", .help = "write every answer as CSV"},
    {"exclude", DK_FLAG_FILE, AT(exclude), .value = "LIST",
     .help = "leave out the pictures that this file names, one path a line"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own},
                                       {.rows = dk_flags_json, .at = AT(json)},
                                       {.rows = dk_flags_top, .at = AT(top)},
                                       {.rows = dk_flags_seed, .at = AT(model)},
                                       {.rows = dk_flags_task, .at = AT(model)},
                                       {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_measuring m;
    dk_excluded excluded;
    dk_calibration calibration;
    dk_sidecar fitted;
    dk_predictions predictions;
    dk_valid_report report;
} work;

/* ---- before: network, pictures ---- */

static dk_status leave_out(work *w, dk_error *err) {
    const char *list = w->flags->exclude;
    const dk_excluded *const x = &w->excluded;
    DK_TRY(dk_dataset_exclude(w->m.set, list, &w->excluded, err));
    w->report.excluded = &w->excluded;
    dk_note(&w->call->log, "%s: %d of its %d paths matched; %d pictures are left out", list, x->matched,
            x->listed, x->left_out);
    if (x->matched < x->listed) {
        dk_warn(&w->call->log, "%s: %d of its paths are not among the pictures of %s", list,
                x->listed - x->matched, w->m.source);
    }
    return DK_OK;
}

/* Answers that are kept, and the tables: refused here when there is no room, not after an hour. */
static dk_status check_memory(const work *w, dk_error *err) {
    const flags *f = w->flags;
    const dk_model *const m = w->m.model;
    const dk_memory_beside host =
        dk_memory_beside_nets(m->backend, m->max_memory, dk_net_bytes_sum(&m->net->bytes));
    const dk_answers_plan plan = {.path = w->m.data->path,
                                  .classes = w->m.data->conf.classes,
                                  .views = w->m.model->net->options.n,
                                  .passes = 1,
                                  .kept = (long)w->m.set->count * ((f->out != NULL) + (f->calibrate != 0)),
                                  .tables = 2,
                                  .used = host.used};
    return dk_answers_check(&plan, host.limit, err);
}

static dk_status open_tables(work *w, dk_error *err) {
    const dk_data *data = w->m.data;
    const int classes = data->conf.classes, top = dk_setup_top(w->flags->top, data);
    const char *const *names = NULL;
    w->report.data = data;
    w->calibration.classes = classes;
    DK_TRY(dk_predictions_names(&names, data, err));
    dk_predictions_open(&w->predictions, classes, names);
    DK_TRY(dk_metrics_open(&w->report.single, classes, top, w->call->arena, err));
    return dk_metrics_open(&w->report.averaged, classes, top, w->call->arena, err);
}

static dk_status open_all(work *w, dk_error *err) {
    const dk_call *call = w->call;
    DK_TRY(dk_tta_find(&w->report.tta, w->flags->tta ? w->flags->tta : "none", err));
    dk_measuring_options options = dk_setup_measuring(call, &w->flags->model, offsetof(dk_data_conf, valid));
    options.truth = call->task->truth;
    options.views = w->report.tta->views;
    options.view_count = w->report.tta->count;
    DK_TRY(dk_measuring_open(&w->m, &options, err));
    if (w->flags->exclude) {
        DK_TRY(leave_out(w, err));
    }
    DK_TRY(check_memory(w, err));
    DK_TRY(dk_measuring_start(&w->m, err));
    return open_tables(w, err);
}

/* ---- the pass ---- */

static dk_status keep_single(void *user, int picture, int truth, const float *scores, dk_error *err) {
    work *w = user;
    (void)picture;
    return dk_calibration_add(&w->calibration, scores, truth, err);
}

static dk_status keep_averaged(void *user, int picture, int truth, const float *scores, dk_error *err) {
    work *w = user;
    return dk_predictions_add(&w->predictions, w->m.set->samples[picture].path, truth, scores, err);
}

/* The pictures left out, each with its reason, in results/<cfg>-valid-<number>/skipped.txt. */
static dk_status list_skipped(const work *w, dk_error *err) {
    char base[256];
    dk_run_folder folder;
    const dk_dataset *const sets[] = {w->m.set};
    const dk_stream *const loaders[] = {w->m.stream};
    dk_path_stem(w->call->args[1], base, sizeof base - sizeof "-valid");
    strcat(base, "-valid");
    DK_TRY(dk_run_folder_make(&folder, w->m.data->conf.results, base, w->call->arena, err));
    DK_TRY(dk_run_folder_skipped(&folder, sets, loaders, 1, err));
    dk_warn(&w->call->log, "%d pictures could not be read and were left out; %s/skipped.txt lists them",
            dk_stream_skipped(w->m.stream), folder.path);
    return DK_OK;
}

static dk_status pass(work *w, dk_error *err) {
    const flags *f = w->flags;
    const dk_evaluation e = {.net = w->m.model->net,
                             .loader = w->m.stream,
                             .set = w->m.set,
                             .tta = w->report.tta,
                             .single = &w->report.single,
                             .averaged = &w->report.averaged,
                             .on_single = f->calibrate ? keep_single : NULL,
                             .on_averaged = f->out ? keep_averaged : NULL,
                             .user = w};
    const dk_status status = dk_evaluate_views(&e, err);
    dk_error second = {0};
    if (dk_stream_skipped(w->m.stream) > 0 && list_skipped(w, &second) != DK_OK) {
        dk_warn(&w->call->log, "%s", second.text);
    }
    return status;
}

/* ---- after ---- */

/* predict shows whole pictures as they are, so the temperature is that of the single view. */
static dk_status calibrate(work *w, dk_error *err) {
    double t = 1;
    DK_TRY(dk_calibration_fit(&w->calibration, &t, err));
    w->fitted = (dk_sidecar){.temperature = t,
                             .fitted_on = w->m.source,
                             .images = w->calibration.count,
                             .loss_before = dk_calibration_loss(&w->calibration, 1),
                             .loss_after = dk_calibration_loss(&w->calibration, t)};
    w->report.fitted = &w->fitted;
    w->report.fitted_path = dk_sidecar_path(w->call->args[2], w->call->arena);
    if (!w->report.fitted_path) {
        return dk_no_memory(err, strlen(w->call->args[2]), "the path of the .json file");
    }
    return dk_sidecar_write(&w->fitted, w->call->args[2], w->call->arena, err);
}

static dk_status save_predictions(const work *w, dk_error *err) {
    const char *path = w->flags->out;
    DK_TRY(dk_predictions_save(&w->predictions, path, err));
    dk_note(&w->call->log, "%s: %d answers%s%s", path, w->predictions.count,
            w->report.tta->count > 1 ? ", averaged over the views of -tta " : "",
            w->report.tta->count > 1 ? w->report.tta->name : "");
    return DK_OK;
}

static dk_status measure(work *w, dk_error *err) {
    const flags *f = w->flags;
    dk_valid_report *r = &w->report;
    DK_TRY(open_all(w, err));
    DK_TRY(pass(w, err));
    r->interval = dk_interval_share(r->single.hits, r->single.images, w->m.model->seed);
    const dk_status fitted = f->calibrate ? calibrate(w, err) : DK_OK;
    if (fitted != DK_OK) {
        r->fitted = NULL; /* the figures are shown all the same */
    }
    if (f->json) {
        DK_TRY(dk_valid_report_json(r, fitted == DK_OK ? err : NULL));
    } else {
        dk_valid_report_text(r);
    }
    DK_TRY(fitted);
    return f->out ? save_predictions(w, err) : DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {.call = call, .flags = call->flags};
    const dk_status status = measure(&w, err);
    dk_predictions_close(&w.predictions);
    dk_calibration_free(&w.calibration);
    dk_measuring_close(&w.m);
    return status;
}

const dk_action dk_action_valid = {
    .name = "valid",
    .args = "DATA CFG WEIGHTS [LIST_OR_FOLDER]",
    .help = "measure a network on the `valid` pictures of DATA, or on others",
    .more =
        "-json prints one object: images, skipped, loss, top1 (0..1), top1_interval [low, high], topk, "
        "macro_f1,\n"
        "classes [{name, precision, recall, f1, support}], confusion [[...]] (rows: truth; up to 4,096 "
        "classes); with -exclude\n"
        "excluded, with -tta tta {name, views, loss, top1, topk, macro_f1}, with -calibrate calibration\n"
        "{temperature, loss_before, loss_after, file}. All but `tta` is of the single view: the whole "
        "picture.\n"
        "-out writes path, truth, answer, probability and every score, averaged when -tta is given.\n"
        "The crops of -tta ten are .875 of the side, at the corners and in the centre, each mirrored, too.\n",
    .min = 3,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
