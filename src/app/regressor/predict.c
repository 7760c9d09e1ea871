/* `regressor predict`: the values of each picture under their names, as lines or as JSON. */
#include <stdlib.h>

#include "app/json.h"
#include "app/say.h"
#include "app/setup.h"
#include "app/task/asked.h"
#include "base/clock.h"
#include "run/predict.h"
#include "run/task.h"

typedef struct {
    int json, dont_show;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {{"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"}, {0}};
static const dk_flag_table tables[] = {{.rows = own},
                                       {.rows = dk_flags_model, .at = AT(model)},
                                       {.rows = dk_flags_window, .at = AT(dont_show)},
                                       {0}};

typedef struct {
    dk_data *data;
    dk_predictor *predictor;
    float *values;
    dk_buffer text;
    dk_json json; /* an array of pictures; out NULL: lines of text instead */
} work;

static void add_picture(work *w, const char *path, const dk_image *image, double milliseconds) {
    dk_json *j = &w->json;
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "file", path);
    dk_json_int(j, "width", image->w);
    dk_json_int(j, "height", image->h);
    dk_json_float(j, "milliseconds", milliseconds, DK_JSON_FLOAT);
    dk_json_open(j, "values", '[');
    for (int i = 0; i < w->data->conf.outputs; i++) {
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "name", w->data->names[i]);
        dk_json_float(j, "value", (double)w->values[i], DK_JSON_FLOAT);
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
    dk_json_close(j, '}');
}

static dk_status answer(void *user, const char *path, const dk_image *image, dk_error *err) {
    work *w = user;
    const double start = dk_clock_now();
    DK_TRY(dk_predictor_run(w->predictor, &image, 1, w->values, err));
    const double milliseconds = 1e3 * (dk_clock_now() - start);
    if (w->json.out) {
        add_picture(w, path, image, milliseconds);
        return DK_OK;
    }
    dk_say("%s: Predicted in %lf milli-seconds.\n", path, milliseconds);
    for (int i = 0; i < w->data->conf.outputs; i++) {
        dk_say("%s: %f\n", w->data->names[i], (double)w->values[i]);
    }
    return DK_OK;
}

static dk_status open_work(work *w, const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    const dk_model_options options = dk_setup_model(call, &f->model, call->args[1], call->args[2]);
    DK_TRY(dk_setup_data(&w->data, call, &f->model, call->args[0], err));
    DK_TRY(dk_predictor_open(&w->predictor, &options, 0, 1, err));
    DK_TRY(options.task->fits(w->data, w->predictor->model.net, err));
    DK_TRY(dk_predictor_warm(w->predictor, err));
    const size_t bytes = w->predictor->outputs * sizeof *w->values;
    w->values = dk_arena_alloc(call->arena, bytes);
    if (f->json) {
        w->json = (dk_json){.out = &w->text, .lines = true};
        dk_json_open(&w->json, NULL, '[');
    }
    return w->values != NULL ? DK_OK : dk_no_memory(err, bytes, "the answers");
}

static dk_status predict(work *w, const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    dk_asked asked = {.call = call, .first = 3, .prompts = !f->json, .answer = answer, .user = w};
    DK_TRY(open_work(w, call, err));
    DK_TRY(dk_asked_run(&asked, err));
    if (w->json.out) {
        dk_json_close(&w->json, ']');
        DK_TRY(dk_json_print(&w->text, err));
    }
    return dk_asked_end(&asked, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {0};
    const dk_status status = predict(&w, call, err);
    dk_buffer_free(&w.text);
    dk_predictor_close(w.predictor);
    dk_data_close(w.data);
    return status;
}

const dk_action dk_action_predict_values = {
    .name = "predict",
    .args = "DATA CFG WEIGHTS [PICTURE_OR_FOLDER ...]",
    .help = "tell the values that pictures show; without one, paths are read from stdin",
    .more = "-json prints one array: {file, width, height, milliseconds, values [{name, value}]}.\n",
    .min = 3,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
