/* `classifier valid`: loss, top-1, top-k, macro F1, per-class scores and the confusion matrix of a network on
 * a list or folder. */
#include <stdio.h>
#include <string.h>

#include "app/json.h"
#include "app/setup.h"
#include "base/log.h"
#include "run/evaluate.h"
#include "run/run_folder.h"

typedef struct {
    dk_data *data;
    dk_model model;
    dk_dataset *set;
    dk_loader *loader;
    dk_metrics metrics;
} work;

static void print_json_class(cJSON *classes, const char *name, dk_class_score score) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "name", name);
    dk_json_float(o, "precision", score.precision);
    dk_json_float(o, "recall", score.recall);
    dk_json_float(o, "f1", score.f1);
    cJSON_AddNumberToObject(o, "support", (double)score.support);
    cJSON_AddItemToArray(classes, o);
}

static dk_status print_json(const dk_metrics *m, const dk_data *data, dk_error *err) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "images", (double)m->images);
    cJSON_AddNumberToObject(root, "skipped", (double)m->skipped);
    dk_json_float(root, "loss", dk_metrics_loss(m));
    dk_json_float(root, "top1", dk_metrics_top1(m));
    dk_json_float(root, "topk", dk_metrics_topk(m));
    dk_json_float(root, "macro_f1", dk_metrics_macro_f1(m));
    cJSON *classes = cJSON_AddArrayToObject(root, "classes");
    cJSON *confusion = cJSON_AddArrayToObject(root, "confusion");
    for (int i = 0; i < m->classes; i++) {
        print_json_class(classes, data->names[i], dk_metrics_class(m, i));
        cJSON *row = cJSON_CreateArray();
        for (int j = 0; j < m->classes; j++) {
            cJSON_AddItemToArray(row, cJSON_CreateNumber((double)m->confusion[i * m->classes + j]));
        }
        cJSON_AddItemToArray(confusion, row);
    }
    return dk_json_print(root, err);
}

/* Widest name, at least 8 and at most 24 columns. */
static int name_width(const dk_data *data) {
    size_t width = 8;
    for (int i = 0; i < data->conf.classes; i++) {
        width = strlen(data->names[i]) > width ? strlen(data->names[i]) : width;
    }
    return width > 24 ? 24 : (int)width;
}

static void print_text(const dk_metrics *m, const dk_data *data) {
    const int width = name_width(data);
    printf("images %ld, skipped %ld\n", m->images, m->skipped);
    printf("loss %.4f, top 1: %.2f %%, top %d: %.2f %%, macro F1: %.4f\n\n", dk_metrics_loss(m),
           100 * dk_metrics_top1(m), m->k, 100 * dk_metrics_topk(m), dk_metrics_macro_f1(m));
    printf("%-*s  precision  recall      F1  support\n", width, "class");
    for (int i = 0; i < m->classes; i++) {
        const dk_class_score s = dk_metrics_class(m, i);
        printf("%-*.*s  %9.4f  %6.4f  %6.4f  %7ld\n", width, width, data->names[i], s.precision, s.recall,
               s.f1, s.support);
    }
    printf("\nconfusion (rows: truth, columns: answer)\n%-*s", width, "");
    for (int j = 0; j < m->classes; j++) {
        printf(" %8.8s", data->names[j]);
    }
    printf("\n");
    for (int i = 0; i < m->classes; i++) {
        printf("%-*.*s", width, width, data->names[i]);
        for (int j = 0; j < m->classes; j++) {
            printf(" %8ld", m->confusion[i * m->classes + j]);
        }
        printf("\n");
    }
}

static dk_status open_set(work *w, const dk_call *call, dk_error *err) {
    const char *source = call->count > 3 ? call->args[3] : w->data->conf.valid;
    DK_TRY(dk_data_open(&w->set, w->data, source, true, err));
    const dk_loader_conf conf = dk_setup_loader(call, &w->model);
    DK_TRY(dk_loader_open(&w->loader, w->set, &conf, err));
    return dk_metrics_open(&w->metrics, w->data->conf.classes, dk_setup_top(call, w->data), call->arena, err);
}

/* The pictures left out, each with its reason, in results/<cfg>-valid-<number>/skipped.txt. */
static dk_status list_skipped(const work *w, const dk_call *call, dk_error *err) {
    char base[256];
    dk_run_folder folder;
    const dk_dataset *const sets[] = {w->set};
    const dk_loader *const loaders[] = {w->loader};
    dk_path_stem(call->args[1], base, sizeof base - sizeof "-valid");
    strcat(base, "-valid");
    DK_TRY(dk_run_folder_make(&folder, w->data->conf.results, base, call->arena, err));
    DK_TRY(dk_run_folder_skipped(&folder, sets, loaders, 1, err));
    dk_warn(&call->log, "%d pictures could not be read and were left out; %s/skipped.txt lists them",
            dk_loader_skipped(w->loader), folder.path);
    return DK_OK;
}

static dk_status measure(work *w, const dk_call *call, dk_error *err) {
    dk_model_options options = dk_setup_model(call, call->args[1], call->args[2]);
    DK_TRY(dk_setup_data(&w->data, call, call->args[0], err));
    DK_TRY(dk_model_read(&w->model, &options, err));
    options.build.n = w->model.settings.net.batch / w->model.settings.net.subdivisions;
    DK_TRY(dk_model_build(&w->model, &options, err));
    DK_TRY(dk_setup_classes(w->data, w->model.net, err));
    DK_TRY(open_set(w, call, err));
    const dk_status status = dk_evaluate_set(w->model.net, w->loader, w->set, &w->metrics, NULL, NULL, err);
    if (dk_loader_skipped(w->loader) > 0) {
        dk_error second = {0};
        const dk_status listed = list_skipped(w, call, &second);
        if (listed != DK_OK) {
            dk_warn(&call->log, "%s", second.text);
        }
    }
    return status;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {0};
    dk_status status = measure(&w, call, err);
    if (status == DK_OK && call->flags.json) {
        status = print_json(&w.metrics, w.data, err);
    } else if (status == DK_OK) {
        print_text(&w.metrics, w.data);
    }
    dk_loader_close(w.loader);
    dk_dataset_close(w.set);
    dk_model_close(&w.model);
    dk_data_close(w.data);
    return status;
}

static const char *const flags[] = {"t",   "json",       "threads", "dont_show",
                                    "set", "max_memory", "backend", NULL};

const dk_command dk_command_valid = {
    .group = "classifier",
    .name = "valid",
    .args = "DATA CFG WEIGHTS [LIST_OR_FOLDER]",
    .help = "measure a network on the `valid` pictures of DATA, or on others",
    .more = "-json prints one object: images, skipped, loss, top1 (0..1), topk, macro_f1, classes [{name, "
            "precision,\n"
            "recall, f1, support}], confusion [[...]] (rows: truth).\n",
    .min = 3,
    .max = 4,
    .flags = flags,
    .run = run,
};
